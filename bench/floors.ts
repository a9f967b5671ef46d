import type { Database } from '../packages/server/src/database/index.ts'
import { DATASET_KINDS, deepOffset, nickname, PROJECTS, pick, rowId, type Sizes } from './laboratory.ts'

/**
 * The least work that a request can be: its rows, flat, by plain SQL, one statement for each kind of row, without
 * counting, checking rights, stitching or writing JSON. Answers are compared with it, because it feels the same machine.
 */
export type Floor = (database: Database, nth: number) => Promise<unknown>

const firsts = (rows: readonly (readonly (string | null)[])[]) => rows.map(([id]) => id)

const SESSIONS = `select s.id, u.nickname, s.start_time, s.number, l.name, s.task_protocol from actions_session s
  join subjects_subject u on u.id = s.subject_id left join misc_lab l on l.id = s.lab_id`
const PROJECT_NAMES = `select m.session_id, p.name from actions_session_projects m join subjects_project p on p.id = m.project_id where m.session_id = any($1)`
const DATASETS = `select d.id, d.name, c.username, d.created_datetime, t.name, f.name, d.collection, d.session_id, d.file_size, d.hash, d.version, s.number, d.auto_datetime, r.name, d.default_dataset, d.qc, d.json
  from data_dataset d join data_datasettype t on t.id = d.dataset_type_id left join misc_labmember c on c.id = d.created_by_id left join data_dataformat f on f.id = d.data_format_id
  left join actions_session s on s.id = d.session_id left join data_revision r on r.id = d.revision_id where d.session_id = $1`
const FILE_RECORDS = `select f.dataset_id, f.id, r.name, r.globus_path, f.relative_path, r.data_url, f.exists from data_filerecord f join data_datarepository r on r.id = f.data_repository_id where f.dataset_id = any($1)`
const INSERTION_DATASETS =
  'select probeinsertion_id, dataset_id from experiments_probeinsertion_datasets where probeinsertion_id = any($1)'
const SUBJECTS = `select u.id, u.nickname, m.username, u.birth_date, u.death_date, p.nickname, u.sex, t.name, i.name, o.name, n.name, l.name, u.description, u.json from subjects_subject u
  left join misc_labmember m on m.id = u.responsible_user_id left join subjects_species p on p.id = u.species_id left join subjects_litter t on t.id = u.litter_id
  left join subjects_strain i on i.id = u.strain_id left join subjects_source o on o.id = u.source_id left join subjects_line n on n.id = u.line_id left join misc_lab l on l.id = u.lab_id`
const OF_SUBJECTS = [
  'select m.subject_id, p.name from subjects_subject_projects m join subjects_project p on p.id = m.project_id where m.subject_id = any($1)',
  'select distinct s.subject_id, p.name from actions_session s join actions_session_projects m on m.session_id = s.id join subjects_project p on p.id = m.project_id where s.subject_id = any($1)',
  'select subject_id, start_time, end_time, reference_weight from actions_waterrestriction where subject_id = any($1)',
]
const WEIGHINGS =
  'select w.id, w.date_time, w.weight, m.username from actions_weighing w left join misc_labmember m on m.id = w.user_id where w.subject_id = $1'
const WATER = `select w.id, w.date_time, w.water_administered, t.name, m.username, w.session_id, w.adlib from actions_wateradministration w
  left join actions_watertype t on t.id = w.water_type_id left join misc_labmember m on m.id = w.user_id where w.subject_id = $1`

async function withProjects(database: Database, text: string, values: unknown[]): Promise<void> {
  const sessions = await database.rows({ text, values })
  await database.rows({ text: PROJECT_NAMES, values: [firsts(sessions)] })
}

async function datasetsOf(database: Database, session: string): Promise<void> {
  const datasets = await database.rows({
    text: `${DATASETS} order by d.created_datetime, d.id limit 250`,
    values: [session],
  })
  await database.rows({ text: FILE_RECORDS, values: [firsts(datasets)] })
}

async function sessionOf(database: Database, session: string): Promise<void> {
  const one = (text: string) => database.rows({ text, values: [session] })
  await one(`select s.id, u.nickname, s.start_time, s.end_time, s.number, l.name, o.name, s.type, s.task_protocol, s.narrative, s.parent_session_id, s.n_trials, s.n_correct_trials, s.qc, s.extended_qc, s.json, s.auto_datetime
    from actions_session s join subjects_subject u on u.id = s.subject_id left join misc_lab l on l.id = s.lab_id left join misc_lablocation o on o.id = s.location_id where s.id = $1`)
  await one(
    'select m.username from actions_session_users b join misc_labmember m on m.id = b.labmember_id where b.session_id = $1',
  )
  const datasets = await one(
    'select d.id, d.name, t.name, d.file_size, d.hash, d.version, d.collection, d.default_dataset, d.qc from data_dataset d join data_datasettype t on t.id = d.dataset_type_id where d.session_id = $1',
  )
  await database.rows({ text: FILE_RECORDS, values: [firsts(datasets)] })
  await one(
    'select id, name, serial, json, auto_datetime, model_id from experiments_probeinsertion where session_id = $1',
  )
}

/** Floors in the order of the measured requests. */
export function floors(sizes: Sizes, datasetTypes: readonly string[]): readonly Floor[] {
  const { sessions, subjects, insertions } = sizes
  const ordinarySession = (nth: number) => rowId('session', 1 + pick(sessions - 1, nth))
  const subjectId = (nth: number) => rowId('subject', pick(subjects, nth))
  return [
    (database) => withProjects(database, `${SESSIONS} order by s.start_time desc, s.id limit 250`, []),
    (database, nth) =>
      withProjects(
        database,
        `${SESSIONS} where l.name = $1 and s.task_protocol ilike '%ephys%' and s.qc = 10 and s.start_time >= '2021-01-01' and s.start_time < '2021-07-01' order by s.start_time desc, s.id limit 50`,
        [`bench_lab_${pick(10, nth)}`],
      ),
    (database, nth) =>
      withProjects(
        database,
        `${SESSIONS} where s.id in (select m.session_id from actions_session_projects m join subjects_project p on p.id = m.project_id where p.name ilike '%' || $1 || '%')
          and s.id in (select d.session_id from data_dataset d join data_datasettype t on t.id = d.dataset_type_id where t.name = $2) order by s.start_time desc, s.id limit 50`,
        [`bench_project_${pick(PROJECTS, nth)}`, datasetTypes[nth % DATASET_KINDS]],
      ),
    (database, nth) =>
      withProjects(
        database,
        `${SESSIONS} join (select id from actions_session order by start_time desc, id limit 250 offset $1) page on page.id = s.id order by s.start_time desc, s.id`,
        [deepOffset(sizes, nth)],
      ),
    (database) => sessionOf(database, rowId('session', 1)),
    (database, nth) => sessionOf(database, ordinarySession(nth)),
    (database, nth) => datasetsOf(database, ordinarySession(nth)),
    (database) => datasetsOf(database, rowId('session', 1)),
    async (database) => {
      const page = await database.rows({
        text: `select p.id, p.name, p.serial, p.json, p.auto_datetime, k.probe_model, s.id, u.nickname, s.start_time, s.number, l.name, s.task_protocol from experiments_probeinsertion p
          join (select i.id from experiments_probeinsertion i join actions_session a on a.id = i.session_id order by a.start_time desc, i.name limit 250) page on page.id = p.id
          join experiments_probemodel k on k.id = p.model_id join actions_session s on s.id = p.session_id join subjects_subject u on u.id = s.subject_id left join misc_lab l on l.id = s.lab_id
          order by s.start_time desc, p.name`,
        values: [],
      })
      await database.rows({ text: PROJECT_NAMES, values: [page.map((row) => row[6])] })
      await database.rows({ text: INSERTION_DATASETS, values: [firsts(page)] })
    },
    (database, nth) =>
      database.rows({
        text: 'select c.id, c.trajectory_estimate_id, c.brain_region_id, c.name, c.json, c.axial, c.lateral, c.x, c.y, c.z from experiments_channel c join experiments_trajectoryestimate t on t.id = c.trajectory_estimate_id where t.probe_insertion_id = $1',
        values: [rowId('insertion', pick(insertions, nth))],
      }),
    async (database) => {
      const page = await database.rows({ text: `${SUBJECTS} order by u.nickname limit 100`, values: [] })
      for (const text of OF_SUBJECTS) await database.rows({ text, values: [firsts(page)] })
    },
    async (database, nth) => {
      const [row] = await database.rows({
        text: `${SUBJECTS} where u.nickname = $1`,
        values: [nickname(pick(subjects, nth))],
      })
      for (const text of OF_SUBJECTS) await database.rows({ text, values: [[row?.[0]]] })
      for (const text of [WEIGHINGS, WATER]) await database.rows({ text, values: [row?.[0]] })
    },
    async (database, nth) => {
      for (const text of [WEIGHINGS, WATER]) await database.rows({ text, values: [subjectId(nth)] })
      await database.rows({ text: OF_SUBJECTS[2] as string, values: [[subjectId(nth)]] })
    },
  ]
}
