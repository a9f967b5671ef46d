import type { Model } from '@alyx/models'
import type { Account } from '../domains/labs/index.ts'
import {
  allOf,
  conditionFor,
  type FieldPath,
  FilterError,
  type Fragment,
  fieldPath,
  modelsCrossed,
  nearest,
  type Order,
  Scope,
  searchCondition,
  totalOrder,
  wordsOf,
} from '../query/index.ts'
import type { Query } from '../rest/page-links.ts'
import { visible } from '../rights/index.ts'
import { sees } from './models.ts'
import { problems } from './problem.ts'
import { questionOf } from './questions.ts'
import { resolvedFields } from './representation.ts'

/** Parameters that are no filters. A field of the same name is compared as `count__exact`. */
export type Parameter = 'search' | 'ordering' | 'limit' | 'offset' | 'cursor' | 'fields' | 'count' | 'rights'

export type Where = (scope: Scope) => Fragment

/** What a question asks for, understood. */
export interface Asked {
  /** Which rows; all when absent. */
  readonly where: Where | undefined
  /** Total: its last word is the primary key. */
  readonly order: Order
  readonly limit: number
  readonly offset: number | undefined
  readonly cursor: string | undefined
  readonly fields: readonly FieldPath[] | undefined
  readonly names: readonly string[] | undefined
  readonly count: boolean
  readonly rights: boolean
  /** The question holds words to look for. */
  readonly searches: boolean
}

export interface Reading {
  readonly parameters: readonly Parameter[]
  /** The caller looks for the words of the search itself. */
  readonly ownSearch?: boolean
  readonly defaultLimit?: number
  readonly mostRows?: number
}

const DEFAULT_LIMIT = 100
const MOST_ROWS = 1000
const MOST_ORDER_TERMS = 8
const MOST_FIELDS = 200
/** Documents and lists have an order to PostgreSQL, but none that means anything. */
const UNSORTABLE = new Set(['json', 'floatList', 'integerList', 'many'])

/**
 * Reads the parameters of a question. Everything is understood or refused, and all faults are told at once.
 * @throws Problem 400 with the faults by parameter
 */
export function readAsked(model: Model, account: Account, query: Query, reading: Reading): Asked {
  const faults: Record<string, string[]> = {}
  const attempt = <T>(parameter: string, read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      const fault = faults[parameter] ?? []
      faults[parameter] = [...fault, error.message]
      return undefined
    }
  }
  const may = (parameter: Parameter): string | undefined =>
    reading.parameters.includes(parameter) ? query.get(parameter) : undefined
  const words = reading.ownSearch ? [] : wordsOf(may('search') ?? '')
  const wheres: Where[] = []
  if (words.length > 0) wheres.push(searchCondition(model, searchedPaths(model, account, model.admin?.search), words))
  for (const [name, values] of query.lists()) {
    if ((reading.parameters as readonly string[]).includes(name)) continue
    for (const value of values) {
      const where = attempt(name, () => filter(model, account, name, value, reading.parameters))
      if (where) wheres.push(where)
    }
  }
  const order = attempt('ordering', () => readOrder(model, account, may('ordering')))
  const names = nonEmpty(may('fields'))
  const asked: Asked = {
    where: undefined,
    order: order ?? [],
    limit:
      attempt('limit', () => readNumber(may('limit'), 1, reading.mostRows ?? MOST_ROWS)) ??
      reading.defaultLimit ??
      DEFAULT_LIMIT,
    offset: attempt('offset', () => readNumber(may('offset'), 0, MOST_OFFSET)),
    cursor: may('cursor'),
    names,
    fields: names && attempt('fields', () => readFields(model, account, names)),
    count: attempt('count', () => readTruth(may('count'))) ?? false,
    rights: attempt('rights', () => readTruth(may('rights'))) ?? false,
    searches: words.length > 0,
  }
  if (asked.cursor !== undefined && asked.offset !== undefined)
    faults.cursor = ['a page begins at a cursor or at an offset: give one of them']
  if (Object.keys(faults).length > 0) throw problems.invalidParameters(faults)
  const seen = visible(account, model)
  if (seen && seen !== 'none') wheres.unshift(seen)
  return { ...asked, where: wheres.length === 0 ? undefined : (scope) => allOf(wheres.map((where) => where(scope))) }
}

const MOST_OFFSET = 100_000_000

const nonEmpty = (text: string | undefined): readonly string[] | undefined => {
  const names = text?.split(',').map((name) => name.trim().replaceAll('__', '.'))
  return names?.some((name) => name !== '') ? [...new Set(names.filter((name) => name !== ''))] : undefined
}

/** The condition of a filter, tried out at once so that a fault is known before any statement. */
function filter(model: Model, account: Account, name: string, value: string, parameters: readonly Parameter[]): Where {
  const negate = name.startsWith('~')
  const path = negate ? name.slice(1) : name
  const question = questionOf(model, path)
  if (question) {
    const wanted = readTruth(value) !== negate
    return (scope) => question.holds(scope, wanted)
  }
  const crossed = modelsCrossed(model, path.split('__')).find((one) => !sees(account, one))
  if (crossed)
    throw new FilterError(`"${path.slice(0, SHOWN_LENGTH)}" leads to ${crossed.plural}, which you may not see`)
  const condition: Where = (scope) => conditionFor(scope, path, value, { text: true, negate })
  try {
    condition(new Scope(model))
  } catch (error) {
    if (!(error instanceof FilterError) || path.includes('__')) throw error
    const [near] = nearest(path, parameters)
    throw near ? new FilterError(`${error.message}. Or did you mean the parameter "${near}"?`) : error
  }
  return condition
}

const SHOWN_LENGTH = 60

/** Paths that a search may look along for an account. */
export const searchedPaths = (model: Model, account: Account, paths: readonly string[] = []): readonly string[] =>
  paths.filter((path) => mayCross(model, account, path))

const mayCross = (model: Model, account: Account, path: string): boolean =>
  modelsCrossed(model, path.split('.')).every((one) => sees(account, one))

function readOrder(model: Model, account: Account, text: string | undefined): Order {
  const terms = nonEmpty(text) ?? model.ordering ?? []
  if (terms.length > MOST_ORDER_TERMS) throw new FilterError(`at most ${MOST_ORDER_TERMS} fields may give the order`)
  const order = terms.map((term) => {
    const descending = term.startsWith('-')
    const name = descending ? term.slice(1) : term
    const { path, field, toMany } = fieldPath(model, name)
    if (toMany || UNSORTABLE.has(field.kind)) throw new FilterError(`"${name}" has no order`)
    if (!mayCross(model, account, name)) throw new FilterError(`"${name}" leads to what you may not see`)
    return descending ? `-${path}` : path
  })
  return totalOrder(model, order)
}

function readFields(model: Model, account: Account, names: readonly string[]): FieldPath[] {
  if (names.length > MOST_FIELDS) throw new FilterError(`at most ${MOST_FIELDS} fields may be asked for`)
  return resolvedFields(model, account, names)
}

function readNumber(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new FilterError(`expected a whole number from ${least} to ${most}, got "${text.slice(0, SHOWN_LENGTH)}"`)
}

function readTruth(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  if (text === 'true' || text === 'false') return text === 'true'
  throw new FilterError(`expected true or false, got "${text.slice(0, SHOWN_LENGTH)}"`)
}
