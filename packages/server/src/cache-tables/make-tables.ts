import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, type Db, sql } from '../database/index.ts'
import { changedSince, seenNow } from './changes.ts'
import { TablesRefused, type WritablePlace } from './place.ts'
import { writeQuality } from './quality-file.ts'
import { FORM, isComplete, lastRecord, RECORD_FILE, type Wanted } from './record.ts'
import { type Chosen, qualityRows, tableRows } from './rows.ts'
import type { WrittenTable } from './table-file.ts'
import { MIN_API_VERSION, TABLES, type TableName } from './tables.ts'
import { INFO_FILE } from './written.ts'

export interface MakeOptions extends Chosen {
  readonly tables: readonly TableName[]
  /** Whether the results of quality checks are written, too, as `QC.json`. */
  readonly quality: boolean
  /** Whether the files lie there one by one, besides all of them in `cache.zip`. */
  readonly loose: boolean
  /** Writes although nothing has changed. */
  readonly force: boolean
  /** Where the lab's wall clock is. */
  readonly timeZone: string
  readonly onProgress: (text: string) => void
}

export interface Made {
  /** False when nothing had changed and everything stayed as it was. */
  readonly isNew: boolean
  /** `YYYY-MM-DD HH:MM` on the lab's wall clock. */
  readonly created: string
  /** Rows of each table; empty when nothing was written. */
  readonly rows: Readonly<Partial<Record<TableName, number>>>
  /** Of all files together. */
  readonly bytes: number
}

const ZIP_FILE = 'cache.zip'
const QUALITY_FILE = 'QC.json'

/**
 * Writes the tables that ONE searches without asking the server, all from one moment of the laboratory, unless nothing
 * has changed since they were written last. Readers see the old files or the new ones, never half of one.
 *
 * @throws TablesRefused when somebody else is writing there, or a tag does not exist
 */
export async function makeTables(database: Database, place: WritablePlace, options: MakeOptions): Promise<Made> {
  return database.transaction(
    async (db) => {
      await holdPlace(db, place)
      if (options.tags !== undefined) await requireTags(db, options.tags)
      const [row] = await db.rows(sql`select current_database(), to_char(now(), 'YYYY-MM-DD HH24:MI')`)
      const [origin, created] = row as [string, string]
      const { tables, tags, repositories, quality, loose, timeZone } = options
      const wanted: Wanted = { tables, tags, repositories, quality, loose, timeZone, database: origin }
      const last = await lastRecord(place)
      if (last && !options.force && (await isComplete(place, last, wanted)) && !(await changedSince(db, last.seen)))
        return { isNew: false, created: last.date_created, rows: {}, bytes: sum(Object.values(last.files)) }

      const seen = await seenNow(db)
      const about = {
        date_created: created,
        origin,
        min_api_version: MIN_API_VERSION,
        ...(tags && { database_tags: tags }),
      }
      const drafts = await place.draftFolder()
      try {
        const { files, rows } = await writeDrafts(db, drafts, about, options)
        await publish(place, drafts, files)
        const sizes = Object.fromEntries(
          await Promise.all([...files].map(async (name) => [name, await place.size(name)])),
        )
        const record = { form: FORM, wanted, seen, date_created: created, files: sizes as Record<string, number> }
        await writeFile(join(drafts, RECORD_FILE), JSON.stringify(record, undefined, 1), { flag: 'wx' })
        await place.publish(join(drafts, RECORD_FILE), RECORD_FILE)
        for (const name of Object.keys(last?.files ?? {})) if (!files.includes(name)) await place.remove(name)
        return { isNew: true, created, rows, bytes: sum(Object.values(record.files)) }
      } finally {
        await rm(drafts, { recursive: true, force: true })
      }
    },
    { isolation: 'repeatable read', readOnly: true },
  )
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** Two at once would mix their files. The lock ends with the transaction, however that ends. */
async function holdPlace(db: Db, { name }: WritablePlace): Promise<void> {
  const [row] = await db.rows(sql`select pg_try_advisory_xact_lock(hashtextextended(${`alyx one-cache ${name}`}, 0))`)
  if (row![0] !== 't')
    throw new TablesRefused(`The cache tables in ${name} are being written by somebody else right now.`)
}

async function requireTags(db: Db, tags: readonly string[]): Promise<void> {
  const rows = await db.rows(sql`select name from data_tag where name = any(${tags})`)
  const known = new Set(rows.map(([name]) => name))
  const unknown = tags.filter((tag) => !known.has(tag))
  if (unknown.length > 0)
    throw new TablesRefused(
      `There ${unknown.length > 1 ? 'are no tags' : 'is no tag'} ${unknown.join(', ')}: nothing was written.`,
    )
}

/** @returns names of the files in the order in which they are to appear */
async function writeDrafts(
  db: Db,
  folder: string,
  about: Readonly<Record<string, unknown>>,
  { tables, quality, loose, onProgress, ...chosen }: MakeOptions,
): Promise<{ files: readonly string[]; rows: Partial<Record<TableName, number>> }> {
  // Only those who write tables load what writes them: a server that serves them does without.
  const [{ writeTable }, { writeZip }] = await Promise.all([import('./table-file.ts'), import('./zip-file.ts')])
  const written = new Map<TableName, WrittenTable>()
  const packed: string[] = []
  for (const table of tables) {
    onProgress(`Writing the table of ${table}`)
    const name = `${table}.pqt`
    const rows = tableRows(db, table, chosen)
    written.set(table, await writeTable(join(folder, name), TABLES[table], rows, JSON.stringify(about)))
    packed.push(name)
  }
  if (quality) {
    onProgress('Writing the results of quality checks')
    await writeQuality(join(folder, QUALITY_FILE), qualityRows(db, chosen))
    packed.push(QUALITY_FILE)
  }
  const sizes = Object.fromEntries(
    [...written].map(([table, { rows, bytes }]) => [table, { nrecs: rows, size: bytes }]),
  )
  await writeFile(join(folder, INFO_FILE), JSON.stringify({ ...about, tables: sizes }, undefined, 1), { flag: 'wx' })
  onProgress('Packing the tables')
  await writeZip(join(folder, ZIP_FILE), new Map([...packed, INFO_FILE].map((name) => [name, join(folder, name)])))
  const rows = Object.fromEntries([...written].map(([table, { rows: count }]) => [table, count]))
  // What tells clients of new tables comes last.
  return { files: [...(loose ? packed : []), ZIP_FILE, INFO_FILE], rows }
}

async function publish(place: WritablePlace, drafts: string, files: readonly string[]): Promise<void> {
  for (const name of files) await place.publish(join(drafts, name), name)
}
