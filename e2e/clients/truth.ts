import { type Database, raw } from '../../packages/server/src/database/index.ts'
import { insertionSearches, type SearchCase, sessionSearches } from './search-cases.ts'

/** What the database says, for the clients' answers to be compared with. Keys are those that the Python checks read. */
export interface Truth {
  readonly searches: readonly Search[]
  readonly insertion_searches: readonly Search[]
  /** Rows of each collection of the contract. */
  readonly counts: Readonly<Record<string, number>>
  readonly session: Record<string, unknown>
  readonly insertion: Record<string, unknown>
  readonly dataset: Record<string, unknown>
}

interface Search {
  readonly term: string
  readonly value: string | readonly string[]
  readonly ids: readonly string[]
}

/** Asks the database, in SQL of our own, everything that the clients will be asked. */
export async function truthOf(database: Database): Promise<Truth> {
  const searches = await found(database, sessionSearches, SESSIONS)
  const insertionsFound = await found(database, insertionSearches, INSERTIONS)
  const one = async (sql: string) => {
    const [row] = await database.objects<Record<string, unknown>>(raw(sql))
    if (row === undefined) throw new Error(`this laboratory has nothing to compare with: ${sql}`)
    return row
  }
  return {
    searches,
    insertion_searches: insertionsFound,
    counts: (await one(
      `select ${Object.entries(TABLES)
        .map(([path, table]) => `(select count(*) from ${table}) as "${path}"`)
        .join(', ')}`,
    )) as Record<string, number>,
    session: await one(RICHEST_SESSION),
    insertion: await one(AN_INSERTION),
    dataset: await one(A_DATASET),
  }
}

const SESSIONS = 'select s.id from actions_session s where'
const INSERTIONS = 'select p.id from experiments_probeinsertion p join actions_session s on s.id = p.session_id where'

async function found(database: Database, cases: readonly SearchCase[], select: string): Promise<Search[]> {
  const searches: Search[] = []
  for (const { term, example, finds, list } of cases) {
    const [row] = await database.rows(raw(example))
    const value = row?.[0]
    if (value === null || value === undefined) continue
    const ids = await database.rows({ text: `${select} ${finds}`, values: [value] })
    searches.push({ term, value: list ? value.split(',') : value, ids: ids.map(([id]) => id as string) })
  }
  return searches
}

/** Tables behind the collections that list all of their rows. */
const TABLES: Readonly<Record<string, string>> = {
  'brain-regions': 'experiments_brainregion',
  channels: 'experiments_channel',
  'chronic-insertions': 'experiments_chronicinsertion',
  'data-formats': 'data_dataformat',
  'data-notices': 'data_datanotice',
  'data-repository': 'data_datarepository',
  'data-repository-type': 'data_datarepositorytype',
  'dataset-types': 'data_datasettype',
  datasets: 'data_dataset',
  downloads: 'data_download',
  'fields-of-view': 'experiments_fov',
  files: 'data_filerecord',
  'fov-location': 'experiments_fovlocation',
  'imaging-stack': 'experiments_imagingstack',
  insertions: 'experiments_probeinsertion',
  labs: 'misc_lab',
  locations: 'misc_lablocation',
  notes: 'misc_note',
  procedures: 'actions_proceduretype',
  projects: 'subjects_project',
  revisions: 'data_revision',
  sessions: 'actions_session',
  subjects: 'subjects_subject',
  surgeries: 'actions_surgery',
  tags: 'data_tag',
  tasks: 'jobs_task',
  trajectories: 'experiments_trajectoryestimate',
  users: 'misc_labmember',
  'water-administrations': 'actions_wateradministration',
  'water-restriction': 'actions_waterrestriction',
  'water-type': 'actions_watertype',
  weighings: 'actions_weighing',
}

/** Where a copy lies inside its session's folder. */
const inSession = `regexp_replace(f.relative_path, '^.*?\\d{4}-\\d\\d-\\d\\d/\\d{3}/', '')`
const IN_REACH = `f.exists and r.globus_is_personal is false and r.data_url <> ''`
const COPIES =
  'data_dataset d join data_filerecord f on f.dataset_id = d.id join data_datarepository r on r.id = f.data_repository_id'

/** ONE leaves out what is not called `object.attribute.extension`, and what failed its quality control badly. */
const SHOWN = `d.qc <= 40 and d.name ~ '^[^.]+[.][^.]+[.]' and ${IN_REACH}`

/** A session that a client can say much about. */
const RICHEST_SESSION = `
  select s.id::text as eid, u.nickname::text as subject, s.number, s.start_time::date::text as date, l.name::text as lab,
    s.task_protocol::text as task_protocol,
    array(select distinct ${inSession} from ${COPIES} where d.session_id = s.id and ${SHOWN}) as paths,
    array(select distinct d.collection::text from ${COPIES} where d.session_id = s.id and ${SHOWN} and d.collection <> '') as collections,
    array(select p.id::text from experiments_probeinsertion p where p.session_id = s.id) as pids,
    array(select distinct u.username::text from actions_session_users m join misc_labmember u on u.id = m.labmember_id where m.session_id = s.id) as users
  from actions_session s join subjects_subject u on u.id = s.subject_id join misc_lab l on l.id = s.lab_id
  where (select count(*) from actions_session other where other.subject_id = s.subject_id and other.number = s.number and other.start_time::date = s.start_time::date) = 1
  order by (select count(*) from ${COPIES} where d.session_id = s.id and d.revision_id is null and ${SHOWN}) desc, s.id limit 1`

const AN_INSERTION = `
  select p.id::text as pid, p.name::text as name, p.session_id::text as eid,
    array(select q.id::text from experiments_probeinsertion q where q.session_id = p.session_id) as pids_of_session
  from experiments_probeinsertion p where p.session_id is not null order by p.session_id, p.name limit 1`

/** A dataset whose name nothing else in its session has, with one copy to be found by its address. */
const A_DATASET = `
  select d.id::text as did, d.name::text as name, d.session_id::text as eid, t.name::text as dataset_type, ${inSession} as path,
    array(select x.id::text from data_dataset x where x.session_id = d.session_id and x.dataset_type_id = d.dataset_type_id) as of_type
  from ${COPIES} join data_datasettype t on t.id = d.dataset_type_id
  where d.session_id is not null and d.qc <= 40 and ${IN_REACH} and t.name <> 'unknown'
    and (select count(*) from data_dataset o where o.session_id = d.session_id and o.name = d.name) = 1
  order by d.id limit 1`
