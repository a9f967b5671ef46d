import { randomUUID } from 'node:crypto'
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
  /** Columns that changed; all of the row when it came or went. None for links. */
  readonly columns: readonly string[]
  /** The field whose links changed. */
  readonly links: string | undefined
  readonly user: string | null
  readonly source: string
  /** UTC with microseconds. */
  readonly at: string
}

export interface TailOptions {
  /** How long news may wait. */
  readonly everyMs?: number
  /** How many told changes are remembered for those who come back. */
  readonly remembered?: number
  /** Hears of a look at the history that failed; it is tried again. */
  readonly failed?: (error: unknown) => void
}

/** What one who begins to listen is to know. */
export interface Listening {
  /** What was told after the place that the listener named; undefined when that is not known any more. */
  readonly missed: readonly News[] | undefined
  /** Where the listener stands now; later, at the id of the last news. */
  readonly place: string
  /** Ends the listening. */
  readonly stop: () => void
}

const PAGE = 1000
const REMEMBERED = 2000
const EVERY_MS = 500

/**
 * Tells changes of the history as they are committed, from whichever door, to all who listen: one look at the history
 * for all of them, and none while nobody listens.
 *
 * Numbers are drawn before transactions are committed, so a smaller one may appear after a larger one. What is new is
 * therefore no question of numbers: a look tells the changes of the transactions that it sees and the look before did not.
 */
export class HistoryTail {
  readonly #database: Database
  readonly #everyMs: number
  readonly #most: number
  readonly #failed: (error: unknown) => void
  readonly #listeners = new Set<(news: News) => void>()
  /** Snapshot of the last look: all that was committed in it is told. */
  #seen: string | undefined
  /** Every change up to this number is told or will never be: the next look begins there. */
  #mark = '0'
  /** The mark to be, as soon as every transaction before this one has ended. */
  #horizon: { readonly mark: string; readonly transaction: bigint } | undefined
  #newest = 0n
  #recent: News[] = []
  /** The place before the first of the recent ones. */
  #start = ''
  #timer: NodeJS.Timeout | undefined
  #beginning: Promise<void> | undefined
  #looking: Promise<void> | undefined

  constructor(database: Database, options: TailOptions = {}) {
    this.#database = database
    this.#everyMs = options.everyMs ?? EVERY_MS
    this.#most = options.remembered ?? REMEMBERED
    this.#failed = options.failed ?? (() => undefined)
  }

  /**
   * Listens: nothing that is committed after this resolved is missed.
   *
   * @param after place or id of the news that was heard last, by one who comes back
   * @throws the errors of the database when the first listener comes and it cannot be asked
   */
  async listen(heard: (news: News) => void, after?: string): Promise<Listening> {
    if (!this.#timer) {
      this.#beginning ??= this.#begin().finally(() => {
        this.#beginning = undefined
      })
      await this.#beginning
    }
    // Nothing is waited for from here on: what was told is among the recent ones, what comes is heard.
    this.#listeners.add(heard)
    this.#timer ??= setInterval(() => void this.look(), this.#everyMs).unref()
    return {
      missed: after === undefined ? [] : this.#since(after),
      place: this.#recent.at(-1)?.id ?? this.#start,
      stop: () => this.#leave(heard),
    }
  }

  /** Looks at once, if somebody listens. Never throws. */
  async look(): Promise<void> {
    if (!this.#timer) return
    await this.#lookAlone().catch(this.#failed)
  }

  #leave(heard: (news: News) => void): void {
    this.#listeners.delete(heard)
    if (this.#listeners.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Goes on where the last listener left, unless that is far behind. */
  async #begin(): Promise<void> {
    await this.#looking?.catch(() => undefined)
    if (this.#seen !== undefined && !(await this.#isFarBehind(this.#seen))) return this.#lookAlone()
    // Below the last seal nothing can appear any more.
    const [[seen, sealed, newest] = []] = await this.#database.rows(sql`
      select pg_current_snapshot(), (select coalesce(max(to_id), 0) from alyx.seal), coalesce(max(id), 0) from alyx.change`)
    this.#seen = seen!
    this.#mark = sealed!
    this.#newest = BigInt(newest!)
    this.#recent = []
    this.#start = randomUUID()
    this.#horizon = await this.#drawHorizon()
  }

  async #isFarBehind(seen: string): Promise<boolean> {
    const more = await this.#database.rows(sql`
      select 1 from alyx.change
      where id > ${this.#mark}::bigint and not pg_visible_in_snapshot(transaction, ${seen}::pg_snapshot)
      offset ${this.#most}::bigint limit 1`)
    return more.length > 0
  }

  #since(after: string): readonly News[] | undefined {
    if (after === this.#start) return [...this.#recent]
    const place = this.#recent.findLastIndex(({ id }) => id === after)
    return place === -1 ? undefined : this.#recent.slice(place + 1)
  }

  #lookAlone(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #lookOnce(): Promise<void> {
    const [[now, oldest] = []] = await this.#database.rows(
      sql`select now_is, pg_snapshot_xmin(now_is) from pg_current_snapshot() as now_is`,
    )
    if (now !== this.#seen) await this.#tellBetween(this.#seen!, now!)
    if (this.#horizon && this.#horizon.transaction <= BigInt(oldest!)) {
      this.#mark = this.#horizon.mark
      this.#horizon = undefined
    }
    if (!this.#horizon && this.#newest > BigInt(this.#mark)) this.#horizon = await this.#drawHorizon()
  }

  /** Whoever has drawn a number up to the newest began before, so its transaction is older than the one drawn now. */
  async #drawHorizon(): Promise<{ mark: string; transaction: bigint }> {
    const mark = String(this.#newest)
    const [[transaction] = []] = await this.#database.rows(sql`select pg_current_xact_id()`)
    return { mark, transaction: BigInt(transaction!) }
  }

  async #tellBetween(before: string, now: string): Promise<void> {
    let from = this.#mark
    for (;;) {
      // Page by page: the memory of a burst is that of one page. The oldest transaction is compared first, being cheap.
      const rows = await this.#database.rows(sql`
        select id, table_name, key, operation, username, source, to_char(at at time zone 'UTC', ${MOMENT_FORMAT}),
          array_to_string(array(select jsonb_object_keys(coalesce(new, old, '{}'))), ',')
        from alyx.change
        where id > ${from}::bigint and operation <> 'start'
          and transaction >= pg_snapshot_xmin(${before}::pg_snapshot)
          and not pg_visible_in_snapshot(transaction, ${before}::pg_snapshot)
          and pg_visible_in_snapshot(transaction, ${now}::pg_snapshot)
        order by id limit ${PAGE}::bigint`)
      for (const row of rows) this.#tell(row)
      if (rows.length < PAGE) break
      from = rows.at(-1)![0]!
    }
    this.#seen = now
  }

  #tell([id, table, key = null, operation, user = null, source, at, columns]: readonly (string | null)[]): void {
    if (BigInt(id!) > this.#newest) this.#newest = BigInt(id!)
    const watched = watchedTable(table!)
    if (!watched) return
    const { model, links } = watched
    const news: News = {
      id: id!,
      model,
      key,
      operation: operation!,
      columns: links || !columns ? [] : columns.split(','),
      links: links?.field,
      user,
      source: source!,
      at: at!,
    }
    this.#remember(news)
    for (const heard of [...this.#listeners]) heard(news)
  }

  #remember(news: News): void {
    this.#recent.push(news)
    if (this.#recent.length < this.#most * 2) return
    this.#start = this.#recent.at(-this.#most - 1)!.id
    this.#recent = this.#recent.slice(-this.#most)
  }
}
