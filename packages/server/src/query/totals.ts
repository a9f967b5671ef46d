import { sql } from 'kysely'
import { type Database, UnknownDatabaseError } from '../database/index.ts'
import { statementOf, type Totals } from './read.ts'

/** So many differences are summed up into one, off the path of any request. */
const SUM_FROM_ROWS = 200
const RETRY_MILLISECONDS = 60_000
/** SQLSTATE of a table, and of a function, that is not there. */
const MISSING = new Set(['42P01', '42883', '3F000'])

/**
 * Exact totals from the counters that triggers keep. Tables without counter, and a database that was not migrated yet,
 * give undefined: whoever asks then counts.
 *
 * @param onMissing  told once when the counters themselves are missing: the database was replaced behind our back
 */
export function rowTotals(database: Database, onMissing: () => void): Totals {
  let missingUntil = 0
  let summing = false
  const sumUp = () => {
    if (summing) return
    summing = true
    void database
      .rows(statementOf(sql`select alyx.sum_row_counts()`))
      .catch(() => undefined)
      .finally(() => {
        summing = false
      })
  }
  return async (db, model) => {
    if (Date.now() < missingUntil) return undefined
    try {
      const [row] = await db.rows(
        statementOf(sql`select sum(difference), count(*) from alyx.row_count where table_name = ${model.table}`),
      )
      if (Number(row![1]) > SUM_FROM_ROWS) sumUp()
      return row![0] === null ? undefined : Number(row![0])
    } catch (error) {
      if (!(error instanceof UnknownDatabaseError) || !MISSING.has(error.code)) throw error
      missingUntil = Date.now() + RETRY_MILLISECONDS
      onMissing()
      return undefined
    }
  }
}
