import type { Readable } from 'node:stream'
import { type Model, primaryKey } from '@alyx/models'
import { type Database, type Db, ForeignKeyViolation, identifier, sql } from '../../../database/index.ts'
import { findDangling } from './dangling.ts'
import { DumpError } from './dump-error.ts'
import { LOADED, Loader, type LoadReport } from './loader.ts'
import { giveWay } from './made-by-itself.ts'
import { readObjects } from './read-objects.ts'
import { rowOfObject } from './row-of-object.ts'

export interface LoadOptions {
  /** Called about once per thousand objects. */
  readonly onProgress?: (progress: LoadProgress) => void
  /** Lab of rows whose dump names none: the installation's default lab. */
  readonly defaultLab?: string
}

export interface LoadProgress {
  /** Objects written so far. */
  readonly objects: number
  /** Model of the last one, as in the dump. */
  readonly model: string
}

/**
 * Loads a Django dump, gzipped or not: a JSON list of `{"model", "pk", "fields"}`. Rows whose key exists are updated.
 *
 * One transaction: everything is loaded or nothing. References may point forwards; they are checked at the end.
 * Keys of content types, permissions and groups differ between databases, so these rows are matched by name and
 * references to them follow.
 *
 * @returns how many rows of each model were added and changed
 * @throws DumpError naming line, model, key, field and what was expected
 */
export async function loadDump(database: Database, source: Readable, options: LoadOptions = {}): Promise<LoadReport> {
  return await database.transaction(async (db) => {
    await db.execute(sql`set constraints all deferred`)
    await db.execute(
      sql`create temporary table ${identifier(LOADED)} (model text, pk text, line integer) on commit drop`,
    )
    const loader = new Loader(db, options.onProgress)
    const defaults = { ...(await clock(db)), ...(options.defaultLab && { lab: options.defaultLab }) }
    for await (const object of readObjects(source)) {
      const row = rowOfObject(object, defaults)
      await giveWay(db, row)
      await loader.take(row)
    }
    await loader.finish()
    await checkReferences(db, loader.models)
    for (const model of loader.models) await resetSequence(db, model)
    return loader.report
  })
}

/** Wall clock and zone of the connection, in which Alyx's date-times are meant. */
async function clock(db: Db): Promise<{ now: string; timeZone: string }> {
  const [row] = await db.rows(sql`select to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.US'), current_setting('TimeZone')`)
  return { now: row?.[0] ?? '', timeZone: row?.[1] ?? '' }
}

async function checkReferences(db: Db, models: readonly Model[]): Promise<void> {
  await db.execute(sql`savepoint before_checks`)
  try {
    await db.execute(sql`set constraints all immediate`)
  } catch (error) {
    if (!(error instanceof ForeignKeyViolation)) throw error
    await db.execute(sql`rollback to savepoint before_checks`)
    const dangling = await findDangling(db, models)
    if (!dangling) throw error
    throw new DumpError(dangling.place, dangling.problem, { cause: error })
  }
}

/** Numbers given by the dump must not be given out again. */
async function resetSequence(db: Db, model: Model): Promise<void> {
  const { column, field } = primaryKey(model)
  if (field.kind !== 'identity') return
  await db.rows(
    sql`select setval(pg_get_serial_sequence(${`"${model.table}"`}, ${column}), max(${identifier(column)})) from ${identifier(model.table)}`,
  )
}
