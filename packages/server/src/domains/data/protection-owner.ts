import { all, type Model, primaryKey } from '@alyx/models'
import { type Db, identifier, type Sql, sql } from '../../database/index.ts'
import { FilesRefused, type SessionPath } from './alf-path.ts'

/** A session that datasets belong to. */
export interface SessionOwner {
  readonly session_id: string
  /** The first session of that day without parent; often the session itself. */
  readonly base_session_id: string
  readonly parent_session_id: string | null
}

/** What datasets belong to: a session or, for those of no session, any other record. */
export type DatasetOwner = SessionOwner | ObjectOwner

/** A record that is no session, by its kind and its key. */
interface ObjectOwner {
  readonly content_type_id: number
  readonly object_id: string
}

/** The condition that a row `d` of datasets belongs to the owner. */
export const ownedBy = (owner: DatasetOwner): Sql =>
  'session_id' in owner
    ? sql`d.session_id = ${owner.session_id}`
    : sql`d.session_id is null and d.content_type_id = ${owner.content_type_id} and d.object_id = ${owner.object_id}`

/**
 * The session that a path names: one statement.
 *
 * A session of that day without parent has to exist, besides the one with the number: files are registered below it.
 *
 * @throws FilesRefused `unknown_subject` or `unknown_session`
 */
export async function requireSession(db: Db, { subject, date, number }: SessionPath): Promise<SessionOwner> {
  const [found] = await db.objects<{
    subjects: number
    base_session_id: string | null
    session_id: string | null
    parent_session_id: string | null
  }>(sql`
    with animal as (select id from subjects_subject where nickname = ${subject}),
    that_day as (
      select s.id, s.number, s.parent_session_id
      from actions_session s
      where s.subject_id in (select id from animal) and s.start_time::date = ${date}::date
    ),
    numbered as (select id, parent_session_id from that_day where number = ${number} order by id limit 1)
    select (select count(*)::integer from animal) as subjects,
      (select id from that_day where parent_session_id is null order by id limit 1) as base_session_id,
      (select id from numbered) as session_id,
      (select parent_session_id from numbered) as parent_session_id`)
  const { subjects, base_session_id, session_id, parent_session_id } = found!
  if (subjects === 0) throw new FilesRefused('unknown_subject', `A subject with nickname "${subject}" does not exist.`)
  // Two labs may use one nickname, and the path does not say whose animal it is.
  if (subjects > 1)
    throw new FilesRefused('unknown_subject', `There are ${subjects} subjects with nickname "${subject}".`)
  if (base_session_id === null)
    throw new FilesRefused('unknown_session', `A base session for ${subject} on ${date} does not exist`)
  if (session_id === null)
    throw new FilesRefused('unknown_session', `A session for ${subject}/${number} on ${date} does not exist`)
  return { session_id, base_session_id, parent_session_id }
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/**
 * The record that datasets of no session belong to: one statement.
 *
 * @param contentType  `model` or `app.model` in lower case; a bare name means a record of the laboratory before one of
 *   the framework (`session` is both)
 * @param apps  the record has to be of a model of one of these; of any when absent
 * @throws FilesRefused `unknown_owner`
 */
export async function requireObject(
  db: Db,
  contentType: string,
  objectId: string,
  apps?: readonly string[],
): Promise<ObjectOwner> {
  const model = modelCalled(contentType, apps)
  if (!model) throw new FilesRefused('unknown_owner', `Invalid content type: ${contentType}`)
  const noObject = () => new FilesRefused('unknown_owner', `Invalid object ID: ${objectId}`, model.name)
  const { column, field } = primaryKey(model)
  if (!UUID.test(objectId) || !(field.kind === 'uuid' || field.kind === 'reference')) throw noObject()
  const [app, name] = model.key.split('.')
  const [found] = await db.objects<{ content_type_id: number | null; is_there: boolean }>(sql`
    select (select id from django_content_type where app_label = ${app} and model = ${name}) as content_type_id,
      exists (select 1 from ${identifier(model.table)} where ${identifier(column)} = ${objectId}) as is_there`)
  const { content_type_id, is_there } = found!
  if (content_type_id === null) throw new FilesRefused('unknown_owner', `Invalid content type: ${contentType}`)
  if (!is_there) throw noObject()
  return { content_type_id, object_id: objectId }
}

/** `app.model` of a content type. */
export async function contentTypeName(db: Db, id: number): Promise<string> {
  const [found] = await db.rows(sql`select app_label || '.' || model from django_content_type where id = ${id}`)
  return found?.[0] ?? ''
}

function modelCalled(contentType: string, apps?: readonly string[]): Model | undefined {
  const called: readonly Model[] = all.filter(
    ({ key, app }) =>
      (key === contentType || key.split('.')[1] === contentType) && (apps === undefined || apps.includes(app)),
  )
  return called.find(({ framework }) => !framework) ?? called[0]
}
