import { createHash } from 'node:crypto'
import type { Database } from '../packages/server/src/database/index.ts'
import { loadStarterData } from '../packages/server/src/domains/labs/starter/index.ts'
import { applyMigrations, migrateDatabase } from '../packages/server/src/schema/index.ts'

/** How many rows of each kind; everything else follows from these. */
export interface Sizes {
  readonly subjects: number
  readonly sessions: number
  /** On top of those of the one large session. */
  readonly datasets: number
  readonly insertions: number
  readonly channels: number
}

/** Where the last pages of sessions begin, full ones. */
export const deepOffset = ({ sessions }: Sizes, nth: number): number =>
  Math.floor(Math.min(sessions * 0.9, sessions - 400)) + pick(Math.floor(Math.min(sessions * 0.08, 100)), nth)

/** A fixed walk over `n` rows, 1 to `n`, that does not go through them in order. */
export const pick = (n: number, nth: number): number => 1 + ((nth * 7919) % n)

/** A large laboratory consortium: 100,000 sessions, a million copies of files. */
const WHOLE: Sizes = { subjects: 2_000, sessions: 100_000, datasets: 500_000, insertions: 5_000, channels: 400_000 }

/** Datasets of the first session, on top of what every session has. */
const LARGE_SESSION_DATASETS = 400

/** From the first session to the last: a bit less than four years. */
const YEARS_MINUTES = 2_000_000

const LABS = 10
const USERS = 60
export const PROJECTS = 25
export const DATASET_KINDS = 20
/** Recordings of one animal follow each other by days of its life: 20 weighings, 20 water administrations. */
const DAYS = 20

/** Of the account that sends the requests. */
export const TOKEN = 'bench0000000000000000000000000000000000a'

/** Where the files of a session lie: `BENCH_00002/2020-06-01/2`. */
export function sessionFolder({ subjects, sessions }: Sizes, n: number): string {
  const start = new Date(Date.UTC(2020, 5, 1, 8) + n * Math.round(YEARS_MINUTES / sessions) * 60_000)
  return `${nickname(1 + (n % subjects))}/${start.toISOString().slice(0, 10)}/${1 + (n % 3)}`
}

export const sizesAt = (scale: number): Sizes => ({
  subjects: Math.max(100, WHOLE.subjects * scale),
  sessions: WHOLE.sessions * scale,
  datasets: WHOLE.datasets * scale,
  insertions: WHOLE.insertions * scale,
  channels: WHOLE.channels * scale,
})

/** Identifier of the nth row of a kind: the same in every run and on both sides of the wire. */
export function rowId(kind: string, n: number): string {
  const hex = createHash('md5').update(`bench/${kind}/${n}`).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The same in SQL, for a number that an expression gives. */
const id = (kind: string, n: string) => `md5('bench/${kind}/' || (${n}))::uuid`

export const nickname = (n: number): string => `BENCH_${String(n).padStart(5, '0')}`
const nicknameSql = (n: string) => `'BENCH_' || lpad((${n})::text, 5, '0')`

/** Numbers from one on, as rows `n`. */
const upTo = (count: number) => `generate_series(1, ${count}) as n`

/** The tables of Alyx alone: indexes are made much faster when the rows are there. */
const BASELINE = 1

/** Changes whenever other rows would be made. */
export const laboratoryVersion = (sizes: Sizes): string =>
  createHash('md5').update(statements(sizes).join(';')).digest('hex').slice(0, 12)

/** Fills an empty database: tables, starter data, the laboratory. */
export async function seedLaboratory(database: Database, sizes: Sizes, say: (text: string) => void): Promise<void> {
  const run = async (sql: string) => {
    say(`  ${/insert into (\w+)/.exec(sql)?.[1] ?? sql}`)
    await database.script(sql)
  }
  await applyMigrations(database, { upTo: BASELINE })
  await database.transaction((db) => loadStarterData(db))
  for (const statement of statements(sizes)) await run(statement)
  await migrateDatabase(database, { onProgress: (text) => say(`  ${text}`) })
  await run('vacuum analyze')
  await run('checkpoint')
}

function statements({ subjects, sessions, datasets, insertions, channels }: Sizes): string[] {
  const subjectOf = `1 + n % ${subjects}`
  const everyDataset = `(select n, 1 + n % ${sessions} as of_session from ${upTo(datasets)}
    union all select ${datasets} + n, 1 from ${upTo(LARGE_SESSION_DATASETS)}) as d`
  const kinds = `(select row_number() over (order by name) - 1 as nth, id, name from data_datasettype order by name limit ${DATASET_KINDS}) as kind`
  // The same years whatever the number of sessions, so that the same dates find some.
  const sessionEveryMinutes = Math.round(YEARS_MINUTES / sessions)
  const collection = `(array['alf', 'alf/probe00', 'alf/probe01', 'raw_behavior_data', 'raw_ephys_data/probe00'])[1 + (d.n / ${sessions}) % 5]`
  return [
    `insert into misc_labmember (id, username, password, first_name, last_name, email, is_superuser, is_staff, is_active, is_stock_manager, is_public_user, date_joined)
      select ${id('user', 'n')}, 'bench_user_' || n, '!', '', '', '', n = 1, true, true, false, false, '2020-01-01' from ${upTo(USERS)}`,
    `insert into authtoken_token (key, user_id, created) values ('${TOKEN}', ${id('user', '1')}, now())`,
    `insert into misc_lab (id, name, institution, address, timezone, reference_weight_pct, zscore_weight_pct)
      select ${id('lab', 'n')}, 'bench_lab_' || n, '', '', 'UTC', 0.8, 0 from ${upTo(LABS)}`,
    `insert into data_datarepository (id, name, hostname, data_url, timezone, globus_path, globus_is_personal)
      select ${id('public', 'n')}, 'bench_public_' || n, 'data' || n, 'https://data' || n || '.example.org/', 'UTC', '/data/' || n || '/', false from ${upTo(LABS)}
      union all select ${id('personal', 'n')}, 'bench_personal_' || n, 'rig' || n, null, 'UTC', '/D/' || n || '/', true from ${upTo(LABS)}`,
    `insert into misc_lab_repositories (lab_id, datarepository_id)
      select ${id('lab', 'n')}, ${id('public', 'n')} from ${upTo(LABS)} union all select ${id('lab', 'n')}, ${id('personal', 'n')} from ${upTo(LABS)}`,
    `insert into subjects_project (id, name, description) select ${id('project', 'n')}, 'bench_project_' || n, '' from ${upTo(PROJECTS)}`,
    `insert into subjects_subject (id, name, nickname, sex, birth_date, death_date, ear_mark, protocol_number, description, adverse_effects, to_be_genotyped, to_be_culled, lab_id, responsible_user_id, species_id)
      select ${id('subject', 'n')}, '', ${nicknameSql('n')}, (array['M', 'F', 'U'])[1 + n % 3], date '2020-01-01' + n % 1000, case when n % 4 > 0 then date '2024-01-01' + n % 300 end,
        '', '1', '', '', false, false, ${id('lab', `1 + n % ${LABS}`)}, ${id('user', `1 + n % ${USERS}`)}, (select id from subjects_species order by name limit 1) from ${upTo(subjects)}`,
    `insert into subjects_subject_projects (subject_id, project_id) select ${id('subject', 'n')}, ${id('project', `1 + n % ${PROJECTS}`)} from ${upTo(subjects)}`,
    `insert into actions_weighing (id, name, date_time, weight, subject_id, user_id)
      select ${id('weighing', `n * 100 + day`)}, '', timestamptz '2023-01-01 09:00+00' + make_interval(days => n % 300 + day), 20.25 + (n + day) % 6, ${id('subject', 'n')}, ${id('user', `1 + n % ${USERS}`)}
      from ${upTo(subjects)}, generate_series(1, ${DAYS}) as day`,
    `insert into actions_wateradministration (id, name, date_time, water_administered, adlib, subject_id, user_id, water_type_id)
      select ${id('water', `n * 100 + day`)}, '', timestamptz '2023-01-01 16:00+00' + make_interval(days => n % 300 + day), 0.5 + (day % 4) * 0.25, false, ${id('subject', 'n')}, ${id('user', `1 + n % ${USERS}`)},
        (select id from actions_watertype where name = 'Water') from ${upTo(subjects)}, generate_series(1, ${DAYS}) as day`,
    `insert into actions_waterrestriction (id, name, narrative, start_time, end_time, reference_weight, lab_id, subject_id)
      select ${id('restriction', 'n')}, '', '', timestamptz '2023-01-04 10:00+00' + make_interval(days => n % 300), case when n % 5 > 0 then timestamptz '2023-02-04 10:00+00' + make_interval(days => n % 300) end,
        24, ${id('lab', `1 + n % ${LABS}`)}, ${id('subject', 'n')} from ${upTo(subjects)} where n % 2 = 0`,
    `insert into actions_session (id, name, json, narrative, start_time, end_time, type, number, n_trials, n_correct_trials, task_protocol, qc, extended_qc, auto_datetime, lab_id, subject_id)
      select ${id('session', 'n')}, '', case when n % 4 = 0 then jsonb_build_object('rig', n % 50, 'mock', false) end, '', timestamptz '2020-06-01 08:00+00' + make_interval(mins => n * ${sessionEveryMinutes}),
        timestamptz '2020-06-01 09:00+00' + make_interval(mins => n * ${sessionEveryMinutes}), 'Experiment', 1 + n % 3, 300 + n % 600, 200 + n % 250,
        (array['_bench_trainingWorld', '_bench_ephysWorld', '_bench_passiveWorld', ''])[1 + n % 4], (array[0, 10, 30, 40, 50])[1 + n % 5],
        case when n % 3 = 0 then jsonb_build_object('behaviour', 'PASS', 'share', n % 100 / 100.0) end, now(), ${id('lab', `1 + (${subjectOf}) % ${LABS}`)}, ${id('subject', subjectOf)} from ${upTo(sessions)}`,
    `insert into actions_session_users (session_id, labmember_id) select ${id('session', 'n')}, ${id('user', `1 + n % ${USERS}`)} from ${upTo(sessions)}
      union select ${id('session', 'n')}, ${id('user', `1 + n * 7 % ${USERS}`)} from ${upTo(sessions)} where n % 5 = 0`,
    `insert into actions_session_projects (session_id, project_id) select ${id('session', 'n')}, ${id('project', `1 + n % ${PROJECTS}`)} from ${upTo(sessions)}`,
    `insert into actions_session_procedures (session_id, proceduretype_id) select ${id('session', 'n')}, (select id from actions_proceduretype order by name limit 1) from ${upTo(sessions)}`,
    `insert into data_dataset (id, name, created_datetime, generating_software, file_size, hash, version, auto_datetime, default_dataset, qc, collection, created_by_id, data_format_id, dataset_type_id, session_id)
      select ${id('dataset', 'd.n')}, kind.name || '.' || d.n / ${sessions} || '.npy', timestamptz '2021-01-01+00' + make_interval(mins => d.n::int), '', 1000 + d.n, md5(d.n::text), '1.0', now(), true,
        (array[0, 10, 30, 40, 50])[1 + d.n % 5], ${collection}, ${id('user', `1 + d.n % ${USERS}`)}, (select id from data_dataformat where name = 'npy'), kind.id, ${id('session', 'd.of_session')}
      from ${everyDataset} join ${kinds} on kind.nth = d.n % ${DATASET_KINDS}`,
    `insert into data_filerecord (id, name, relative_path, exists, data_repository_id, dataset_id)
      select ${id('file', 'd.n * 2 + copy')}, '', ${nicknameSql(`1 + d.of_session % ${subjects}`)} || '/2021-01-01/001/' || ${collection} || '/' || kind.name || '.' || d.n || '.npy', copy = 0 or d.n % 3 = 0,
        case copy when 0 then ${id('public', `1 + d.of_session % ${LABS}`)} else ${id('personal', `1 + d.of_session % ${LABS}`)} end, ${id('dataset', 'd.n')}
      from ${everyDataset} join ${kinds} on kind.nth = d.n % ${DATASET_KINDS}, generate_series(0, 1) as copy`,
    `insert into experiments_probeinsertion (id, name, json, serial, auto_datetime, model_id, session_id)
      select ${id('insertion', 'n')}, 'probe0' || n % 2, jsonb_build_object('qc', 'PASS', 'extended_qc', jsonb_build_object('aligned', n % 2 = 0)), n::text, now(), (select id from experiments_probemodel order by name limit 1),
        ${id('session', `1 + n / 2 * 17 % ${sessions}`)} from ${upTo(insertions)}`,
    `insert into experiments_probeinsertion_datasets (probeinsertion_id, dataset_id) select p.id, d.id from experiments_probeinsertion p join data_dataset d on d.session_id = p.session_id and d.collection = 'alf/' || p.name`,
    `insert into experiments_trajectoryestimate (id, x, y, z, depth, theta, phi, roll, provenance, coordinate_system_id, probe_insertion_id, datetime)
      select ${id('trajectory', 'n * 100 + provenance')}, n % 4000, -(n % 3000), 0, 4000, 15, 180, 0, provenance, (select id from experiments_coordinatesystem where name = 'IBL-Allen'), ${id('insertion', 'n')}, now()
      from ${upTo(insertions)}, unnest(array[10, 50, 70]) as provenance`,
    `insert into experiments_channel (id, name, axial, "lateral", x, y, z, brain_region_id, trajectory_estimate_id)
      select ${id('channel', 'n')}, '', 20 * (n / ${insertions} / 2), 11 + 16 * (n / ${insertions} % 2), n * 1e-9, -0.001, -0.002, region.id, ${id('trajectory', `(1 + n % ${insertions}) * 100 + 70`)}
      from ${upTo(channels)} join (select id, row_number() over (order by id) - 1 as nth, count(*) over () as of from experiments_brainregion) as region on region.nth = n % region.of`,
    `insert into jobs_task (id, name, priority, level, executable, graph, status, datetime, session_id, arguments)
      select ${id('task', 'n')}, 'task' || n % 6, 50, n % 4, 'bench.Task', 'bench', (array[20, 40, 60])[1 + n % 3], now(), ${id('session', 'n')}, '{}' from ${upTo(Math.min(sessions, 50_000))}`,
  ]
}
