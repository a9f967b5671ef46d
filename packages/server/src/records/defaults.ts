import { randomUUID } from 'node:crypto'
import type { ColumnField, Default, Model } from '@alyx/models'
import { type Db, sql } from '../database/index.ts'
import type { Recorder, RecordingSettings } from './recorder.ts'
import type { Key, Row, Value } from './row.ts'
import type { DefaultRule, RuleBook } from './rules.ts'
import { columnsOf, tablesOf } from './tables.ts'

const settingValue: Record<Extract<Default, { setting: string }>['setting'], (of: RecordingSettings) => Value> = {
  time_zone: ({ timeZone }) => timeZone,
  default_lab: ({ defaultLab }) => defaultLab ?? null,
  default_protocol: ({ defaultProtocol }) => defaultProtocol,
}

/**
 * Whole rows from what was given of them: each absent column gets what its declaration says. A rule of a domain is asked
 * once, and only when a row needs it; all numbers that PostgreSQL hands out come from one statement.
 */
export async function filledIn(
  recorder: Recorder,
  book: RuleBook,
  model: Model,
  given: readonly Row[],
): Promise<{ readonly key: Key; readonly row: Row }[]> {
  const columns = columnsOf(model)
  const ruled = new Map<DefaultRule, Key | null>()
  for (const { name, field } of columns) {
    const rule = field.default && 'rule' in field.default ? field.default.rule : undefined
    if (rule && !ruled.has(rule) && given.some((row) => row[name] === undefined))
      ruled.set(rule, await book.defaults[rule](recorder))
  }
  const keys = await newKeys(recorder.db, model, given)
  return given.map((row, at) => {
    const key = keys[at]!
    const whole: Row = {}
    for (const { name, field } of columns) {
      const value = row[name]
      whole[name] = field.touched ? recorder.now : value === undefined ? absent(field, recorder, ruled) : value
    }
    for (const table of tablesOf(model)) whole[table.key] = key
    return { key: String(key), row: whole }
  })
}

function absent(field: ColumnField, { now, settings }: Recorder, ruled: ReadonlyMap<DefaultRule, Key | null>): Value {
  const said = field.default
  if (!said) return mayBeEmpty(field) ? '' : null
  if ('value' in said) return said.value
  if ('rule' in said) return ruled.get(said.rule) ?? null
  if ('setting' in said) return settingValue[said.setting](settings)
  if (said.make === 'uuid') return randomUUID()
  return said.make === 'now' ? now : []
}

/** The empty text is what a text has that nobody filled in. */
const mayBeEmpty = ({ kind, blank, nullable }: ColumnField): boolean =>
  blank === true && nullable !== true && (kind === 'text' || kind === 'longText' || kind === 'choice')

/** A key for each row: the one given, a fresh uuid, or the next number of the table. */
async function newKeys(db: Db, model: Model, given: readonly Row[]): Promise<readonly (string | number)[]> {
  const tables = tablesOf(model)
  const root = tables[0]!
  const field = root.columns.find(({ name }) => name === root.key)!.field
  const ofRow = (row: Row) => tables.map(({ key }) => row[key]).find((value) => value !== undefined && value !== null)
  const keys = given.map((row) => ofRow(row) as string | number | undefined)
  const missing = keys.filter((key) => key === undefined).length
  if (missing === 0 || field.kind === 'uuid' || field.kind === 'reference')
    return keys.map((key) => key ?? randomUUID())
  if (field.kind !== 'identity') return keys.map((key) => key ?? 0)
  const numbers = await db.rows(
    sql`select nextval(pg_get_serial_sequence(${root.model.table}, ${root.key})) from generate_series(1, ${missing}::integer)`,
  )
  let next = 0
  return keys.map((key) => key ?? Number(numbers[next++]![0]))
}
