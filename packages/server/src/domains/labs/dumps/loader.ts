import { randomUUID } from 'node:crypto'
import { joinTable, type Model, primaryKey } from '@alyx/models'
import {
  CheckViolation,
  type Db,
  InvalidText,
  identifier,
  NotNullViolation,
  raw,
  sql,
  UniqueViolation,
  ValueTooLong,
} from '../../../database/index.ts'
import { insertLinks, insertRows, transportType } from '../../../query/bulk-insert.ts'
import { DumpError } from './dump-error.ts'
import { findAlike, findByNaturalKey, isMatchedByName, keyText } from './natural-keys.ts'
import type { LoadedRow, Unresolved } from './row-of-object.ts'

/** Rows added and changed, by model in the order of the dump. */
export type LoadReport = Record<string, { added: number; changed: number }>

/** Temporary table with the line of every loaded object, so that memory does not grow with the dump. */
export const LOADED = 'alyx_loaded'

const BATCH = 1000

/** Writes rows of a dump in batches, as long as the model stays the same. */
export class Loader {
  readonly report: LoadReport = {}
  readonly #db: Db
  readonly #onProgress: ((progress: { objects: number; model: string }) => void) | undefined
  readonly #models = new Map<string, Model>()
  #batch: LoadedRow[] = []
  #writing: Promise<void> = Promise.resolve()
  /** Rows that name others which come later. */
  #postponed: LoadedRow[] = []
  #objects = 0
  /** Keys already looked up, by model and natural key. */
  readonly #resolved = new Map<string, Map<string, string>>()
  /** For models matched by name: the dump's key to the one here. */
  readonly #translated = new Map<string, Map<string, string>>()

  constructor(db: Db, onProgress?: (progress: { objects: number; model: string }) => void) {
    this.#db = db
    this.#onProgress = onProgress
  }

  get models(): readonly Model[] {
    return [...this.#models.values()]
  }

  /** Resolves when the row has its place in a batch; the batch before is still being written meanwhile. */
  async take(row: LoadedRow): Promise<void> {
    if (this.#batch.length >= BATCH || (this.#batch[0] && this.#batch[0].model !== row.model)) await this.#hand()
    this.#batch.push(row)
  }

  /** Begins to write the batch, once the one before is written. */
  async #hand(): Promise<void> {
    await this.#writing
    const batch = this.#batch
    this.#batch = []
    this.#writing = this.#flush(batch)
    // Thrown where it is awaited; without this Node would stop the process before.
    this.#writing.catch(() => undefined)
  }

  /** Writes what is left. @throws DumpError */
  async finish(): Promise<void> {
    await this.#hand()
    await this.#writing
    const late = this.#postponed
    this.#postponed = []
    for (const [, rows] of Map.groupBy(late, ({ model }) => model)) {
      await this.#flush(rows)
    }
    // Rows may name each other in a chain: as long as a round settles some, another may settle more.
    if (this.#postponed.length > 0 && this.#postponed.length < late.length) return this.finish()
    for (const row of this.#postponed) this.#refuseUnresolved(row)
  }

  #refuseUnresolved({ place, unresolved }: LoadedRow): never {
    const [missing] = unresolved.filter(({ to, key }) => !this.#resolved.get(to.key)?.has(keyText(key)))
    throw new DumpError(
      { ...place, ...(missing && { field: missing.field }) },
      `neither the dump nor the database has a ${missing?.to.label} named ${missing && keyText(missing.key)}`,
    )
  }

  async #flush(given: readonly LoadedRow[]): Promise<void> {
    const model = given[0]?.model
    if (!model) return
    const ready = await this.#resolve(given)
    if (ready.length === 0) return
    this.#models.set(model.key, model)
    this.#translateReferences(model, ready)
    await this.#matchByName(model, ready)
    const key = primaryKey(model).column
    // The last object of a key counts, as when they are loaded one by one.
    const rows = [...new Map(ready.map((one) => [String(one.row[key]), one])).values()]
    this.report[model.key] ??= { added: 0, changed: 0 }
    await this.#write(model, rows)
    await this.#writeLinks(model, rows)
    await this.#db.execute(
      sql`insert into ${identifier(LOADED)} select ${model.key}, given.* from unnest(${rows.map(({ row }) => String(row[key]))}::text[], ${rows.map(({ place }) => place.line)}::int[]) as given`,
    )
    this.#objects += ready.length
    this.#onProgress?.({ objects: this.#objects, model: model.key })
  }

  /** Rows whose natural keys are all known, settled; the others are put aside. */
  async #resolve(rows: readonly LoadedRow[]): Promise<LoadedRow[]> {
    const open = rows.flatMap(({ unresolved }) => unresolved)
    for (const [to, keys] of Map.groupBy(open, (one: Unresolved) => one.to)) {
      const known = this.#resolved.get(to.key) ?? new Map<string, string>()
      this.#resolved.set(to.key, known)
      const wanted = new Map(keys.map(({ key }) => [keyText(key), key]))
      for (const text of known.keys()) wanted.delete(text)
      for (const [text, pk] of await findByNaturalKey(this.#db, to, [...wanted.values()])) known.set(text, pk)
    }
    const isKnown = ({ to, key }: Unresolved) => this.#resolved.get(to.key)?.has(keyText(key)) === true
    const { ready = [], later = [] } = Object.groupBy(rows, ({ unresolved }) =>
      unresolved.every(isKnown) ? 'ready' : 'later',
    )
    this.#postponed.push(...later)
    for (const { to, key, settle } of ready.flatMap(({ unresolved }) => unresolved)) {
      settle(this.#resolved.get(to.key)?.get(keyText(key)) ?? '')
    }
    return ready
  }

  /** Numbers of the other database become those of this one. Keys that were looked up here already are no numbers of it. */
  #translateReferences(model: Model, rows: readonly LoadedRow[]): void {
    for (const [name, field] of Object.entries(model.fields)) {
      if (field.kind !== 'reference' && field.kind !== 'many') continue
      const keys = this.#translated.get(field.to)
      if (!keys) continue
      for (const { row, links, unresolved } of rows) {
        if (unresolved.some((one) => one.field === name)) continue
        if (field.kind === 'reference') {
          row[`${name}_id`] = keys.get(String(row[`${name}_id`])) ?? row[`${name}_id`]
        } else {
          const list = links.get(name)
          for (const [at, key] of list?.entries() ?? []) list?.splice(at, 1, keys.get(String(key)) ?? key)
        }
      }
    }
  }

  /** Gives rows that are known here by name the key they have here, and rows without a key a new one. */
  async #matchByName(model: Model, rows: readonly LoadedRow[]): Promise<void> {
    const { column, field } = primaryKey(model)
    const asked = isMatchedByName(model) ? rows : rows.filter(({ row }) => row[column] === null)
    if (asked.length === 0) return
    const here = await findAlike(
      this.#db,
      model,
      asked.map(({ row }) => row),
    )
    const keys = this.#translated.get(model.key) ?? new Map<string, string>()
    this.#translated.set(model.key, keys)
    const numbers = field.kind === 'identity' ? await this.#numbersOf(model, asked) : undefined
    for (const [at, one] of asked.entries()) {
      const given = one.row[column] as string | null
      // A number that is another row's here cannot be kept.
      const fresh = () =>
        given !== null && !numbers?.taken.has(given) ? given : numbers ? String(++numbers.highest) : randomUUID()
      const known = here.get(at) ?? fresh()
      if (given !== null) keys.set(given, known)
      one.row[column] = known
      one.place = { ...one.place, pk: known }
    }
  }

  /** Of the rows' numbers those that are taken here, and the highest of all. */
  async #numbersOf(model: Model, rows: readonly LoadedRow[]): Promise<{ taken: Set<string>; highest: number }> {
    const column = identifier(primaryKey(model).column)
    const given = rows.map(({ row }) => Number(row[primaryKey(model).column] ?? 0))
    const [found] = await this.#db.rows(sql`select coalesce(max(${column}), 0),
array_to_string(array_agg(${column}) filter (where ${column} = any(${given}::bigint[])), ',') from ${identifier(model.table)}`)
    return { taken: new Set(found?.[1]?.split(',')), highest: Math.max(Number(found?.[0]), ...given) }
  }

  /** Writes rows in one statement; when the database refuses it, in halves, until the offending object is alone. */
  async #write(model: Model, rows: readonly LoadedRow[]): Promise<void> {
    await this.#db.execute(sql`savepoint before_rows`)
    try {
      const { added, changed } = await insertRows(
        this.#db,
        model,
        rows.map(({ row }) => row),
        { taken: 'update' },
      )
      const counts = this.report[model.key]
      if (counts) {
        counts.added += added
        counts.changed += changed
      }
      await this.#db.execute(sql`release savepoint before_rows`)
    } catch (error) {
      if (!isAboutARow(error)) throw error
      await this.#db.execute(sql`rollback to savepoint before_rows`)
      const [only, second] = rows
      if (only && !second) throw new DumpError(only.place, explain(error, model), { cause: error })
      const middle = rows.length >> 1
      await this.#write(model, rows.slice(0, middle))
      await this.#write(model, rows.slice(middle))
    }
  }

  /** A dump lists all links of a field, so those that are there and not listed go. */
  async #writeLinks(model: Model, rows: readonly LoadedRow[]): Promise<void> {
    const { column, field: key } = primaryKey(model)
    for (const [name, field] of Object.entries(model.fields)) {
      if (field.kind !== 'many' || field.through) continue
      const listed = rows.filter(({ links }) => links.has(name))
      if (listed.length === 0) continue
      const { table, fromColumn } = joinTable(model, name, field)
      const keys = listed.map(({ row }) => row[column] as string)
      if (this.report[model.key]?.changed) {
        await this.#db.execute(
          sql`delete from ${identifier(table)} where ${identifier(fromColumn)} = any(${keys}::${raw(transportType(key))}[])`,
        )
      }
      const links = listed.flatMap(({ row, links: all }) =>
        (all.get(name) ?? []).map((to) => [row[column] as string, to] as const),
      )
      await insertLinks(this.#db, model, name, links)
    }
  }
}

type AboutARow = UniqueViolation | NotNullViolation | CheckViolation | ValueTooLong | InvalidText

const isAboutARow = (error: unknown): error is AboutARow =>
  [UniqueViolation, NotNullViolation, CheckViolation, ValueTooLong, InvalidText].some((kind) => error instanceof kind)

function explain(error: AboutARow, model: Model): string {
  if (error instanceof UniqueViolation) {
    return `another ${model.label} has the same ${error.columns.join(' and ') || error.constraint}`
  }
  if (error instanceof NotNullViolation) return `${error.columns.join(', ')} needs a value`
  if (error instanceof CheckViolation) return `the database's rule ${error.constraint} forbids it`
  return error.message
}
