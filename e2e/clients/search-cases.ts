/**
 * For each search term of ONE: a value worth searching for, taken from whatever laboratory there is, and what it must
 * find, both in plain SQL. Written apart from the server's own filters, so that the two can disagree.
 */
export interface SearchCase {
  readonly term: string
  /** SQL of one text; lists are comma separated. The case is left out when it gives none. */
  readonly example: string
  /** SQL condition on the row `s` (a session) or `p` (an insertion), in which $1 is the example. */
  readonly finds: string
  /** Whether ONE is given a list. */
  readonly list?: true
}

const mostFrequent = (column: string, from: string, where = 'true') =>
  `select ${column}::text from ${from} where ${where} and ${column}::text <> '' group by 1 order by count(*) desc, 1 limit 1`

const SESSIONS_SUBJECTS = 'actions_session s join subjects_subject u on u.id = s.subject_id'
const SESSIONS_PROJECTS =
  'actions_session s join actions_session_projects m on m.session_id = s.id join subjects_project j on j.id = m.project_id'
const DATASETS = 'data_dataset d join actions_session s on s.id = d.session_id'

/** Datasets in reach: some copy exists that is not on somebody's own computer. */
const IN_REACH = `exists (select from data_filerecord f join data_datarepository r on r.id = f.data_repository_id
  where f.dataset_id = d.id and f.exists and r.globus_is_personal is false)`

const project = (term: string): SearchCase => ({
  term,
  example: mostFrequent('left(j.name, 4)', SESSIONS_PROJECTS),
  finds: `exists (select from actions_session_projects m join subjects_project j on j.id = m.project_id
    where m.session_id = s.id and strpos(upper(j.name), upper($1)) > 0)`,
})

const subject = (term: string): SearchCase => ({
  term,
  example: mostFrequent('u.nickname', SESSIONS_SUBJECTS),
  finds: 'exists (select from subjects_subject u where u.id = s.subject_id and upper(u.nickname) = upper($1))',
})

const lab = (term: string): SearchCase => ({
  term,
  example: mostFrequent('l.name', 'actions_session s join misc_lab l on l.id = s.lab_id'),
  finds: 'exists (select from misc_lab l where l.id = s.lab_id and upper(l.name) = upper($1))',
})

/** Regions and all that lies in them, through the tree of parents. */
const regionsIn = (condition: string) => `(with recursive inside as (
    select id from experiments_brainregion where ${condition}
    union select b.id from experiments_brainregion b join inside i on b.parent_id = i.id) select id from inside)`

const atlas = (term: string, column: string, condition: string): SearchCase => ({
  term,
  example: mostFrequent(
    `b.${column}`,
    `experiments_channel c join experiments_trajectoryestimate t on t.id = c.trajectory_estimate_id and t.provenance >= 70
     join experiments_brainregion k on k.id = c.brain_region_id join experiments_brainregion b on b.id = k.parent_id`,
  ),
  finds: `(s.id in (select p.session_id from experiments_probeinsertion p
      join experiments_trajectoryestimate t on t.probe_insertion_id = p.id and t.provenance >= 70
      join experiments_channel c on c.trajectory_estimate_id = t.id where c.brain_region_id in ${regionsIn(condition)})
    or s.id in (select v.session_id from experiments_fov v join experiments_fovlocation o on o.field_of_view_id = v.id and o.default_provenance
      join experiments_fovlocation_brain_region x on x.fovlocation_id = o.id where x.brainregion_id in ${regionsIn(condition)}))`,
})

const PERFORMANCE = '100 * s.n_correct_trials / nullif(s.n_trials, 0)'
const QC_LABELS = `(values (0, 'NOT_SET'), (10, 'PASS'), (30, 'WARNING'), (40, 'FAIL'), (50, 'CRITICAL')) as q (level, label)`

export const sessionSearches: readonly SearchCase[] = [
  subject('subject'),
  subject('nickname'),
  lab('lab'),
  lab('laboratory'),
  project('project'),
  project('projects'),
  {
    term: 'date_range',
    list: true,
    example: `select min(day) || ',' || max(day) from (select start_time::date as day from actions_session order by start_time desc limit 40) recent`,
    finds: `s.start_time::date between split_part($1, ',', 1)::date and split_part($1, ',', 2)::date`,
  },
  { term: 'number', example: mostFrequent('s.number', 'actions_session s'), finds: 's.number = $1::int' },
  {
    term: 'task_protocol',
    example: mostFrequent('substr(s.task_protocol, 2, 8)', 'actions_session s'),
    finds: 'strpos(upper(s.task_protocol), upper($1)) > 0',
  },
  { term: 'type', example: mostFrequent('s.type', 'actions_session s'), finds: 'upper(s.type) = upper($1)' },
  {
    term: 'users',
    list: true,
    example: `select string_agg(username, ',') from (select a.username, b.session_id from actions_session_users b join misc_labmember a on a.id = b.labmember_id) of
      group by session_id order by count(*) desc, 1 limit 1`,
    finds: `array(select a.username::text from actions_session_users b join misc_labmember a on a.id = b.labmember_id where b.session_id = s.id) @> string_to_array($1, ',')`,
  },
  {
    term: 'location',
    example: mostFrequent('o.name', 'actions_session s join misc_lablocation o on o.id = s.location_id'),
    finds:
      'exists (select from misc_lablocation o where o.id = s.location_id and strpos(upper(o.name), upper($1)) > 0)',
  },
  {
    term: 'procedures',
    example: mostFrequent(
      'left(t.name, 6)',
      'actions_session_procedures m join actions_proceduretype t on t.id = m.proceduretype_id',
    ),
    finds: `exists (select from actions_session_procedures m join actions_proceduretype t on t.id = m.proceduretype_id
      where m.session_id = s.id and strpos(upper(t.name), upper($1)) > 0)`,
  },
  {
    term: 'qc',
    example: mostFrequent('q.label', `actions_session s join ${QC_LABELS} on q.level = s.qc`),
    finds: `s.qc = (select level from ${QC_LABELS} where label = $1)`,
  },
  {
    term: 'dataset_types',
    list: true,
    example: `select string_agg(name, ',') from (select distinct d.session_id, t.name from data_dataset d join data_datasettype t on t.id = d.dataset_type_id where d.session_id is not null) of
      group by session_id having count(*) between 2 and 5 order by count(*), 1 limit 1`,
    finds: `array(select t.name::text from data_dataset d join data_datasettype t on t.id = d.dataset_type_id where d.session_id = s.id) @> string_to_array($1, ',')`,
  },
  {
    term: 'datasets',
    example: mostFrequent('d.name', DATASETS, `d.qc <= 40 and ${IN_REACH}`),
    finds: `exists (select from data_dataset d where d.session_id = s.id and d.name = $1 and d.qc <= 40 and ${IN_REACH})`,
  },
  {
    term: 'dataset_qc_lte',
    example: `select 'PASS' from data_dataset where qc <= 10 and session_id is not null limit 1`,
    finds: `$1 = 'PASS' and exists (select from data_dataset d where d.session_id = s.id and d.qc <= 10)`,
  },
  {
    term: 'tag',
    example: mostFrequent(
      'substr(t.name, 2, 6)',
      `${DATASETS} join data_dataset_tags m on m.dataset_id = d.id join data_tag t on t.id = m.tag_id`,
    ),
    finds: `exists (select from data_dataset d join data_dataset_tags m on m.dataset_id = d.id join data_tag t on t.id = m.tag_id
      where d.session_id = s.id and strpos(upper(t.name), upper($1)) > 0)`,
  },
  {
    term: 'histology',
    example: `select 'true' where exists (select from actions_proceduretype where name = 'Histology')`,
    finds: `$1 = 'true' and s.subject_id in (select h.subject_id from actions_session h join actions_session_procedures m on m.session_id = h.id
      join actions_proceduretype t on t.id = m.proceduretype_id where t.name = 'Histology')`,
  },
  {
    term: 'performance_gte',
    example: `select (percentile_disc(0.5) within group (order by ${PERFORMANCE}))::text from actions_session s`,
    finds: `${PERFORMANCE} >= $1::float`,
  },
  {
    term: 'performance_lte',
    example: `select (percentile_disc(0.5) within group (order by ${PERFORMANCE}))::text from actions_session s`,
    finds: `${PERFORMANCE} <= $1::float`,
  },
  atlas('atlas_id', 'id', 'id = $1::int'),
  atlas('atlas_acronym', 'acronym', 'upper(acronym) = upper($1)'),
  atlas('atlas_name', 'name', 'strpos(upper(name), upper($1)) > 0'),
  { term: 'id', example: 'select id::text from actions_session order by start_time limit 1', finds: 's.id = $1::uuid' },
  { term: 'n_trials', example: mostFrequent('s.n_trials', 'actions_session s'), finds: 's.n_trials = $1::int' },
  {
    term: 'n_correct_trials',
    example: mostFrequent('s.n_correct_trials', 'actions_session s'),
    finds: 's.n_correct_trials = $1::int',
  },
  { term: 'name', example: mostFrequent('s.name', 'actions_session s'), finds: 's.name = $1' },
  {
    term: 'parent_session',
    example: mostFrequent('s.parent_session_id', 'actions_session s'),
    finds: 's.parent_session_id = $1::uuid',
  },
  {
    term: 'django',
    example: mostFrequent("'subject__nickname__istartswith,' || left(u.nickname, 3)", SESSIONS_SUBJECTS),
    finds: `exists (select from subjects_subject u where u.id = s.subject_id and starts_with(upper(u.nickname), upper(split_part($1, ',', 2))))`,
  },
]

const INSERTIONS = 'experiments_probeinsertion p join actions_session s on s.id = p.session_id'

/** The same for searches of insertions; $1 is the example, `p` the insertion and `s` its session. */
export const insertionSearches: readonly SearchCase[] = [
  {
    term: 'session',
    example: mostFrequent('p.session_id', 'experiments_probeinsertion p'),
    finds: 'p.session_id = $1::uuid',
  },
  { term: 'name', example: mostFrequent('p.name', 'experiments_probeinsertion p'), finds: 'p.name = $1' },
  {
    term: 'subject',
    example: mostFrequent('u.nickname', `${INSERTIONS} join subjects_subject u on u.id = s.subject_id`),
    finds: 'exists (select from subjects_subject u where u.id = s.subject_id and u.nickname = $1)',
  },
  {
    term: 'laboratory',
    example: mostFrequent('l.name', `${INSERTIONS} join misc_lab l on l.id = s.lab_id`),
    finds: 'exists (select from misc_lab l where l.id = s.lab_id and upper(l.name) = upper($1))',
  },
  {
    term: 'number',
    example: mostFrequent('s.number', INSERTIONS),
    finds: 's.number = $1::int',
  },
  {
    term: 'task_protocol',
    example: mostFrequent('substr(s.task_protocol, 2, 8)', INSERTIONS),
    finds: 'strpos(upper(s.task_protocol), upper($1)) > 0',
  },
  {
    term: 'model',
    example: mostFrequent('k.name', 'experiments_probeinsertion p join experiments_probemodel k on k.id = p.model_id'),
    finds: 'exists (select from experiments_probemodel k where k.id = p.model_id and k.name = $1)',
  },
  {
    term: 'dataset',
    example: mostFrequent(
      'substr(d.name, 2, 8)',
      'experiments_probeinsertion_datasets m join data_dataset d on d.id = m.dataset_id',
    ),
    finds: `exists (select from experiments_probeinsertion_datasets m join data_dataset d on d.id = m.dataset_id
      where m.probeinsertion_id = p.id and strpos(upper(d.name), upper($1)) > 0)`,
  },
]
