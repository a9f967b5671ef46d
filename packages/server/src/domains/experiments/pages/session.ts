/** A session on one page: what was done, what came of it, and where the files are. */
import { type Db, raw, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import { timelineOf } from '../../actions/index.ts'
import { fileAddress } from '../../data/index.ts'

/** See the statement. `notes` have the path of their picture in the media folder. */
export type SessionOverview = Readonly<Record<string, unknown>> & {
  readonly notes: readonly { readonly image: string | null }[]
}

/** `SW_001/2026-03-02/001` of the session with this alias in a statement. */
const aliasOf = (session: 'a' | 'o') =>
  raw(
    `s.nickname || '/' || to_char(${session}.start_time, 'YYYY-MM-DD') || '/' || coalesce(lpad(${session}.number::text, greatest(3, length(${session}.number::text)), '0'), '')`,
  )
/** The session of the same animal that comes before or after. */
const beside = (comparison: '<' | '>', order: 'asc' | 'desc') => sql`
  (select json_build_object('id', o.id, 'title', ${aliasOf('o')}) from actions_session o
    where o.subject_id = a.subject_id and (o.start_time, o.id) ${raw(comparison)} (a.start_time, a.id)
    order by o.start_time ${raw(order)}, o.id ${raw(order)} limit 1)`

/** One statement; undefined when there is no such session. */
export async function sessionOverview(db: Db, session: Key): Promise<SessionOverview | undefined> {
  const [row] = await db.objects<SessionOverview>(sql`
    select a.id, ${aliasOf('a')} as alias, ${beside('<', 'desc')} as previous, ${beside('>', 'asc')} as next,
           json_build_object('id', s.id, 'title', s.nickname) as subject,
           case when lab.id is not null then json_build_object('id', lab.id, 'title', lab.name) end as lab,
           case when loc.id is not null then json_build_object('id', loc.id, 'title', loc.name) end as location,
           to_json(a.start_time) as start_time, to_json(a.end_time) as end_time, a.number, a.type, a.task_protocol,
           a.narrative, a.qc, a.extended_qc, a.json, a.n_trials, a.n_correct_trials, to_json(a.auto_datetime) as last_updated,
           case when a.n_trials > 0 then 100.0::float8 * a.n_correct_trials / a.n_trials end as percent_correct,
           a.parent_session_id as parent_session,
           (select coalesce(json_agg(json_build_object('id', u.id, 'title', u.username) order by u.username), '[]')
              from actions_session_users j join misc_labmember u on u.id = j.labmember_id where j.session_id = a.id) as users,
           (select coalesce(json_agg(json_build_object('id', p.id, 'title', p.name) order by p.name), '[]')
              from actions_session_procedures j join actions_proceduretype p on p.id = j.proceduretype_id where j.session_id = a.id) as procedures,
           (select coalesce(json_agg(json_build_object('id', p.id, 'title', p.name) order by p.name), '[]')
              from actions_session_projects j join subjects_project p on p.id = j.project_id where j.session_id = a.id) as projects,
           (select w.weight from actions_weighing w where w.subject_id = a.subject_id and w.date_time = a.start_time
             order by w.id limit 1) as weight_before,
           (select coalesce(json_agg(json_build_object('id', w.id, 'at', w.date_time, 'millilitres', w.water_administered,
                     'water_type', t.name) order by w.date_time), '[]')
              from actions_wateradministration w left join actions_watertype t on t.id = w.water_type_id where w.session_id = a.id) as water,
           (select coalesce(json_agg(json_build_object('id', n.id, 'at', n.date_time, 'user', u.username, 'text', n.text,
                     'image', nullif(n.image, '')) order by n.date_time desc, n.id), '[]')
              from misc_note n left join misc_labmember u on u.id = n.user_id where n.object_id = a.id) as notes,
           (select coalesce(json_agg(json_build_object('id', i.id, 'title', i.name, 'serial', i.serial, 'model', m.name,
                     'chronic_insertion', i.chronic_insertion_id, 'json', i.json, 'datasets', (
                       select count(*) from experiments_probeinsertion_datasets j where j.probeinsertion_id = i.id),
                     'trajectories', (
                       select coalesce(json_agg(json_build_object('id', t.id, 'provenance', t.provenance,
                                'channels', (select count(*) from experiments_channel c where c.trajectory_estimate_id = t.id))
                                order by t.provenance desc), '[]')
                         from experiments_trajectoryestimate t where t.probe_insertion_id = i.id)) order by i.name), '[]')
              from experiments_probeinsertion i left join experiments_probemodel m on m.id = i.model_id where i.session_id = a.id) as insertions,
           (select coalesce(json_agg(json_build_object('id', f.id, 'title', f.name, 'imaging_type', it.name, 'stack', f.stack_id,
                     'locations', (
                       select coalesce(json_agg(json_build_object('id', l.id, 'provenance', l.provenance, 'default', l.default_provenance,
                                'x', l.x, 'y', l.y, 'z', l.z, 'regions', (
                                  select coalesce(json_agg(b.acronym order by b.acronym), '[]')
                                    from experiments_fovlocation_brain_region j join experiments_brainregion b on b.id = j.brainregion_id
                                   where j.fovlocation_id = l.id)) order by l.default_provenance desc, l.provenance), '[]')
                         from experiments_fovlocation l where l.field_of_view_id = f.id)) order by f.name), '[]')
              from experiments_fov f left join experiments_imagingtype it on it.id = f.imaging_type_id where f.session_id = a.id) as fields_of_view,
           (select coalesce(json_agg(json_build_object('id', t.id, 'title', t.name, 'graph', t.graph, 'status', t.status,
                     'version', t.version, 'level', t.level, 'at', t.datetime) order by t.level, t.name, t.id), '[]')
              from jobs_task t where t.session_id = a.id) as tasks,
           (select json_build_object('datasets', count(*), 'bytes', coalesce(sum(d.file_size), 0))
              from data_dataset d where d.session_id = a.id) as totals
      from actions_session a join subjects_subject s on s.id = a.subject_id
      left join misc_lab lab on lab.id = a.lab_id left join misc_lablocation loc on loc.id = a.location_id
     where a.id = ${session}`)
  return row
}

const MOST_EVENTS = 500

/** What else happened to the animal on the day of a session. Two statements; undefined when there is no such session. */
export async function dayOfSession(
  db: Db,
  session: Key,
): Promise<{ readonly day: string | null; readonly events: Awaited<ReturnType<typeof timelineOf>> } | undefined> {
  const [found] = await db.objects<{ readonly subject: Key; readonly day: string | null }>(
    sql`select subject_id as subject, to_json(start_time::date) as day from actions_session where id = ${session}`,
  )
  if (!found?.day) return found && { day: null, events: [] }
  const events = await timelineOf(db, found.subject, { day: found.day, limit: MOST_EVENTS, offset: 0 })
  return { day: found.day, events: events.filter(({ id }) => id !== session).toReversed() }
}

interface Copy {
  readonly id: Key
  readonly repository: string
  readonly personal: boolean | null
  readonly path: string
  readonly exists: boolean
}

/** A dataset with its copies; `url` is where it can be fetched. */
export type SessionDataset = Readonly<Record<string, unknown>> & {
  readonly copies: readonly (Copy & { readonly url: string | null })[]
}

/** Datasets of a session by collection and name, with all copies. One statement. @returns one more when there are more */
export async function datasetsOfSession(
  db: Db,
  session: Key,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<SessionDataset[]> {
  const rows = await db.objects<{ id: Key; copies: (Copy & { base: string | null })[] }>(sql`
    select d.id, d.name, d.collection, r.name as revision, t.name as dataset_type, f.name as format, d.file_size, d.hash,
           d.version, d.qc, d.default_dataset, to_json(d.created_datetime) as created, u.username as created_by,
           (select coalesce(json_agg(json_build_object('id', tag.id, 'title', tag.name, 'protected', tag.protected,
                     'public', tag.public) order by tag.name), '[]')
              from data_dataset_tags j join data_tag tag on tag.id = j.tag_id where j.dataset_id = d.id) as tags,
           (select coalesce(json_agg(json_build_object('id', c.id, 'repository', repo.name, 'personal', repo.globus_is_personal,
                     'path', c.relative_path, 'exists', c."exists", 'base', repo.data_url) order by repo.name, c.id), '[]')
              from data_filerecord c join data_datarepository repo on repo.id = c.data_repository_id where c.dataset_id = d.id) as copies
      from data_dataset d join data_datasettype t on t.id = d.dataset_type_id left join data_dataformat f on f.id = d.data_format_id
      left join data_revision r on r.id = d.revision_id left join misc_labmember u on u.id = d.created_by_id
     where d.session_id = ${session}
     order by d.collection, d.name, r.created_datetime nulls first, d.id limit ${limit + 1} offset ${offset}`)
  return rows.map((row) => ({
    ...row,
    copies: row.copies.map(({ base, ...copy }) => ({ ...copy, url: fileAddress(base, copy.path, row.id) })),
  }))
}
