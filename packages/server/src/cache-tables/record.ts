import type { Seen } from './changes.ts'
import type { WritablePlace } from './place.ts'

/** Everything besides the laboratory that decides what is in the files; compared as a whole. */
export interface Wanted {
  readonly tables: readonly string[]
  readonly tags: readonly string[] | undefined
  readonly repositories: readonly string[]
  readonly quality: boolean
  readonly loose: boolean
  /** Days are those of its wall clock. */
  readonly timeZone: string
  readonly database: string
}

/** What was written last, kept beside the files, so that the next run knows whether there is anything to do. */
export interface WrittenRecord {
  readonly form: number
  readonly wanted: Wanted
  readonly seen: Seen
  readonly date_created: string
  /** Bytes of each file. */
  readonly files: Readonly<Record<string, number>>
}

export const RECORD_FILE = 'cache_record.json'

/** Counted up whenever the same laboratory would be written differently. */
export const FORM = 1

/** The record of the last run; undefined when there is none that this version understands. */
export async function lastRecord(place: WritablePlace): Promise<WrittenRecord | undefined> {
  const text = await place.read(RECORD_FILE)
  if (text === undefined) return undefined
  try {
    const record = JSON.parse(text) as WrittenRecord
    return record.form === FORM ? record : undefined
  } catch {
    return undefined
  }
}

/** Whether the same was wanted then, and all files are there as they were left. */
export async function isComplete(place: WritablePlace, record: WrittenRecord, wanted: Wanted): Promise<boolean> {
  if (JSON.stringify(record.wanted) !== JSON.stringify(wanted)) return false
  for (const [name, bytes] of Object.entries(record.files)) if ((await place.size(name)) !== bytes) return false
  return true
}
