import type { Model } from '@alyx/models'
import { sql } from 'kysely'
import { FilterError, type Fragment, type Scope } from '../../query/index.ts'

/** Actions that all of these people took part in. A name given twice matches nothing. */
export function actionsOfUsers(action: Scope, model: Model, list: string): Fragment<boolean> {
  const names = list.split(',')
  const column = sql.ref(`au.${model.name.toLowerCase()}_id`)
  return sql<boolean>`${action.key} in (select ${column} from ${sql.table(`${model.table}_users`)} as au join misc_labmember u on u.id = au.labmember_id where u.username = any(${names}) group by ${column} having count(*) >= ${names.length})`
}

/** Records of the one person named; of nobody when several are. */
export function recordsOfUsers(record: Scope, list: string): Fragment<boolean> {
  const names = list.split(',')
  if (names.length > 1) return sql<boolean>`false`
  return sql<boolean>`${record.column('user.username').sql} = ${names[0]}`
}

const DATE = /^(\d{4})-?(\d{1,2})-?(\d{1,2})$/

function rangeDate(text: string): string {
  const [, year, month, day] = DATE.exec(text.trim()) ?? []
  const date = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
  if (!year || Number.isNaN(Date.parse(date)) || new Date(date).toISOString().slice(0, 10) !== date) {
    throw new FilterError(`"${text}" is not a date; expected two dates YYYY-MM-DD,YYYY-MM-DD`)
  }
  return date
}

/**
 * Rows between two days, both included.
 * @param text  `from,to`; anything after a second comma is ignored
 * @throws FilterError for one date alone or text that is no date
 */
export function inDateRange(scope: Scope, column: string, text: string): Fragment<boolean> {
  const [from, to] = text.split(',')
  if (from === undefined || to === undefined)
    throw new FilterError(`"${text}" is not a range; expected two dates YYYY-MM-DD,YYYY-MM-DD`)
  const moment = scope.own(column)
  // Compared as moments, not as dates of moments, so that the index on the column serves.
  return sql<boolean>`(${moment} >= ${rangeDate(from)}::date::timestamptz and ${moment} < (${rangeDate(to)}::date + 1)::timestamptz)`
}

/**
 * Sessions whose share of correct trials, in whole percent rounded down, is at least (or at most) a number. Sessions
 * without trials have no performance.
 */
export const sessionsOfPerformance = (session: Scope, comparison: '>=' | '<=', percent: number): Fragment<boolean> =>
  sql<boolean>`100 * ${session.own('n_correct_trials')}::bigint / nullif(${session.own('n_trials')}, 0) ${sql.raw(comparison)} ${percent}::float8`

/** Sessions of subjects with or without histology: a session with the procedure called exactly `Histology`. */
export const sessionsWithHistology = (session: Scope, wanted: boolean): Fragment<boolean> =>
  sql<boolean>`${session.own('subject_id')} ${sql.raw(wanted ? 'in' : 'not in')} (select h.subject_id from actions_session h join actions_session_procedures hp on hp.session_id = h.id join actions_proceduretype p on p.id = hp.proceduretype_id where p.name = 'Histology')`
