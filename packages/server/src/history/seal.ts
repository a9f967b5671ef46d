import { setTimeout as pause } from 'node:timers/promises'
import { type Database, type Db, raw, sql } from '../database/index.ts'
import { watchedTables } from './watched-tables.ts'

/** How often a short wait for running transactions looks again. */
const LOOK_AGAIN_MS = 50

/**
 * Seals what was written to the history and cannot change any more: batches of rows, each hashed together with the hash
 * of the batch before. Several servers may do so at the same time.
 *
 * Rows get their number before their transaction is committed, so what is newest must wait until all transactions of
 * that moment have ended: a call seals what the call before took note of. With `waitMs` it waits so long for them.
 *
 * @returns the number of rows sealed
 */
export async function sealHistory(
  database: Database,
  { waitMs = 0 }: { readonly waitMs?: number } = {},
): Promise<number> {
  const until = Date.now() + waitMs
  let sealed = await sealOnce(database)
  while (Date.now() < until && (await unsealed(database)) > 0) {
    const now = await sealOnce(database)
    sealed += now
    if (now === 0) await pause(LOOK_AGAIN_MS)
  }
  return sealed
}

/** Alone in its transaction: the function asks for it. */
const sealOnce = (database: Database): Promise<number> =>
  database.transaction(async (db) => {
    await db.execute(raw('set local statement_timeout = 0'))
    const [[rows] = []] = await db.rows(sql`select alyx.seal_changes()`)
    return Number(rows)
  })

/** Rows of the history after the last seal. */
async function unsealed(db: Db): Promise<number> {
  const [[rows] = []] = await db.rows(
    sql`select count(*) from alyx.change where id > (select coalesce(max(to_id), 0) from alyx.seal)`,
  )
  return Number(rows)
}

/** @returns undefined when nothing was sealed yet */
export async function secondsSinceSeal(db: Db): Promise<number | undefined> {
  const [[seconds] = []] = await db.rows(
    sql`select extract(epoch from clock_timestamp() - sealed_at) from alyx.seal order by number desc limit 1`,
  )
  return seconds == null ? undefined : Number(seconds)
}

export interface HistorySeals {
  readonly seals: number
  readonly sealedRows: number
  /** Rows that no seal covers yet. */
  readonly unsealedRows: number
  /** Hash of the last seal, hexadecimal: whoever keeps it elsewhere can tell later that nothing before it was changed. */
  readonly head: string | undefined
}

/** How much of the history is sealed, as the seals themselves say. */
export async function historySeals(db: Db): Promise<HistorySeals> {
  const [found] = await db.objects<{ seals: number; rows: number; head: string | null }>(
    sql`select count(*)::float8 as seals, coalesce(sum(rows), 0)::float8 as rows,
  (select encode(hash, 'hex') from alyx.seal order by number desc limit 1) as head from alyx.seal`,
  )
  const { seals, rows, head } = found!
  return { seals, sealedRows: rows, unsealedRows: await unsealed(db), head: head ?? undefined }
}

export interface HistoryVerification extends HistorySeals {
  /** The first thing that is not as it was sealed, in a sentence; undefined when all is. */
  readonly broken: string | undefined
  /** Tables whose changes are not remembered although they should be. */
  readonly unwatched: readonly string[]
}

interface SealCheck {
  number: string
  from_id: string
  to_id: string
  rows: string
  found: string
  follows: boolean
  fits: boolean
}

/**
 * Computes every seal anew and compares. Reads the whole history, in one snapshot.
 *
 * @param expected a hash of a seal that was kept elsewhere, hexadecimal
 */
export async function verifyHistory(
  database: Database,
  { expected }: { readonly expected?: string | undefined } = {},
): Promise<HistoryVerification> {
  return database.transaction(
    async (db) => {
      await db.execute(raw('set local statement_timeout = 0'))
      const [bad] = await db.objects<SealCheck>(firstBroken)
      const gone =
        expected !== undefined &&
        (await db.rows(sql`select from alyx.seal where encode(hash, 'hex') = ${expected.toLowerCase()}`)).length === 0
      return {
        ...(await historySeals(db)),
        broken: bad
          ? await inWords(db, bad)
          : gone
            ? `No seal has the hash ${expected}: what it sealed is gone or was replaced.`
            : undefined,
        unwatched: await unwatchedTables(db),
      }
    },
    { readOnly: true, isolation: 'repeatable read' },
  )
}

const firstBroken = sql`
select s.number::text, s.from_id::text, s.to_id::text, s.rows::text, n.rows::text as found,
       s.number = s.before_number + 1 and s.from_id = s.before_to_id + 1 as follows,
       s.hash = alyx.seal_hash(s.before_hash, s.from_id, s.to_id, n.row_hashes) as fits
  from (select *, lag(hash) over sequence as before_hash, coalesce(lag(number) over sequence, 0) as before_number,
               coalesce(lag(to_id) over sequence, 0) as before_to_id
          from alyx.seal window sequence as (order by number)) s
  cross join lateral (
    select count(*) as rows,
           coalesce(string_agg(sha256(convert_to(alyx.change_text(c), 'UTF8')), ''::bytea order by c.id), '') as row_hashes
      from alyx.change c where c.id between s.from_id and s.to_id) n
 where not (s.number = s.before_number + 1 and s.from_id = s.before_to_id + 1)
    or s.hash is distinct from alyx.seal_hash(s.before_hash, s.from_id, s.to_id, n.row_hashes)
 order by s.number limit 1`

async function inWords(db: Db, { number, from_id, to_id, rows, found, follows }: SealCheck): Promise<string> {
  if (!follows) return `Seal ${number} does not follow the one before it: a seal is missing.`
  const where = `seal ${number} (changes ${from_id} to ${to_id})`
  const there = await db.objects<{ id: string; mark: string }>(
    sql`select c.id::text, encode(substr(sha256(convert_to(alyx.change_text(c), 'UTF8')), 1, 8), 'hex') as mark
  from alyx.change c where c.id between ${from_id}::bigint and ${to_id}::bigint order by c.id`,
  )
  const [[marks] = []] = await db.rows(
    sql`select encode(row_marks, 'hex') from alyx.seal where number = ${number}::bigint`,
  )
  const sealed = marks?.match(/.{16}/g) ?? []
  const at = sealed.findIndex((mark, place) => there[place]?.mark !== mark)
  const counted = `${found} of ${rows} rows are there`
  if (at < 0) {
    const extra = there[sealed.length]
    return extra
      ? `Change ${extra.id} was added to ${where} after it was sealed.`
      : `The hash of ${where} is not that of its rows, which fit one by one: the seal itself was changed.`
  }
  const here = there[at]
  if (!here || sealed[at + 1] === here.mark) {
    const before = there[at - 1]?.id
    return `A change after ${before ?? 'the beginning'} is missing from ${where}: ${counted}.`
  }
  if (there[at + 1]?.mark === sealed[at]) return `Change ${here.id} was added to ${where} after it was sealed.`
  return `Change ${here.id} in ${where} is not as it was sealed: ${counted}.`
}

/** A table is watched by four triggers, for the ways in which rows come, change and go. */
const WAYS = ['insert', 'update', 'delete', 'truncate'].map((way) => `alyx_remember_${way}`)

async function unwatchedTables(db: Db): Promise<string[]> {
  const tables = watchedTables.map(({ table }) => table)
  const rows = await db.rows(
    sql`select name from unnest(${tables}::text[]) as name
 where (select count(*) from pg_trigger g
         where g.tgrelid = to_regclass(format('public.%I', name)) and g.tgname = any(${WAYS}::text[])
           and g.tgenabled in ('O', 'A')) < ${WAYS.length}
 order by name`,
  )
  return rows.map(([name]) => name!)
}
