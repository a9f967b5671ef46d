import { type Database, type Db, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'

const MIB = 1024 * 1024
/** What is kept of a log that grows without end: its beginning, which says what was run, and its end, which says why not. */
export const HEAD_BYTES = 4 * MIB
export const TAIL_BYTES = 12 * MIB

/**
 * Appends to the log of an attempt. What is known already is skipped, so that a piece may be sent twice.
 *
 * @param offset bytes of UTF-8 before the text
 * @returns bytes of the log from now on
 * @throws Refused `missing`, `forbidden`; `conflict` with `{length}` when something between is missing
 */
export async function appendLog(
  database: Database,
  actor: Actor,
  attempt: string,
  offset: number,
  text: string,
): Promise<number> {
  return database.transaction(async (db) => {
    const [found] = await db.objects<{ claimed_by: string | null; log_bytes: number }>(
      sql`select claimed_by, log_bytes::float8 as log_bytes from alyx.job_attempt where id = ${attempt} for no key update`,
    )
    if (!found) throw new Refused('missing', `There is no attempt "${attempt}".`)
    if (found.claimed_by !== actor.id)
      throw new Refused('forbidden', 'This attempt belongs to the worker of somebody else.')
    const { log_bytes: known } = found
    if (offset > known)
      throw new Refused('conflict', `The log has ${known} bytes: send what comes after them.`, {
        details: { length: known },
      })
    // PostgreSQL's text has no NUL; a byte for a byte keeps offsets right.
    const fresh = Buffer.from(text.replaceAll('\0', '?')).subarray(known - offset)
    if (fresh.length === 0) return known
    const length = known + fresh.length
    await db.execute(sql`
      with put as (
        insert into alyx.job_log (attempt_id, "offset", text) values (${attempt}, ${known}::bigint, ${fresh.toString('utf8')})
      ), cut as (
        delete from alyx.job_log where ${length > HEAD_BYTES + TAIL_BYTES}::boolean
           and attempt_id = ${attempt} and "offset" >= ${HEAD_BYTES}::bigint and "offset" < ${length - TAIL_BYTES}::bigint
      )
      update alyx.job_attempt set log_bytes = ${length}::bigint where id = ${attempt}`)
    return length
  })
}

/** A part of a log. */
export interface LogPart {
  /** Bytes before the text: more than was asked for when a part of the log was cut out. */
  readonly offset: number
  readonly text: string
  /** Where the next part begins. */
  readonly next: number
  /** Bytes of the whole log, cut parts included. */
  readonly length: number
  readonly ended: boolean
}

/**
 * Reads a log from an offset on.
 *
 * @returns undefined when there is no such attempt
 */
export async function readLog(db: Db, attempt: string, from: number, mostBytes: number): Promise<LogPart | undefined> {
  const [about] = await db.objects<{ length: number; ended: boolean }>(
    sql`select log_bytes::float8 as length, ended_at is not null as ended from alyx.job_attempt where id = ${attempt}`,
  )
  if (!about) return undefined
  const chunks = await db.objects<{ offset: number; text: string }>(sql`
    select l."offset"::float8 as "offset", l.text from alyx.job_log l
     where l.attempt_id = ${attempt}
       and l."offset" >= coalesce((select max("offset") from alyx.job_log where attempt_id = ${attempt} and "offset" <= ${from}::bigint), 0)
       and l."offset" + octet_length(l.text) > ${from}::bigint
     order by l."offset" limit 512`)
  return { ...joined(chunks, from, mostBytes, about.length), ...about }
}

/** Pieces that follow each other without a gap, from an offset on. */
function joined(chunks: readonly { offset: number; text: string }[], from: number, mostBytes: number, length: number) {
  const [first] = chunks
  if (!first) return { offset: Math.min(from, length), text: '', next: Math.min(from, length) }
  const offset = Math.max(from, first.offset)
  let bytes = Buffer.from(first.text).subarray(offset - first.offset)
  for (const { offset: at, text } of chunks.slice(1)) {
    if (at !== offset + bytes.length || bytes.length >= mostBytes) break
    bytes = Buffer.concat([bytes, Buffer.from(text)])
  }
  const part = wholeCharacters(bytes.subarray(0, mostBytes))
  return { offset, text: part.toString('utf8'), next: offset + part.length }
}

/** Without the beginning of a character at the end, which the next part will bring whole. */
export function wholeCharacters(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && bytes.length - end < 4 && (bytes[end - 1]! & 0xc0) === 0x80) end -= 1
  const lead = bytes[end - 1]
  if (lead === undefined || lead < 0xc0) return bytes
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  return bytes.length - end + 1 < needed ? bytes.subarray(0, end - 1) : bytes
}
