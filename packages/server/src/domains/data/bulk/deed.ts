import { type Db, sql } from '../../../database/index.ts'
import { type Key, Refused } from '../../../records/index.ts'

/** What a change of many datasets comes to, or would come to. */
export interface Effect {
  /** How many were chosen. */
  readonly datasets: number
  /** How many get something else than they have. */
  readonly changed: number
  /** How many have it already. */
  readonly already: number
  /** How many a tag protects, before and afterwards. */
  readonly protected: number
  readonly protected_after: number
  /** Of those that change: sessions that they belong to, and their bytes. */
  readonly sessions: number
  readonly bytes: number
}

/**
 * Locks datasets against others who write them, in the order of their keys, so that two who do this at once wait for each
 * other instead of standing in each other's way. One statement.
 *
 * @throws Refused `missing` when some are not there
 */
export async function lockDatasets(db: Db, keys: readonly Key[]): Promise<void> {
  const [row] = await db.rows(sql`
    select count(*) from (
      select from data_dataset where id = any(${keys}::uuid[]) order by id for no key update) as locked`)
  const absent = new Set(keys).size - Number(row![0])
  if (absent > 0)
    throw new Refused('missing', `${absent} of ${keys.length} datasets are not there any more. Nothing was changed.`)
}

/**
 * What this transaction is found by in the history: its number and that of the request. Numbers of requests begin anew
 * with each start of the server, but only they have an index.
 */
export async function deedOf(db: Db, request: string): Promise<string> {
  const [row] = await db.rows(sql`select pg_current_xact_id()`)
  return `${row![0]}.${request}`
}

/** @throws Refused `missing` for what is no such name */
export function readDeed(deed: string): { readonly transaction: string; readonly request: string } {
  const [, transaction, request] = /^(\d{1,19})\.(.{1,200})$/.exec(deed) ?? []
  if (transaction === undefined || request === undefined)
    throw new Refused('missing', `Nobody knows of a change called "${deed.slice(0, SHOWN_LENGTH)}".`)
  return { transaction, request }
}

const SHOWN_LENGTH = 60
