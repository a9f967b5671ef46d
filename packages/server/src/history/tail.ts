import type { Model } from '@alyx/models'
import { type Database, sql } from '../database/index.ts'
import { MOMENT_FORMAT } from './entry.ts'
import { watchedTable } from './watched-tables.ts'

/** A change that was committed, without its values. */
export interface News {
  readonly id: string
  readonly model: Model
  readonly key: string | null
  readonly operation: string
  /** Columns that changed, or the field whose links did. */
  readonly fields: readonly string[]
  readonly user: string | null
  readonly source: string
  /** UTC with microseconds. */
  readonly at: string
}

export interface TailOptions {
  /** How long news may wait. */
  readonly everyMs?: number
  /** Hears of a look at the history that failed; it is tried again. */
  readonly failed?: (error: unknown) => void
}

/** Changes looked at in one go: more wait for the next. */
const MOST_AT_ONCE = 2000
const EVERY_MS = 500

/**
 * Tells changes of the history as they are committed, from whichever door, to all who listen: one look at the history
 * for all of them, and none while nobody listens.
 *
 * Numbers are drawn before transactions are committed, so a smaller one may appear after a larger one. What was told is
 * remembered down to a mark; the mark rises to the newest number of a moment once every transaction of that moment ended.
 */
export class HistoryTail {
  readonly #database: Database
  readonly #everyMs: number
  readonly #failed: (error: unknown) => void
  readonly #listeners = new Set<(news: News) => void>()
  #told = new Set<string>()
  #mark = 0n
  /** The newest number of a moment, and the first transaction that began after it. */
  #horizon: { readonly id: bigint; readonly transaction: bigint } | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined

  constructor(database: Database, { everyMs = EVERY_MS, failed = () => undefined }: TailOptions = {}) {
    this.#database = database
    this.#everyMs = everyMs
    this.#failed = failed
  }

  /** Listens from now on. Resolves when nothing that is committed afterwards is missed. @returns ends the listening */
  async listen(heard: (news: News) => void): Promise<() => void> {
    this.#listeners.add(heard)
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => void this.#look(), this.#everyMs)
      this.#timer.unref()
      try {
        await this.#begin()
      } catch (error) {
        this.#leave(heard)
        throw error
      }
    }
    return () => this.#leave(heard)
  }

  #leave(heard: (news: News) => void): void {
    this.#listeners.delete(heard)
    if (this.#listeners.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** What is there already is no news; what is under way is. */
  async #begin(): Promise<void> {
    const { newest } = await this.#moment()
    this.#mark = newest > BigInt(MOST_AT_ONCE) ? newest - BigInt(MOST_AT_ONCE) : 0n
    const there = await this.#database.rows(sql`select id from alyx.change where id > ${String(this.#mark)}`)
    this.#told = new Set(there.map(([id]) => id!))
    this.#horizon = undefined
  }

  async #moment(): Promise<{ newest: bigint; oldestRunning: bigint; next: bigint }> {
    const [[newest, oldestRunning, next] = []] = await this.#database.rows(sql`
      select coalesce((select max(id) from alyx.change), 0), pg_snapshot_xmin(now_is)::text, pg_snapshot_xmax(now_is)::text
      from pg_current_snapshot() as now_is`)
    return { newest: BigInt(newest!), oldestRunning: BigInt(oldestRunning!), next: BigInt(next!) }
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce()
      .catch(this.#failed)
      .finally(() => {
        this.#looking = undefined
      })
    return this.#looking
  }

  async #lookOnce(): Promise<void> {
    // Before the rows: what ended by then is among them.
    const { newest, oldestRunning, next } = await this.#moment()
    const rows = await this.#database.rows(sql`
      select id, table_name, key, operation, username, source, to_char(at at time zone 'UTC', ${MOMENT_FORMAT}),
        array_to_string(array(select jsonb_object_keys(coalesce(new, old, '{}'))), ',')
      from alyx.change where id > ${String(this.#mark)} and operation <> 'start' order by id
      limit ${MOST_AT_ONCE + this.#told.size}`)
    for (const row of rows) if (!this.#told.has(row[0]!)) this.#tell(row)
    if (this.#horizon && this.#horizon.transaction <= oldestRunning) {
      const mark = this.#horizon.id
      const last = rows.at(-1)?.[0]
      // Only as far as was read: a burst is told over several looks.
      const read = rows.length < MOST_AT_ONCE + this.#told.size || !last ? mark : BigInt(last)
      this.#mark = read < mark ? read : mark
      this.#told = new Set([...this.#told].filter((id) => BigInt(id) > this.#mark))
      this.#horizon = undefined
    }
    this.#horizon ??= { id: newest, transaction: next }
  }

  #tell([id, table, key = null, operation, user = null, source, at, columns]: readonly (string | null)[]): void {
    this.#told.add(id!)
    const watched = watchedTable(table!)
    if (!watched) return
    const fields = watched.links ? [watched.links.field] : columns ? columns.split(',') : []
    const { model } = watched
    const news = { id: id!, model, key, operation: operation!, fields, user, source: source!, at: at! }
    for (const heard of this.#listeners) heard(news)
  }
}
