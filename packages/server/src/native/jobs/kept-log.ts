import type { Database } from '../../database/index.ts'
import { HEAD_BYTES, type LogPart, logFileOf, readLog, TAIL_BYTES, wholeCharacters } from '../../jobs/index.ts'
import type { Mounts } from '../../mounts/index.ts'

/**
 * Reads a log from an offset on: what was sent to us, else the file that the worker left beside the data of the session.
 * Of a file as of what is sent, no more than its beginning and its end are shown.
 *
 * @returns undefined when there is no such attempt
 */
export async function readKeptLog(
  database: Database,
  mounts: Mounts,
  attempt: string,
  from: number,
  mostBytes: number,
): Promise<LogPart | undefined> {
  const part = await readLog(database, attempt, from, mostBytes)
  if (part === undefined || part.length > 0 || !mounts.any) return part
  return (await readLogFile(database, mounts, attempt, from, mostBytes)) ?? part
}

/** Bytes of the file that the worker of an attempt left on a share; 0 when there is none. */
export async function bytesOfLogFile(database: Database, mounts: Mounts, attempt: string): Promise<number> {
  if (!mounts.any) return 0
  return (await readLogFile(database, mounts, attempt, 0, 0))?.length ?? 0
}

async function readLogFile(
  database: Database,
  mounts: Mounts,
  attempt: string,
  from: number,
  mostBytes: number,
): Promise<LogPart | undefined> {
  const file = await logFileOf(database, attempt)
  if (file === undefined) return undefined
  for (const path of file.paths) {
    const whole = await mounts.read(path, from, mostBytes)
    if (whole === undefined) continue
    const { length } = whole
    const gap = { begins: HEAD_BYTES, ends: length - TAIL_BYTES }
    const cut = gap.ends > gap.begins
    const within = cut && from >= gap.begins && from < gap.ends
    const read = within ? await mounts.read(path, gap.ends, mostBytes) : whole
    if (read === undefined) return undefined
    const skipped = within ? tailOfCharacter(read.bytes) : 0
    const offset = read.from + skipped
    const shown = read.bytes.subarray(skipped, cut && offset < gap.begins ? gap.begins - offset : undefined)
    const end = offset + shown.length
    const bytes = end === length || (cut && end === gap.begins) ? shown : wholeCharacters(shown)
    return { offset, text: bytes.toString('utf8'), next: offset + bytes.length, length, ended: file.ended }
  }
  return undefined
}

/** Bytes at the beginning that belong to a character that was cut. */
function tailOfCharacter(bytes: Buffer): number {
  let at = 0
  while (at < Math.min(3, bytes.length) && (bytes[at]! & 0xc0) === 0x80) at += 1
  return at
}
