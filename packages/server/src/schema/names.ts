import { createHash } from 'node:crypto'

/** Longest name PostgreSQL keeps, in bytes; all our names are ASCII. */
const MAX_NAME_LENGTH = 63

/** First hexadecimal digits of the MD5 of a table and its columns: what makes Django's names unique. */
function digest(table: string, columns: readonly string[]): string {
  const hash = createHash('md5').update(table)
  for (const column of columns) hash.update(column)
  return hash.digest('hex').slice(0, 8)
}

/**
 * Name of an index or constraint as Django derives it: `<table>_<columns>_<digest><suffix>`, shortened to 63 characters.
 *
 * @param suffix  `''` for an index, `_like`, `_uniq` or `_fk_<table>_<column>`
 *
 * Source: Django 5.2, db/backends/base/schema.py, `_create_index_name`, with PostgreSQL's limit of 63.
 */
export function derivedName(table: string, columns: readonly string[], suffix = ''): string {
  const ending = digest(table, columns) + suffix
  const whole = `${table}_${columns.join('_')}_${ending}`
  if (whole.length <= MAX_NAME_LENGTH) return whole
  const kept = ending.length > MAX_NAME_LENGTH / 3 ? ending.slice(0, Math.floor(MAX_NAME_LENGTH / 3)) : ending
  const each = Math.floor((MAX_NAME_LENGTH - kept.length) / 2) - 1
  return `${table.slice(0, each)}_${columns.join('_').slice(0, each)}_${kept}`
}

/**
 * Name that PostgreSQL itself gives to something made without one: `<table>_<column>_<label>`, the longer of the two
 * shortened until all of it fits.
 *
 * Source: PostgreSQL, src/backend/commands/indexcmds.c, `makeObjectName`.
 */
export function implicitName(table: string, column: string, label: 'key' | 'check' | 'seq'): string {
  let [first, second] = [table, column]
  while (first.length + second.length + label.length + 2 > MAX_NAME_LENGTH) {
    if (first.length > second.length) first = first.slice(0, -1)
    else second = second.slice(0, -1)
  }
  return `${first}_${second}_${label}`
}
