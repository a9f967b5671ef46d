import type { Model } from '@alyx/models'
import { type Db, join, type Sql, sql } from '../database/index.ts'
import { type HistoryEntry, MOMENT_FORMAT, type Operation, VERSION_SOURCE } from './entry.ts'
import { keysOfPerson, people, recordOfVersion } from './versions.ts'
import { modelWithHistory, tablesOfRecord, watchedTable } from './watched-tables.ts'

/** Which part of the history is asked for; everything when nothing is said. */
export interface HistoryFilter {
  /** Records of this model, their links included. */
  readonly model?: Model | undefined
  /** Primary key, as text. */
  readonly key?: string | undefined
  /** Key or name of a person. */
  readonly user?: string | undefined
  /** Moments as PostgreSQL reads them, both included. Without offset they are the wall clock of the server. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly source?: string | undefined
  readonly operation?: Operation | undefined
  readonly request?: string | undefined
}

/** Where a page ended: `[at, kind, id]` of its last entry. */
export type HistoryPlace = readonly [at: string, kind: 'change' | 'version', id: number]

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[]
  /** Where the next page begins; undefined after the last. */
  readonly next: HistoryPlace | undefined
}

/**
 * One page of the history, newest first, Django's versions in between. One statement.
 *
 * @throws InvalidText when a moment cannot be read
 */
export async function listHistory(
  db: Db,
  filter: HistoryFilter,
  { limit, after }: { readonly limit: number; readonly after?: HistoryPlace | undefined },
): Promise<HistoryPage> {
  const parts = [changesOf(filter, limit + 1, after), versionsOf(filter, limit + 1, after)].filter(
    (part) => part !== undefined,
  )
  if (parts.length === 0) return { entries: [], next: undefined }
  const found = await db.objects<EntryRow>(
    sql`select kind, id, to_char(at at time zone 'UTC', ${MOMENT_FORMAT}) as at, transaction::text, table_name, key, operation,
  old, new, user_id, username, request, source, reason
from (${join(
      parts.map((part) => sql`(${part})`),
      '\nunion all\n',
    )}) as entry (kind, id, at, transaction, table_name, key, operation, old, new, user_id, username, request, source, reason)
order by entry.at desc, kind, id desc limit ${limit + 1}`,
  )
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  return {
    entries: rows.map(entryOf),
    next: found.length > limit && last ? [last.at, last.kind, Number(last.id)] : undefined,
  }
}

interface EntryRow {
  kind: 'change' | 'version'
  id: number | bigint
  at: string
  transaction: string | null
  table_name: string
  key: string | null
  operation: Operation
  old: string | null
  new: string | null
  user_id: string | null
  username: string | null
  request: string | null
  source: string
  reason: string | null
}

function entryOf({ kind, user_id, table_name, ...row }: EntryRow): HistoryEntry {
  const version = kind === 'version'
  const watched = version ? undefined : watchedTable(table_name)
  // A version tells its model, not its table.
  const model = version ? modelWithHistory(table_name) : watched?.model
  return {
    ...row,
    id: Number(row.id),
    model: model?.key ?? (version ? table_name : null),
    table: model && version ? model.table : table_name,
    field: watched?.links?.field ?? null,
    new: version && row.new !== null ? (recordOfVersion(row.new, model) ?? null) : row.new,
    user: user_id,
  }
}

/** Entries before a place in the order `at desc, kind, id desc`. */
function beyond(place: HistoryPlace | undefined, kind: HistoryPlace[1], at: Sql, id: Sql): Sql[] {
  if (!place) return []
  const [moment, placeKind, number] = place
  if (kind === placeKind) return [sql`(${at}, ${id}) < (${moment}::timestamptz, ${number}::bigint)`]
  return [kind > placeKind ? sql`${at} <= ${moment}::timestamptz` : sql`${at} < ${moment}::timestamptz`]
}

function between({ from, to }: HistoryFilter, at: Sql): Sql[] {
  return [
    ...(from === undefined ? [] : [sql`${at} >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`${at} <= ${to}::timestamptz`]),
  ]
}

function changesOf(filter: HistoryFilter, limit: number, after: HistoryPlace | undefined): Sql | undefined {
  const { model, key, user, source, operation, request } = filter
  if (source === VERSION_SOURCE || operation === 'version') return undefined
  const at = sql`c.at`
  const conditions = [
    sql`c.operation <> 'start'`,
    ...changeConditions({ model, key, request, source, operation }),
    ...(user === undefined
      ? []
      : [sql`(c.user_id = any(${keysOfPerson(user)}) or (c.user_id is null and c.username = ${user}))`]),
    ...between(filter, at),
    ...beyond(after, 'change', at, sql`c.id`),
  ]
  return sql`select 'change' as kind, c.id, c.at, c.transaction, c.table_name, c.key, c.operation, c.old::text as old,
  c.new::text as new, c.user_id, c.username, c.request, c.source, c.reason
from alyx.change c where ${join(conditions, ' and ')} order by c.at desc, c.id desc limit ${limit}`
}

/** Conditions on `alyx.change c` that compare columns. */
export function changeConditions({
  model,
  key,
  source,
  operation,
  request,
}: Pick<HistoryFilter, 'model' | 'key' | 'source' | 'operation' | 'request'>): Sql[] {
  return [
    ...(model ? [sql`c.table_name = any(${tablesOfRecord(model).map(({ table }) => table)}::text[])`] : []),
    ...(key === undefined ? [] : [sql`c.key = ${key}`]),
    ...(source === undefined ? [] : [sql`c.source = ${source}`]),
    ...(operation === undefined ? [] : [sql`c.operation = ${operation}`]),
    ...(request === undefined ? [] : [sql`c.request = ${request}`]),
  ]
}

function versionsOf(filter: HistoryFilter, limit: number, after: HistoryPlace | undefined): Sql | undefined {
  const { model, key, user, source, operation, request } = filter
  if (source !== undefined && source !== VERSION_SOURCE) return undefined
  if ((operation !== undefined && operation !== 'version') || request !== undefined) return undefined
  const at = sql`r.date_created`
  const conditions = [
    sql`v.db = 'default'`,
    ...(model ? [sql`t.app_label = ${model.app} and t.model = ${model.name.toLowerCase()}`] : []),
    ...(key === undefined ? [] : [sql`v.object_id = ${key}`]),
    ...(user === undefined ? [] : [sql`r.user_id = any(${keysOfPerson(user)})`]),
    ...between(filter, at),
    ...beyond(after, 'version', at, sql`v.id`),
  ]
  return sql`select 'version', v.id::bigint, ${at}, null::xid8, t.app_label || '.' || t.model, v.object_id, 'version', null,
  v.serialized_data, r.user_id, u.username, null, ${VERSION_SOURCE}, nullif(r.comment, '')
from reversion_version v join reversion_revision r on r.id = v.revision_id
  join django_content_type t on t.id = v.content_type_id left join ${people} u on u.id = r.user_id
where ${join(conditions, ' and ')} order by ${at} desc, v.id desc limit ${limit}`
}
