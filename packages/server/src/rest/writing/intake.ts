import type { Model } from '@alyx/models'
import type { Db } from '../../database/index.ts'
import { findKeys, type Key, type Row, takenMessage, uniqueFields, type Value } from '../../records/index.ts'
import { type JsonValue, pythonStr, pythonTypeName, writePythonJson } from '../python-json-body.ts'
import { type Resolve, resolveAddress } from './addresses.ts'
import { type BodyView, UNREADABLE } from './body-view.ts'
import type { Target, WritableField } from './targets.ts'
import { type Naming, NULL_REFUSED, REQUIRED, readLabel, readName, readValue } from './values.ts'

/** What a body says, ready to be written. */
export interface Written {
  /** Values by column. */
  readonly values: Row
  /** Keys by many-to-many field. */
  readonly links: Record<string, readonly Key[]>
  /** Keys of rows of another model that are to refer to this one, by name of the way back. */
  readonly claims: Readonly<Record<string, readonly Key[]>>
  /** Values that no column holds, by field, with what the body had. */
  readonly asides: ReadonlyMap<string, { readonly value: Value; readonly given: JsonValue }>
  /** Documents and lists as the body had them: the answer repeats them so. JSON text by name of the field. */
  readonly echo: Map<string, string>
}

export interface IntakeOptions {
  readonly model: Model
  readonly fields: readonly WritableField[]
  /** What is absent stays as it is. */
  readonly partial: boolean
  /** The rows that are changed, by body; undefined for a new one. */
  readonly keys: readonly (Key | undefined)[]
  readonly resolve: Resolve
}

/** Faults of one body, by field in the order of the representation. */
export type BodyFaults = Map<string, string[]>
export type Taken = Written | { readonly faults: BodyFaults }

/** A question that only the database can answer, and what to do with the answer. */
interface Pending {
  readonly model: Model
  readonly fieldName: string
  readonly names: readonly string[]
  readonly settle: (found: ReadonlyMap<string, readonly Key[]>) => void
}

/**
 * Reads bodies as rows: every field judged, all faults of a body told at once. What bodies refer to, and names that
 * others may have, are looked up in one statement for all of them.
 */
export async function takeIn(db: Db, bodies: readonly BodyView[], options: IntakeOptions): Promise<Taken[]> {
  const unique = new Set(uniqueFields(options.model))
  const takes = bodies.map((body, at) => new Take(body, options, unique, options.keys[at]))
  const pending = takes.flatMap((take) => take.pending)
  const merged = mergedQuestions(pending)
  const answers = await findKeys(db, merged)
  for (const question of pending) {
    const at = merged.findIndex(({ model, fieldName }) => model === question.model && fieldName === question.fieldName)
    question.settle(answers[at]!)
  }
  return takes.map((take) => take.outcome())
}

function mergedQuestions(pending: readonly Pending[]) {
  const merged = new Map<Model, Map<string, Set<string>>>()
  for (const { model, fieldName, names } of pending) {
    const fields = merged.get(model) ?? new Map<string, Set<string>>()
    merged.set(model, fields)
    const values = fields.get(fieldName) ?? new Set<string>()
    fields.set(fieldName, values)
    for (const name of names) values.add(name)
  }
  return [...merged].flatMap(([model, fields]) =>
    [...fields].map(([fieldName, values]) => ({ model, fieldName, values: [...values] })),
  )
}

const ECHOED: ReadonlySet<string> = new Set(['json', 'floatList', 'integerList'])

/** The reading of one body. */
class Take {
  readonly pending: Pending[] = []
  readonly #options: IntakeOptions
  readonly #key: Key | undefined
  readonly #values: Row = {}
  readonly #links: Record<string, readonly Key[]> = {}
  readonly #asides = new Map<string, { value: Value; given: JsonValue }>()
  readonly #claims: Record<string, readonly Key[]> = {}
  readonly #echo = new Map<string, string>()
  readonly #faults = new Map<string, string[]>()
  readonly #unique: ReadonlySet<string>

  constructor(body: BodyView, options: IntakeOptions, unique: ReadonlySet<string>, key: Key | undefined) {
    this.#key = key
    this.#options = options
    this.#unique = unique
    for (const field of options.fields) this.#read(field, body.get(field))
  }

  outcome(): Taken {
    if (this.#faults.size > 0) {
      const inOrder = this.#options.fields.flatMap(({ facts }) => {
        const said = this.#faults.get(facts.name)
        return said ? [[facts.name, said] as const] : []
      })
      return { faults: new Map(inOrder) }
    }
    return { values: this.#values, links: this.#links, claims: this.#claims, asides: this.#asides, echo: this.#echo }
  }

  #fault(name: string, ...said: string[]): void {
    this.#faults.set(name, [...(this.#faults.get(name) ?? []), ...said])
  }

  #read(field: WritableField, given: JsonValue | undefined | typeof UNREADABLE): void {
    const { facts, target } = field
    if (given === UNREADABLE) {
      this.#fault(facts.name, 'Value must be valid JSON.')
      return
    }
    if (given === undefined) {
      // What a create alone needs is asked for when everything given is found to be right.
      if (facts.required && !facts.onlyToCreate && !this.#options.partial) this.#fault(facts.name, REQUIRED)
      return
    }
    ;(this.#takes[target.to] as (field: WritableField, target: Target, given: JsonValue) => void)(field, target, given)
  }

  readonly #takes: {
    readonly [K in Target['to']]: (field: WritableField, target: Extract<Target, { to: K }>, given: JsonValue) => void
  } = {
    elsewhere: () => undefined,
    column: ({ facts }, { column, field }, given) => {
      const taken = readValue(given, field, facts)
      if ('faults' in taken) {
        this.#fault(facts.name, ...taken.faults)
        return
      }
      this.#values[column] = taken.value
      if (ECHOED.has(field.kind)) this.#echo.set(facts.name, given === null ? 'null' : writePythonJson(given))
      if (this.#unique.has(facts.name)) this.#askWhetherTaken(facts.name, taken.value)
    },
    label: ({ facts }, { column, field }, given) => {
      const taken = readLabel(given, facts.name, field.choices, field.kind === 'level' ? field.also : undefined)
      if ('faults' in taken) {
        this.#fault(facts.name, ...taken.faults)
        return
      }
      this.#values[column] = taken.value
    },
    reference: ({ facts }, { column, model, by, named }, given) => {
      if (given === null || given === '') {
        this.#empty(facts, column)
        return
      }
      this.#one(facts.name, { model, by, named, given }, readName(given, model, by, named), (key) => {
        this.#values[column] = key
      })
    },
    address: ({ facts }, { column, model, by, route }, given) => {
      if (given === null || given === '') {
        this.#empty(facts, column)
        return
      }
      if (typeof given !== 'string') {
        this.#fault(facts.name, `Incorrect type. Expected URL string, received ${pythonTypeName(given)}.`)
        return
      }
      const found = resolveAddress(this.#options.resolve, given, route)
      if ('fault' in found) {
        this.#fault(facts.name, `Invalid hyperlink - ${found.fault}`)
        return
      }
      this.#ask(model, by, [found.word], (keys) => {
        const [key] = keys.get(found.word) ?? []
        if (key === undefined) this.#fault(facts.name, 'Invalid hyperlink - Object does not exist.')
        else this.#values[column] = key
      })
    },
    aside: ({ facts }, { aside }, given) => {
      if (given === null && !facts.nullable) {
        this.#fault(facts.name, NULL_REFUSED)
        return
      }
      if (aside.kind === 'name') {
        const { model, by } = aside
        const naming = readName(given, model, by, 'field')
        this.#one(facts.name, { model, by, named: 'field', given }, naming, (key) => {
          this.#asides.set(facts.name, { value: key, given })
        })
        return
      }
      const taken = readValue(given, aside, facts)
      if ('faults' in taken) this.#fault(facts.name, ...taken.faults)
      else this.#asides.set(facts.name, { value: taken.value, given })
    },
    links: ({ facts }, target, given) => this.#many(facts.name, target, given, this.#links),
    claims: ({ facts }, target, given) => this.#many(facts.name, target, given, this.#claims),
  }

  #empty(facts: WritableField['facts'], column: string): void {
    if (facts.nullable) this.#values[column] = null
    else this.#fault(facts.name, NULL_REFUSED)
  }

  #ask(model: Model, fieldName: string, names: readonly string[], settle: Pending['settle']): void {
    this.pending.push({ model, fieldName, names, settle })
  }

  #one(
    name: string,
    {
      model,
      by,
      named,
      given,
    }: { model: Model; by: string; named: 'field' | 'id' | 'pk' | undefined; given: JsonValue },
    naming: Naming,
    settle: (key: Key) => void,
  ): void {
    if ('faults' in naming) {
      this.#fault(name, ...naming.faults)
      return
    }
    const missing = () => this.#fault(name, nobody(by, named, given))
    if ('nobody' in naming) {
      missing()
      return
    }
    this.#ask(model, by, [naming.name], (found) => {
      const keys = found.get(naming.name) ?? []
      if (keys.length > 1)
        this.#fault(
          name,
          `There are ${keys.length} ${model.plural} with ${by}=${pythonStr(given)}; name one of them by its identifier.`,
        )
      else if (keys[0] === undefined) missing()
      else settle(keys[0])
    })
  }

  #many(
    name: string,
    target: Extract<Target, { to: 'links' | 'claims' }>,
    given: JsonValue,
    into: Record<string, readonly Key[]>,
  ): void {
    const { model, by, named } = target
    if (given === null) {
      this.#fault(name, NULL_REFUSED)
      return
    }
    if (!Array.isArray(given)) {
      this.#fault(name, `Expected a list of items but got type "${pythonTypeName(given)}".`)
      return
    }
    const names: string[] = []
    for (const item of given) {
      if (item === null || item === '') {
        this.#fault(name, NULL_REFUSED)
        return
      }
      const naming = readName(item, model, by, named)
      if ('faults' in naming) {
        this.#fault(name, ...naming.faults)
        return
      }
      if ('nobody' in naming) {
        this.#fault(name, nobody(by, named, item))
        return
      }
      names.push(naming.name)
    }
    into[target.name] = []
    if (names.length === 0) return
    this.#ask(model, by, names, (found) => {
      const at = names.findIndex((one) => !found.has(one))
      if (at >= 0) this.#fault(name, nobody(by, named, given[at]!))
      else into[target.name] = [...new Set(names.flatMap((one) => found.get(one)!))]
    })
  }

  #askWhetherTaken(name: string, value: Value): void {
    if (value === null || (value === '' && this.#emptyIsNull(name))) return
    const { model } = this.#options
    this.#ask(model, name, [String(value)], (found) => {
      const others = (found.get(String(value)) ?? []).filter((one) => one !== this.#key)
      if (others.length > 0) this.#fault(name, takenMessage(model, name))
    })
  }

  #emptyIsNull(name: string): boolean {
    const field = this.#options.model.fields[name]
    return field?.kind === 'text' && field.emptyIsNull === true
  }
}

const nobody = (by: string, named: 'field' | 'id' | 'pk' | undefined, given: JsonValue): string =>
  named === undefined
    ? `Invalid pk "${pythonStr(given)}" - object does not exist.`
    : `Object with ${named === 'field' ? by : named}=${pythonStr(given)} does not exist.`
