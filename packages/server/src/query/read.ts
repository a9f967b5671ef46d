import { type ColumnKind, type Model, primaryKey } from '@alyx/models'
import { sql } from 'kysely'
import type { Db, Statement } from '../database/index.ts'
import { sqlBuilder } from '../database/index.ts'
import { type CompiledShape, compileShape } from './compile-shape.ts'
import { type Order, orderBy, reversed, totalOrder } from './order.ts'
import { Aliases, type Fragment, Scope } from './scope.ts'
import type { Batch, Moment, Shape } from './shape.ts'

/** A row as PostgreSQL sends it: the primary key, then the columns of the representation, as text. */
export type TextRow = readonly (string | null)[]
/** Rows of the nested lists: branch, key of the owner, then its rows without these two. */
export type Nested = ReadonlyMap<number, ReadonlyMap<string, readonly TextRow[]>>
export type Batches = ReadonlyMap<Batch, ReadonlyMap<string, Readonly<Record<string, unknown>>>>

export interface Found {
  readonly rows: readonly TextRow[]
  readonly nested: Nested
  readonly batches: Batches
}
export interface Page extends Found {
  /** How many rows there are on all pages together, exactly. */
  readonly count: number
}

export interface Selection {
  /** Which rows; everything when absent. Built on a scope of the statement that finds the keys. */
  readonly where?: (scope: Scope) => Fragment | undefined
  readonly order: Order
  readonly limit: number
  readonly offset: number
  /** What is looked for decides how: a search for a word. */
  readonly planEachTime?: boolean
}

/** Exact number of all rows of a model from the counters, or undefined where it has none. */
export type Totals = (db: Db, model: Model) => Promise<number | undefined>

/** The statement that a fragment stands for. */
export function statementOf(fragment: Fragment): Statement {
  const { sql: text, parameters: values } = fragment.compile(sqlBuilder)
  return { text, values }
}

export const KEY_TYPES: Partial<Record<ColumnKind, string>> = {
  uuid: 'uuid',
  reference: 'uuid',
  identity: 'int',
  integer: 'int',
}

/** A statement whose text is known for good, but for the keys that it is asked about. */
interface OfKeys {
  readonly text: string
  readonly values: readonly unknown[]
  /** Where among the values the keys go. */
  readonly at: number
}

/**
 * The statement for everything nested, prepared for many rows or for one. For one it is another text, because
 * PostgreSQL keeps a plan for `= $1` but makes a new one each time for a list as short as that.
 */
function nestedStatement(compiled: CompiledShape, rows: 'many' | 'one'): OfKeys | undefined {
  const type = sql.raw(KEY_TYPES[primaryKey(compiled.model).field.kind] ?? 'text')
  const placeholder = ['keys of the page']
  const keys = sql.val(placeholder)
  const nested = compiled.nested((key) =>
    rows === 'many' ? sql`${key} = any(${keys}::${type}[])` : sql`${key} = ${keys}::${type}`,
  )
  if (!nested) return undefined
  const { text, values } = statementOf(nested)
  return unite(text, values, placeholder)
}

/** Rows to skip from which on it pays to ask for the length of the list first. */
const FAR = 1000

/** Rows that a stretch of a list reads at least: few sizes, so that few statements are ever prepared. */
const STRETCHES = [2, 11, 21, 51, 101, 201, 501, 1001] as const
const roundedUp = (rows: number): number => STRETCHES.find((size) => size >= rows) ?? rows

/**
 * ` limit … offset …`. A limit that is written out lets PostgreSQL keep one plan for the statement: of numbers that it is
 * given it assumes a tenth of the table, and then plans anew each time, which for ten joins takes longer than reading.
 * Offsets are always given: there are too many of them to prepare a statement for each.
 */
function stretchOf(limit: number, offset: number, ends: 'given' | 'written'): Fragment {
  if (ends === 'given') return sql` limit ${limit} offset ${offset}`
  return offset === 0 ? sql` limit ${sql.lit(limit)}` : sql` limit ${sql.lit(limit)} offset ${offset}`
}

/** Reads rows of one representation. Made once per representation; compiled text is kept. */
export class Reader {
  readonly model: Model
  readonly #compiled: CompiledShape
  readonly #nested: OfKeys | undefined
  readonly #nestedInOne: OfKeys | undefined

  constructor(model: Model, shape: Shape) {
    this.model = model
    this.#compiled = compileShape(model, shape)
    this.#nested = nestedStatement(this.#compiled, 'many')
    this.#nestedInOne = nestedStatement(this.#compiled, 'one')
  }

  get layout(): CompiledShape['layout'] {
    return this.#compiled.layout
  }

  /**
   * One page of rows with everything nested in them and the exact count: at most three statements, whatever the size,
   * and those of the representation's batches.
   *
   * Keys are found first, from indexes alone where the filter allows it; only then are the page's rows joined, so a
   * deep page costs little more than the first.
   */
  async page(db: Db, selection: Selection, moment: Moment, totals?: Totals): Promise<Page> {
    const total = selection.offset < FAR || selection.where ? undefined : await totals?.(db, this.model)
    const rows = await this.#rowsOf(db, selection, total)
    const full = rows.length === selection.limit || (rows.length === 0 && selection.offset > 0)
    const [count, rest] = await Promise.all([
      total ?? (full ? this.#count(db, selection.where, totals) : selection.offset + rows.length),
      this.#rest(db, rows, moment),
    ])
    return { count, rows, ...rest }
  }

  /**
   * A stretch of a list without its length: at most two statements, and whether there is more of it is known from one
   * row that is read beyond the end.
   */
  async slice(db: Db, selection: Selection, moment: Moment): Promise<Found & { readonly more: boolean }> {
    const { limit } = selection
    const statement = this.#pageStatement({ ...selection, limit: roundedUp(limit + 1) }, 'from the start', 'written')
    const read = await db.rows({ ...statement, planEachTime: selection.planEachTime === true })
    const rows = read.slice(0, limit)
    return { rows, more: read.length > limit, ...(await this.#rest(db, rows, moment)) }
  }

  /** How many rows a condition selects, exactly; all of them from the counters where there are some. */
  count(db: Db, where: Selection['where'], totals?: Totals): Promise<number> {
    return this.#count(db, where, totals)
  }

  /** The rows of a page. One beyond the middle of a list whose length is known is reached from the end. */
  async #rowsOf(db: Db, selection: Selection, total: number | undefined): Promise<readonly TextRow[]> {
    const { limit, offset } = selection
    if (total === undefined || offset <= total / 2) return db.rows(this.#pageStatement(selection))
    const left = Math.min(limit, total - offset)
    if (left <= 0) return []
    return db.rows(this.#pageStatement({ ...selection, limit: left, offset: total - offset - left }, 'from the end'))
  }

  /** The rows that a condition selects, in a fixed order; for details and small sets. */
  async find(db: Db, where: (scope: Scope) => Fragment, moment: Moment, limit = 2): Promise<Found> {
    const rows = await db.rows(this.#pageStatement({ where, order: [], limit, offset: 0 }))
    return { rows, ...(await this.#rest(db, rows, moment)) }
  }

  #pageStatement(
    { where, order, limit, offset }: Selection,
    from: 'from the start' | 'from the end' = 'from the start',
    ends: 'given' | 'written' = 'given',
  ): Statement {
    const stretch = stretchOf(limit, offset, ends)
    const { scope, selects } = this.#compiled
    if (!where && from === 'from the start' && offset < FAR && order.every((path) => !path.includes('.'))) {
      // An index gives the page in order: its rows are joined as they come.
      return statementOf(
        sql`select ${sql.join(selects)} from ${scope.from()} order by ${orderBy(scope, totalOrder(this.model, order))}${stretch}`,
      )
    }
    const key = primaryKey(this.model).column
    const total = totalOrder(this.model, order)
    // Numbered apart from the outer tables: the same question must give the same text, or it is never prepared.
    const inner = new Scope(this.model, new Aliases('k'))
    const condition = where?.(inner)
    const sorting = orderBy(inner, from === 'from the end' ? reversed(total) : total)
    const outerSorting = orderBy(scope, total)
    return statementOf(
      sql`select ${sql.join(selects)} from (select ${inner.key} from ${inner.from()}${condition ? sql` where ${condition}` : sql``} order by ${sorting}${stretch}) as keys join ${sql.table(this.model.table)} as ${sql.ref(scope.alias)} on ${scope.key} = ${sql.ref(`keys.${key}`)}${scope.joins()} order by ${outerSorting}`,
    )
  }

  async #count(db: Db, where: Selection['where'], totals: Totals | undefined): Promise<number> {
    const scope = new Scope(this.model)
    const condition = where?.(scope)
    const total = condition ? undefined : await totals?.(db, this.model)
    if (total !== undefined) return total
    const [row] = await db.rows(
      statementOf(sql`select count(*) from ${scope.from()}${condition ? sql` where ${condition}` : sql``}`),
    )
    return Number(row![0])
  }

  async #rest(db: Db, rows: readonly TextRow[], moment: Moment): Promise<{ nested: Nested; batches: Batches }> {
    const keys = rows.map((row) => row[0]!)
    if (keys.length === 0) return { nested: new Map(), batches: new Map() }
    const statement = keys.length === 1 ? this.#nestedInOne : this.#nested
    const [nested, ...batches] = await Promise.all([
      statement
        ? db.rows({
            text: statement.text,
            values: statement.values.with(statement.at, keys.length === 1 ? keys[0] : keys),
          })
        : [],
      ...this.#compiled.batches.map(async (batch) => [batch, await batch(db, keys, moment)] as const),
    ])
    return { nested: grouped(nested), batches: new Map(batches) }
  }
}

function grouped(rows: readonly TextRow[]): Nested {
  const branches = new Map<number, Map<string, TextRow[]>>()
  let branch = new Map<string, TextRow[]>()
  let number: string | null = null
  for (const row of rows) {
    if (row[0] !== number) {
      number = row[0]!
      branch = branches.get(Number(number)) ?? new Map()
      branches.set(Number(number), branch)
    }
    const owner = row[1]!
    const list = branch.get(owner)
    if (list) list.push(row)
    else branch.set(owner, [row])
  }
  return branches
}

function unite(
  text: string,
  values: readonly unknown[],
  same: unknown,
): { text: string; values: readonly unknown[]; at: number } {
  const kept: unknown[] = []
  const numbers = values.map((value) => {
    const known = value === same ? kept.indexOf(same) : -1
    return known >= 0 ? known + 1 : kept.push(value)
  })
  return {
    text: text.replace(/\$(\d+)/g, (_, number) => `$${numbers[Number(number) - 1]}`),
    values: kept,
    at: kept.indexOf(same),
  }
}
