/** Everything that happened to an animal, newest first. */
import { type Db, join, raw, type Sql, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'

export interface TimelineEvent {
  readonly kind: string
  /** A day for what has no time of day. */
  readonly at: string
  /** Key of the model whose record tells it, and the record's key. */
  readonly model: string
  readonly id: Key
  readonly title: string
  readonly details: Readonly<Record<string, unknown>> | null
}

interface Source {
  readonly kind: string
  readonly model: string
  /** Columns `id`, `at` (timestamptz), `title`, `details` (json) of the rows of subject $1. */
  readonly rows: (subject: Key) => Sql
}

const words = (table: string, owner: string, id: string) =>
  `(select coalesce(string_agg(p.name, ', ' order by p.name), '') from ${table}_procedures j join actions_proceduretype p on p.id = j.proceduretype_id where j.${owner}_id = ${id})`
const people = (table: string, owner: string, id: string) =>
  `(select coalesce(json_agg(u.username order by u.username), '[]') from ${table}_users j join misc_labmember u on u.id = j.labmember_id where j.${owner}_id = ${id})`

/** Actions with times, people and procedures. */
const action = (kind: string, model: string, table: string, owner: string, more = ''): Source => ({
  kind,
  model,
  rows: (subject) => sql`select a.id, a.start_time as at, ${raw(words(table, owner, 'a.id'))} as title,
    json_build_object('end_time', a.end_time, 'narrative', left(a.narrative, 300), 'users', ${raw(people(table, owner, 'a.id'))}${raw(more)}) as details
    from ${raw(table)} a where a.subject_id = ${subject}`,
})

const day = (kind: string, column: string): Source => ({
  kind,
  model: 'subjects.subject',
  rows: (subject) => sql`select s.id, s.${raw(column)}::timestamptz as at, s.nickname as title, null::json as details
    from subjects_subject s where s.id = ${subject}`,
})

const SOURCES: readonly Source[] = [
  day('born', 'birth_date'),
  day('weaned', 'wean_date'),
  day('genotyped', 'genotype_date'),
  day('died', 'death_date'),
  day('disposed of', 'reduced_date'),
  action(
    'session',
    'actions.session',
    'actions_session',
    'session',
    `, 'number', a.number, 'task_protocol', a.task_protocol, 'type', a.type, 'trials', a.n_trials, 'correct', a.n_correct_trials, 'qc', a.qc`,
  ),
  action(
    'surgery',
    'actions.surgery',
    'actions_surgery',
    'surgery',
    `, 'outcome', a.outcome_type, 'implant_weight', a.implant_weight`,
  ),
  action('other action', 'actions.otheraction', 'actions_otheraction', 'otheraction'),
  action(
    'injection',
    'actions.virusinjection',
    'actions_virusinjection',
    'virusinjection',
    `, 'virus_batch', a.virus_batch, 'injection_volume', a.injection_volume`,
  ),
  {
    kind: 'chronic insertion',
    model: 'experiments.chronicinsertion',
    rows: (subject) => sql`select a.id, a.start_time as at, coalesce(nullif(a.name, ''), i.serial, '') as title,
      json_build_object('serial', i.serial, 'narrative', left(a.narrative, 300)) as details
      from experiments_chronicinsertion i join actions_chronicrecording a on a.id = i.chronicrecording_ptr_id
     where a.subject_id = ${subject}`,
  },
  {
    kind: 'restriction began',
    model: 'actions.waterrestriction',
    rows: (subject) => sql`select r.id, r.start_time as at, coalesce(t.name, '') as title,
      json_build_object('reference_weight', r.reference_weight, 'end_time', r.end_time) as details
      from actions_waterrestriction r left join actions_watertype t on t.id = r.water_type_id where r.subject_id = ${subject}`,
  },
  {
    kind: 'restriction ended',
    model: 'actions.waterrestriction',
    rows: (subject) => sql`select r.id, r.end_time as at, coalesce(t.name, '') as title,
      json_build_object('start_time', r.start_time) as details
      from actions_waterrestriction r left join actions_watertype t on t.id = r.water_type_id where r.subject_id = ${subject}`,
  },
  {
    kind: 'weighing',
    model: 'actions.weighing',
    rows: (subject) => sql`select w.id, w.date_time as at, w.weight || ' g' as title,
      json_build_object('weight', w.weight, 'user', u.username) as details
      from actions_weighing w left join misc_labmember u on u.id = w.user_id where w.subject_id = ${subject}`,
  },
  {
    kind: 'water',
    model: 'actions.wateradministration',
    rows: (subject) => sql`select w.id, w.date_time as at, coalesce(w.water_administered || ' mL', 'ad lib') as title,
      json_build_object('millilitres', w.water_administered, 'ad_lib', w.adlib, 'session', w.session_id, 'user', u.username,
                        'water_type', t.name) as details
      from actions_wateradministration w left join misc_labmember u on u.id = w.user_id
      left join actions_watertype t on t.id = w.water_type_id where w.subject_id = ${subject}`,
  },
  {
    kind: 'cull',
    model: 'actions.cull',
    rows: (subject) => sql`select c.id, c.date::timestamptz as at, coalesce(r.name, '') as title,
      json_build_object('method', m.name, 'user', u.username, 'description', c.description) as details
      from actions_cull c left join actions_cullreason r on r.id = c.cull_reason_id
      left join actions_cullmethod m on m.id = c.cull_method_id left join misc_labmember u on u.id = c.user_id
     where c.subject_id = ${subject}`,
  },
  {
    kind: 'note',
    model: 'misc.note',
    rows: (subject) => sql`select n.id, n.date_time as at, left(n.text, 300) as title,
      json_build_object('user', u.username, 'image', nullif(n.image, '')) as details
      from misc_note n left join misc_labmember u on u.id = n.user_id where n.object_id = ${subject}`,
  },
  {
    kind: 'moved in',
    model: 'misc.housing',
    rows: (subject) => sql`select h.id, stay.start_datetime as at, h.cage_name as title,
      json_build_object('until', stay.end_datetime) as details
      from misc_housingsubject stay join misc_housing h on h.id = stay.housing_id where stay.subject_id = ${subject}`,
  },
  {
    kind: 'paired',
    model: 'subjects.breedingpair',
    rows: (subject) => sql`select p.id, p.start_date::timestamptz as at, p.name as title,
      json_build_object('end_date', p.end_date) as details
      from subjects_breedingpair p where ${subject}::uuid in (p.father_id, p.mother1_id, p.mother2_id)`,
  },
  {
    kind: 'litter',
    model: 'subjects.litter',
    rows: (subject) => sql`select l.id, l.birth_date::timestamptz as at, l.name as title,
      json_build_object('pups', (select count(*) from subjects_subject c where c.litter_id = l.id)) as details
      from subjects_breedingpair p join subjects_litter l on l.breeding_pair_id = p.id
     where ${subject}::uuid in (p.father_id, p.mother1_id, p.mother2_id)`,
  },
]

/** What a timeline may consist of. */
export const TIMELINE_KINDS: readonly string[] = SOURCES.map(({ kind }) => kind)

export interface TimelineQuestion {
  /** All when absent. */
  readonly kinds?: readonly string[] | undefined
  /** Events of this day only. */
  readonly day?: string | undefined
  readonly limit: number
  readonly offset: number
}

/** One statement. Events that have no day are told last. @returns one more than the limit when there are more */
export function timelineOf(
  db: Db,
  subject: Key,
  { kinds = TIMELINE_KINDS, day: wanted, limit, offset }: TimelineQuestion,
): Promise<TimelineEvent[]> {
  const sources = SOURCES.filter(({ kind }) => kinds.includes(kind))
  const branches = sources.map(
    ({ kind, model, rows }) =>
      sql`select ${kind}::text as kind, ${model}::text as model, id, at, title, details from (${rows(subject)}) e where at is not null`,
  )
  return db.objects<TimelineEvent>(sql`
    select kind, model, id, title, details, to_json(at) as at from (${join(branches, ' union all ')}) event
     where ${wanted ?? null}::date is null or at::date = ${wanted ?? null}::date
     order by event.at desc, kind, id limit ${limit + 1} offset ${offset}`)
}
