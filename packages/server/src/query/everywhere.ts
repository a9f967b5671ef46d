/** Rows of many models at once: by a key that somebody pasted, or by what they are called. */
import { type Model, primaryKey } from '@alyx/models'
import { sql } from 'kysely'
import type { Db } from '../database/index.ts'
import { keyIn } from './fragments.ts'
import { statementOf } from './read.ts'
import { Aliases, type Fragment, Scope } from './scope.ts'
import { searchCondition, wordsOf } from './search.ts'
import type { DerivedPart, Moment } from './shape.ts'
import { hintPart, titlePart } from './title.ts'

/** A model whose rows are looked for by name. */
export interface NamedModel {
  readonly model: Model
  /** Texts that rows are called by, on the way of forward references. */
  readonly paths: readonly string[]
  /**
   * Thousands of rows share a name, so that any few of them will do. Those that begin with what was typed are not looked
   * for apart: for an ending such as npy, which begins a word of every name, the trigram index would hand out all rows.
   */
  readonly namesRepeat?: boolean
  /** Rows that the asker may see; all when absent. */
  readonly only?: (scope: Scope) => Fragment
}

/** How well a row answers: its name is what was looked for, begins with it, or has it inside. */
export type Closeness = 'exact' | 'begins' | 'contains'

export interface FoundRow {
  readonly model: Model
  readonly key: string
  readonly title: string
  /** What tells rows of one name apart; null when there is nothing. */
  readonly hint: string | null
  readonly closeness: Closeness
}

const parts = new WeakMap<Model, { readonly title: DerivedPart; readonly hint: DerivedPart }>()
function partsOf(model: Model) {
  const known = parts.get(model) ?? { title: titlePart(model), hint: hintPart(model) }
  parts.set(model, known)
  return known
}

const texts = (scope: Scope, paths: readonly string[]): Fragment =>
  paths.length === 0
    ? sql`null::json`
    : sql`json_build_array(${sql.join(paths.map((path) => sql`(${scope.column(path).sql})::text`))})`

/** `select 3, key, [titles], [hints], [names] from …`: rows of one model as every branch of the union has them. */
function branch(
  nth: number,
  model: Model,
  names: readonly string[],
  condition: (scope: Scope) => Fragment,
  most: number,
  aliases: Aliases,
): Fragment {
  const scope = new Scope(model, aliases)
  const { title, hint } = partsOf(model)
  const columns = sql`${sql.lit(nth)}::int as nth, (${scope.key})::text as key, ${texts(scope, title.paths)} as titles,
    ${texts(scope, hint.paths)} as hints, ${texts(scope, names)} as names`
  const where = condition(scope)
  return sql`(select ${columns} from ${scope.from()} where ${where} limit ${sql.lit(most)})`
}

type BranchRow = readonly [nth: string, key: string, titles: string, hints: string | null, names: string | null]

async function united(db: Db, branches: readonly Fragment[]): Promise<BranchRow[]> {
  if (branches.length === 0) return []
  const statement = statementOf(sql.join(branches, sql` union all `))
  return (await db.rows({ ...statement, planEachTime: true })) as unknown as BranchRow[]
}

const read = (text: string | null): (string | null)[] => (text === null ? [] : JSON.parse(text))

function foundRow(model: Model, [, key, titles, hints]: BranchRow, moment: Moment, closeness: Closeness): FoundRow {
  const { title, hint } = partsOf(model)
  const said = hint.paths.length === 0 ? null : hint.make(read(hints), moment)
  return { model, key, title: String(title.make(read(titles), moment)), hint: said as string | null, closeness }
}

/** Rows of any of the models that have one of the keys, which must be UUIDs. One statement. */
export async function rowsWithKeys(
  db: Db,
  models: readonly Model[],
  keys: readonly string[],
  moment: Moment,
): Promise<FoundRow[]> {
  const keyed = models.filter((model) => {
    const { kind } = primaryKey(model).field
    return kind === 'uuid' || kind === 'reference'
  })
  const aliases = new Aliases()
  const rows = await united(
    db,
    keyed.map((model, nth) => branch(nth, model, [], (scope) => keyIn(scope, keys), keys.length, aliases)),
  )
  const found = rows.map((row) => foundRow(keyed[Number(row[0])]!, row, moment, 'exact'))
  // A row that extends another has its key: it is one record, told once.
  return found.filter(({ model, key }) => !found.some((other) => other.key === key && other.model.parent === model.key))
}

/** Matches of each model that are looked at before the best are chosen. */
const LOOKED_AT = 40

function closenessOf(names: readonly (string | null)[], sought: string): Closeness {
  const known = names.flatMap((name) => name?.toLowerCase() ?? [])
  if (known.includes(sought)) return 'exact'
  return known.some((name) => name.startsWith(sought)) ? 'begins' : 'contains'
}

/**
 * Rows of any of the models whose name is, begins with or contains a text; of several words all must be found. One
 * statement. Of thousands of matches any few are told, but those that are called exactly so among them.
 */
export async function rowsCalled(
  db: Db,
  models: readonly NamedModel[],
  text: string,
  moment: Moment,
): Promise<FoundRow[]> {
  const words = wordsOf(text)
  if (words.length === 0) return []
  const aliases = new Aliases()
  const named = (nth: number, { model, paths, only }: NamedModel, at: 'exact' | 'start' | 'anywhere'): Fragment => {
    const inside =
      at === 'exact'
        ? (scope: Scope) =>
            sql`(${sql.join(
              paths.map((path) => sql`${scope.column(path).sql} = ${text}`),
              sql` or `,
            )})${only ? sql` and ${only(scope)}` : sql``}`
        : searchCondition(model, paths, words, { atMost: LOOKED_AT, at }, only)
    return branch(nth, model, paths, inside, LOOKED_AT, aliases)
  }
  const rows = await united(
    db,
    models.flatMap((one, nth) => [
      named(nth, one, 'exact'),
      ...(words.length === 1 && !one.namesRepeat ? [named(nth, one, 'start')] : []),
      named(nth, one, 'anywhere'),
    ]),
  )
  const found = new Map<string, FoundRow>()
  for (const row of rows) {
    const { model } = models[Number(row[0])]!
    const closeness = closenessOf(read(row[4]), text.toLowerCase())
    found.set(`${row[0]} ${row[1]}`, foundRow(model, row, moment, closeness))
  }
  return [...found.values()]
}
