import type { ColumnKind, Model } from '@alyx/models'
import { sql } from 'kysely'
import { conditionFor } from './conditions.ts'
import { fieldPath } from './field-path.ts'
import { allOf, anyOf } from './fragments.ts'
import { type Fragment, Scope } from './scope.ts'

/** Words of three characters and more are found anywhere in a text: shorter ones have no trigram to look up. */
const SHORTEST_INNER_WORD = 3
/** More words than anybody types; each is a condition. */
const MOST_WORDS = 10

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i
const WHOLE_NUMBER = /^\d{1,9}$/
const DAY = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

/** How a word is looked for in a column of each kind: the lookups that must hold; undefined where it cannot be there. */
type Looked = readonly (readonly [lookup: string, value: string])[] | undefined

const inText = (word: string, at: 'start' | 'anywhere'): Looked => [
  [at === 'start' || word.length < SHORTEST_INNER_WORD ? 'istartswith' : 'icontains', word],
]
const asKey = (word: string): Looked => (UUID.test(word) ? [['exact', word]] : undefined)
const asNumber = (word: string): Looked => (WHOLE_NUMBER.test(word) ? [['exact', word]] : undefined)
const nowhere = (): Looked => undefined

/** A year, a month or a day as a range, which an index on the column serves. */
function inTime(word: string): Looked {
  const [, year, month, day] = DAY.exec(word) ?? []
  if (year === undefined || Number(year) < 1) return undefined
  const first = `${year}-${month ?? '01'}-${day ?? '01'}`
  const start = new Date(`${first}T00:00:00Z`)
  if (Number.isNaN(start.getTime()) || start.toISOString().slice(0, 10) !== first || year === '9999') return undefined
  const end = new Date(start)
  if (day !== undefined) end.setUTCDate(end.getUTCDate() + 1)
  else if (month !== undefined) end.setUTCMonth(end.getUTCMonth() + 1)
  else end.setUTCFullYear(end.getUTCFullYear() + 1)
  return [
    ['gte', first],
    ['lt', end.toISOString().slice(0, 10)],
  ]
}

const looked: { readonly [K in ColumnKind]: (word: string, at: 'start' | 'anywhere') => Looked } = {
  uuid: asKey,
  identity: asNumber,
  text: inText,
  longText: inText,
  email: inText,
  url: inText,
  image: inText,
  integer: asNumber,
  float: nowhere,
  boolean: nowhere,
  date: inTime,
  datetime: inTime,
  json: nowhere,
  choice: inText,
  level: nowhere,
  floatList: nowhere,
  integerList: nowhere,
  reference: asKey,
}

/** So many of the rows that a query gives, whichever come first. */
const some = (keys: Fragment, atMost: number): Fragment =>
  // Planned as if all were wanted: told of the limit, the planner hopes to meet enough matches soon, and for a rare word
  // reads the whole table. Rows are still handed out one by one, so a common word ends early all the same.
  sql`(with matches as materialized (${keys}) select * from matches limit ${atMost})`

/**
 * The same, of rows that refer to a row where the word is found, from a few of those: ten thousand animals of a line
 * need not be joined with all their sessions. Undefined where the path goes over lists.
 */
function foundInFew(scope: Scope, path: string, word: string, at: 'start' | 'anywhere', atMost: number) {
  const names = path.split('.')
  const last = names.pop()!
  if (names.length === 0) return undefined
  const lead = fieldPath(scope.model, names.join('.'), { back: true })
  const to = lead.crosses.at(-1)
  if (!to || lead.toMany || lead.field.kind !== 'reference') return undefined
  const far = new Scope(to, scope.aliases)
  const condition = found(far, last, word, at)
  return (
    condition &&
    sql<boolean>`${scope.column(lead.path).sql} in ${some(sql`select ${far.key} from ${far.from()} where ${condition}`, atMost)}`
  )
}

/** The words of a search, the longest first: it narrows the most. */
export const wordsOf = (search: string): readonly string[] =>
  [...new Set(search.split(/\s+/).filter((word) => word !== ''))]
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_WORDS)

/** The condition that a word is found at a path; undefined where it cannot be. */
function found(
  scope: Scope,
  path: string,
  word: string,
  at: 'start' | 'anywhere' = 'anywhere',
): Fragment<boolean> | undefined {
  const { field } = fieldPath(scope.model, path, { back: true })
  const lookups = field.kind === 'many' ? asKey(word) : looked[field.kind](word, at)
  return (
    lookups &&
    (allOf(
      lookups.map(([lookup, value]) => conditionFor(scope, `${path.replaceAll('.', '__')}__${lookup}`, value)),
    ) as Fragment<boolean>)
  )
}

export interface SearchLimits {
  /** How many rows each path may contribute, where any of many matches will do: nobody reads ten thousand choices. */
  readonly atMost?: number
  /** Where in a text the longest word is looked for; anywhere when absent. */
  readonly at?: 'start' | 'anywhere'
}

/**
 * Rows in which every word is found at one of several paths, in any case.
 *
 * One path is a plain condition. Of several, each asks an index of its own for the longest word and the results are
 * united, because no index serves an `or` across tables: `id in (select … where nickname ilike $1 and … union …)`.
 *
 * @param also  what must hold besides, so that a limited number of rows are rows that will be shown
 */
export function searchCondition(
  model: Model,
  paths: readonly string[],
  words: readonly string[],
  { atMost, at = 'anywhere' }: SearchLimits = {},
  also?: (scope: Scope) => Fragment,
) {
  return (scope: Scope): Fragment<boolean> => {
    const [longest, ...rest] = words
    if (longest === undefined) return also ? (also(scope) as Fragment<boolean>) : sql`true`
    const branch = (path: string, inner: Scope): Fragment<boolean> | undefined => {
      const few = atMost !== undefined && rest.length === 0 && !also
      const first = (few ? foundInFew(inner, path, longest, at, atMost) : undefined) ?? found(inner, path, longest, at)
      if (!first) return undefined
      const others = rest.map((word) => anyOf(paths.flatMap((one) => found(inner, one, word) ?? [])))
      return allOf([first, ...others, ...(also ? [also(inner)] : [])]) as Fragment<boolean>
    }
    if (paths.length === 1 && atMost === undefined) return branch(paths[0]!, scope) ?? sql`false`
    const branches = paths.flatMap((path) => {
      const inner = new Scope(model, scope.aliases)
      const condition = branch(path, inner)
      const keys = condition && sql`select ${inner.key} from ${inner.from()} where ${condition}`
      if (!keys) return []
      return [atMost === undefined ? sql`(${keys})` : some(keys, atMost)]
    })
    return branches.length === 0 ? sql`false` : sql`${scope.key} in (${sql.join(branches, sql` union `)})`
  }
}
