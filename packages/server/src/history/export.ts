import { type Database, join, raw, sql } from '../database/index.ts'
import { MOMENT_FORMAT } from './entry.ts'
import { changeConditions, type HistoryFilter } from './list.ts'

export type ExportFormat = 'jsonl' | 'csv'

export interface ExportFilter extends Pick<HistoryFilter, 'model' | 'key' | 'source' | 'operation' | 'request'> {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly table?: string | undefined
}

/** Rows per statement: a few megabytes of text. */
const ROWS_PER_BATCH = 2000

const COLUMNS = [
  'id',
  'at',
  'transaction',
  'table_name',
  'key',
  'operation',
  'old',
  'new',
  'user_id',
  'username',
  'request',
  'source',
  'reason',
  'database_role',
] as const

type ExportRow = readonly (string | null)[]

/** How a row is written, and what stands above all of them. */
const formats: Readonly<Record<ExportFormat, { heading: string; line: (row: ExportRow) => string }>> = {
  jsonl: {
    heading: '',
    line: (row) => `{${COLUMNS.map((column, at) => `"${column}":${jsonOf(column, row[at]!)}`).join(',')}}\n`,
  },
  csv: {
    heading: `${COLUMNS.join(',')}\r\n`,
    line: (row) => `${row.map((value) => cell(value ?? '')).join(',')}\r\n`,
  },
}

/** Numbers and documents stay the text that PostgreSQL gave. */
const VERBATIM: ReadonlySet<string> = new Set(['id', 'old', 'new'])
const jsonOf = (column: string, value: string | null): string =>
  value === null ? 'null' : VERBATIM.has(column) ? value : JSON.stringify(value)

/** A cell that begins like a formula gets an apostrophe: tables of calculation would run it. */
function cell(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/**
 * The history as lines of text, oldest first, its beginning included, all of one snapshot. Little memory, whatever its
 * length: read by a stream that goes at the pace of whoever takes the lines.
 *
 * @throws InvalidText when a moment cannot be read
 */
export async function exportHistory(
  database: Database,
  filter: ExportFilter,
  format: ExportFormat,
  write: (lines: string) => Promise<void>,
): Promise<number> {
  const { heading, line } = formats[format]
  const conditions = [
    sql`true`,
    ...changeConditions(filter),
    ...(filter.table === undefined ? [] : [sql`c.table_name = ${filter.table}`]),
    ...(filter.from === undefined ? [] : [sql`c.at >= ${filter.from}::timestamptz`]),
    ...(filter.to === undefined ? [] : [sql`c.at <= ${filter.to}::timestamptz`]),
  ]
  if (heading !== '') await write(heading)
  return database.transaction(
    async (db) => {
      await db.execute(raw('set local statement_timeout = 0'))
      let written = 0
      let after = '0'
      for (;;) {
        const rows = await db.rows(
          sql`select c.id, to_char(c.at at time zone 'UTC', ${MOMENT_FORMAT}), c.transaction, c.table_name, c.key, c.operation,
  c.old, c.new, c.user_id, c.username, c.request, c.source, c.reason, c.database_role
from alyx.change c where c.id > ${after}::bigint and ${join(conditions, ' and ')} order by c.id limit ${ROWS_PER_BATCH}`,
        )
        if (rows.length === 0) return written
        await write(rows.map(line).join(''))
        written += rows.length
        after = rows.at(-1)![0]!
      }
    },
    { readOnly: true, isolation: 'repeatable read' },
  )
}
