import { type Model, modelNamed, primaryKey } from '@alyx/models'
import type { RegionQuestion } from '../../domains/experiments/index.ts'
import {
  allOf,
  conditionFor,
  FilterError,
  type Fragment,
  jsonFilter,
  parseDjangoFilter,
  rowExists,
  type Scope,
} from '../../query/index.ts'
import {
  parseDate,
  parseDateTime,
  parseLenientDateTime,
  parseLooseBoolean,
  parseNumber,
  parseStrictBoolean,
  parseUuid,
} from '../django-dates.ts'
import type { Given, Invalid, ListFilter, Wish } from './filter.ts'

const STRING = { type: 'string' } as const
const UUID = { type: 'string', format: 'uuid' } as const
const NUMBER = { type: 'number' } as const
const BOOLEAN = { type: 'boolean' } as const

/** Text compared as the path's last word says: `lab__name__iexact`. */
export const text = (path: string): ListFilter => ({
  schema: STRING,
  read: (value) => ({ where: (scope) => conditionFor(scope, path, value, { text: true }) }),
})

/** A rule of its own. It may look at the other parameters, and refuse by throwing a FilterError. */
export const custom = (rule: (scope: Scope, value: string, given: Given) => Fragment | undefined): ListFilter => ({
  schema: STRING,
  read: (value, _, given) => ({ where: (scope) => rule(scope, value, given) }),
})

/** A name that other lists of its kind know and that makes no sense here. */
export const refused = (reason: string): ListFilter => ({
  schema: STRING,
  read: () => {
    throw new FilterError(reason)
  },
})

/** A number, compared with a column or by a rule. */
export const number = (to: string | ((scope: Scope, value: number) => Fragment)): ListFilter => ({
  schema: NUMBER,
  read(value) {
    const parsed = parseNumber(value)
    if ('message' in parsed) return { invalid: parsed.message }
    const asNumber = Number(parsed.value)
    if (typeof to !== 'string') return { where: (scope) => to(scope, asNumber) }
    return { where: (scope) => conditionFor(scope, to, { number: parsed.value, value: asNumber }) }
  },
})

/** A number compared with whole numbers: what follows the point is cut off, as Alyx does. */
export const wholeNumber = (path: string): ListFilter => ({
  schema: NUMBER,
  read(value) {
    const parsed = parseNumber(value)
    if ('message' in parsed) return { invalid: parsed.message }
    const whole = Math.trunc(Number(parsed.value))
    return { where: (scope) => conditionFor(scope, path, { number: String(whole), value: whole }) }
  },
})

export const uuid = (path: string): ListFilter => ({
  schema: UUID,
  read(value) {
    const parsed = parseUuid(value)
    return 'message' in parsed
      ? { invalid: parsed.message }
      : { where: (scope) => conditionFor(scope, path, parsed.value) }
  },
})

/** `true`, `false`, `1`, `0` in any case; anything else asks for nothing. */
export const looseBoolean = (path: string): ListFilter => ({
  schema: BOOLEAN,
  read(value) {
    const wanted = parseLooseBoolean(value)
    return wanted === undefined ? undefined : { where: (scope) => conditionFor(scope, path, wanted) }
  },
})

/** `True`, `true`, `False`, `false`, and nothing else. */
export const bool = (to: string | ((scope: Scope, wanted: boolean) => Fragment)): ListFilter => ({
  schema: BOOLEAN,
  read(value) {
    const wanted = parseStrictBoolean(value)
    if (wanted === undefined) return undefined
    return { where: (scope) => (typeof to === 'string' ? conditionFor(scope, to, wanted) : to(scope, wanted)) }
  },
})

const parsedBy =
  (schema: ListFilter['schema'], parse: (text: string) => { value: string } | { message: string }) =>
  (path: string): ListFilter => ({
    schema,
    read(value) {
      const parsed = parse(value)
      return 'message' in parsed
        ? { invalid: parsed.message }
        : { where: (scope) => conditionFor(scope, path, parsed.value) }
    },
  })
export const datetime = parsedBy({ type: 'string', format: 'date-time' }, parseDateTime)
export const date = parsedBy({ type: 'string', format: 'date' }, parseDate)
const DATE_LENGTH = 'YYYY-MM-DD'.length
/** A moment in one of many notations, of which the date counts. */
export const lenientDatetime = parsedBy({ type: 'string', format: 'date-time' }, (given) => {
  const parsed = parseLenientDateTime(given)
  return 'message' in parsed ? parsed : { value: parsed.value.slice(0, DATE_LENGTH) }
})

/** One of the stored values, as text. */
export const choice = (path: string, choices: readonly (readonly [string | number, string])[]): ListFilter => ({
  schema: {
    ...(typeof choices[0]?.[0] === 'number' ? { type: 'integer' } : STRING),
    enum: choices.map(([value]) => value),
  },
  read(value) {
    const found = choices.find(([stored]) => String(stored) === value)
    if (!found) return { invalid: `Select a valid choice. ${value} is not one of the available choices.` }
    const [stored] = found
    return {
      where: (scope) =>
        conditionFor(scope, path, typeof stored === 'number' ? { number: value, value: stored } : stored),
    }
  },
})

/** The label of a level or choice in any case; for a choice the stored letter too. */
export const labelFilter = (name: string, choices: readonly (readonly [string | number, string])[]): ListFilter => ({
  schema: STRING,
  read: (value) => ({
    where(scope) {
      const wanted = value.trim().toLowerCase()
      const found = choices.find(([stored, shown]) => shown.toLowerCase() === wanted || stored === value)
      if (!found) throw new FilterError(`Invalid ${name}, choices are: ${choices.map(([, shown]) => shown).join(', ')}`)
      const [stored] = found
      return conditionFor(scope, name, typeof stored === 'number' ? { number: String(stored), value: stored } : stored)
    },
  }),
})

const NOT_AVAILABLE = 'Select a valid choice. That choice is not one of the available choices.'
const malformed = (value: string): string => `“${value}” is not a valid UUID.`
const INTEGER = /^[+-]?\d{1,9}$/

/** The key as PostgreSQL wants it, or undefined for text that cannot be a key of the model. */
function readKey(model: Model, value: string): string | undefined {
  const { field } = primaryKey(model)
  if (field.kind === 'uuid' || field.kind === 'reference') {
    const parsed = parseUuid(value)
    return 'message' in parsed ? undefined : parsed.value
  }
  return INTEGER.test(value.trim()) ? String(Number(value)) : undefined
}
const hasUuid = (model: Model): boolean => ['uuid', 'reference'].includes(primaryKey(model).field.kind)
const schemaOfKey = (model: Model) => (hasUuid(model) ? UUID : { type: 'integer' })

/** A row of another model, by its key; it must exist. */
export const key = (path: string, to: string): ListFilter => ({
  schema: schemaOfKey(modelNamed(to)),
  read(value): Wish | Invalid {
    const model = modelNamed(to)
    const found = readKey(model, value)
    if (found === undefined) return { invalid: hasUuid(model) ? malformed(value) : NOT_AVAILABLE }
    return {
      where: (scope) => conditionFor(scope, path, found),
      checks: [{ condition: rowExists(model, found), message: NOT_AVAILABLE, ofParameter: true }],
    }
  },
})

/** Rows of another model, by keys; linked to any of them. The parameter may be repeated. */
export const keys = (path: string, to: string): ListFilter => ({
  schema: { type: 'array', items: schemaOfKey(modelNamed(to)) },
  read(_, values): Wish | Invalid {
    const model = modelNamed(to)
    const found: string[] = []
    for (const value of values) {
      const one = readKey(model, value)
      if (one === undefined) return { invalid: hasUuid(model) ? malformed(value) : `“${value}” is not a valid value.` }
      found.push(one)
    }
    return {
      where: (scope) => conditionFor(scope, `${path}__in`, found),
      checks: found.map((one, at) => ({
        condition: rowExists(model, one),
        message: `Select a valid choice. ${values[at]} is not one of the available choices.`,
        ofParameter: true,
      })),
    }
  },
})

/** A row of another model, by uuid, that a rule needs; a missing one is refused. */
export const existing = (to: string, rule: (scope: Scope, value: string) => Fragment): ListFilter => ({
  schema: UUID,
  read(value) {
    const parsed = parseUuid(value)
    if ('message' in parsed) return { invalid: parsed.message }
    const model = modelNamed(to)
    return {
      where: (scope) => rule(scope, parsed.value),
      checks: [
        {
          condition: rowExists(model, parsed.value),
          message: `${model.name} matching query does not exist.`,
          ofParameter: false,
        },
      ],
    }
  },
})

/** Rules that answer a question of their own and leave other filters aside. */
export const replacing = (
  rule: (scope: Scope, value: string) => Fragment,
  exists: (value: string) => Fragment<boolean>,
): ListFilter => ({
  schema: STRING,
  read: (value) => ({
    where: (scope) => rule(scope, value),
    checks: [
      {
        condition: exists(value),
        message: `No brain region has the number or acronym "${value}".`,
        ofParameter: false,
      },
    ],
    replaces: true,
  }),
})

/** Any of several uuids, separated by commas. */
export const anyOf = (path: string): ListFilter => ({
  schema: { type: 'array', items: UUID },
  read(value) {
    const list: string[] = []
    for (const one of value.split(',')) {
      const parsed = parseUuid(one.trim())
      if ('message' in parsed) return { invalid: parsed.message }
      list.push(parsed.value)
    }
    return { where: (scope) => conditionFor(scope, `${path}__in`, list) }
  },
})

/** `path,value,path,value…` over the declared relations. */
export const django = (): ListFilter => ({
  schema: STRING,
  help: 'Comma separated pairs of a path and a value, such as `subject__nickname,KS014`; `~` before a path excludes.',
  read: (value) => ({
    where(scope) {
      const conditions = parseDjangoFilter(value).map(({ path, negate, value: wanted }) =>
        conditionFor(scope, path, wanted, { negate }),
      )
      return conditions.length === 0 ? undefined : allOf(conditions)
    },
  }),
})

/** `key,value` pairs on a JSON column. */
export const jsonPairs = (column: 'json' | 'extended_qc'): ListFilter => ({
  schema: STRING,
  read: (value) => ({ where: (scope) => jsonFilter(scope, column, value) }),
})

/** Rows in brain regions, everything inside the regions included. */
export const regionFilters = (rule: (scope: Scope, question: RegionQuestion) => Fragment) => ({
  atlas_name: custom((scope, value) => rule(scope, { by: 'name', value })),
  atlas_acronym: custom((scope, value) => rule(scope, { by: 'acronym', value })),
  atlas_id: number((scope, value) => rule(scope, { by: 'id', value })),
})
