import { columnFields, columnName, type Model, modelNamed } from '@alyx/models'
import { sql as kyselySql } from 'kysely'
import { compiled, type Database, identifier, join, sql, sqlBuilder } from '../../src/database/index.ts'
import { conditionFor, type Fragment, parseDjangoFilter, Scope } from '../../src/query/index.ts'
import { listMigrations } from '../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

const NOTHING = {
  uuid: null,
  identity: null,
  text: '',
  longText: '',
  email: '',
  url: '',
  image: '',
  integer: 0,
  float: 0,
  boolean: false,
  date: '2020-01-01',
  datetime: '2020-01-01',
  json: null,
  choice: '',
  level: 0,
  floatList: [],
  integerList: [],
  reference: null,
} as const

/** The same id for the same name, so that tests can write it down. */
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** A row with the columns that the test cares about, and nothing in the others. */
async function insert(database: Database, key: string, given: Record<string, unknown>): Promise<void> {
  const model = modelNamed(key)
  const row: Record<string, unknown> = {}
  for (const [name, field] of columnFields(model)) {
    const column = columnName(name, field)
    const value = given[column] ?? (field.nullable ? null : NOTHING[field.kind])
    if (value !== null) row[column] = field.kind === 'json' ? JSON.stringify(value) : value
  }
  await insertInto(database, model.table, row)
}

async function insertInto(database: Database, table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row).map((column) => identifier(column))
  await database.execute(
    sql`insert into ${identifier(table)} (${join(columns)}) overriding system value values (${join(Object.values(row))})`,
  )
}

export const ID = {
  alpha: idOf(1),
  beta: idOf(2),
  ann: idOf(11),
  bob: idOf(12),
  brain: idOf(21),
  pilot: idOf(22),
  mouse: idOf(31),
  rat: idOf(32),
  odd: idOf(33),
  first: idOf(41),
  second: idOf(42),
  third: idOf(43),
  fourth: idOf(44),
  spikes: idOf(51),
  video: idOf(52),
  loose: idOf(53),
  tag: idOf(61),
  type: idOf(62),
  format: idOf(63),
  chronic: idOf(71),
  probe: idOf(72),
  species: idOf(81),
  fov: idOf(91),
  imagingType: idOf(92),
  corners: idOf(93),
} as const

/**
 * A small laboratory: four sessions of two animals, one of them without lab, start, documents or projects, and what hangs
 * from them. Clocks show UTC.
 */
export async function smallLaboratory(): Promise<ScratchDatabase> {
  const scratch = await scratchDatabase()
  const { database } = scratch
  const [baseline] = await listMigrations()
  await database.script(baseline?.up ?? '')
  const add = (key: string, row: Record<string, unknown>) => insert(database, key, row)

  await add('misc.lab', { id: ID.alpha, name: 'alpha', json: { pi: 3.5, rigs: [1, { fan: true }] }, timezone: 'UTC' })
  await add('misc.lab', { id: ID.beta, name: 'beta', timezone: 'UTC' })
  await add('misc.labmember', { id: ID.ann, username: 'ann', password: 'pbkdf2_sha256$1$a$b' })
  await add('misc.labmember', { id: ID.bob, username: 'bob', password: 'pbkdf2_sha256$1$c$d' })
  await add('subjects.project', { id: ID.brain, name: 'brain' })
  await add('subjects.project', { id: ID.pilot, name: 'pilot' })
  const born = { birth_date: '2024-01-31', responsible_user_id: ID.ann }
  await add('subjects.subject', { id: ID.mouse, nickname: 'CL001', lab_id: ID.alpha, cage: '586', sex: 'M', ...born })
  await add('subjects.subject', { id: ID.rat, nickname: 'CL_02', lab_id: ID.alpha, cage: '586.0', sex: 'F', ...born })
  await add('subjects.subject', { id: ID.odd, nickname: `50%\\o'x`, lab_id: ID.beta, description: 'Straße 7' })
  await add('actions.session', {
    id: ID.first,
    name: 'first',
    subject_id: ID.mouse,
    lab_id: ID.alpha,
    start_time: '2025-03-30 23:59:59.999999+00',
    end_time: '2025-03-31 01:00:00+00',
    number: 1,
    qc: 40,
    n_trials: 100,
    json: { k: 3, tags: ['a', 'b'], absent: null },
    extended_qc: { task: 'PASS', pct: 0.5, flag: true, nested: { a: { b: [1, 2] } }, _pin: [7] },
  })
  await add('actions.session', {
    id: ID.second,
    name: 'second',
    subject_id: ID.mouse,
    lab_id: ID.alpha,
    start_time: '2025-03-31 00:00:00+00',
    number: 2,
    qc: 10,
    json: { k: 30.5, tags: [] },
    extended_qc: { task: 'FAIL', pct: 0.9, flag: false },
  })
  await add('actions.session', { id: ID.third, name: 'third', subject_id: ID.rat, qc: 50 })
  await add('actions.session', {
    id: ID.fourth,
    name: 'fourth',
    subject_id: ID.odd,
    lab_id: ID.beta,
    start_time: '2024-12-29 08:07:06.5+00',
    number: 32767,
    json: { k: 'three' },
    extended_qc: { task: null },
  })
  const links = [
    [ID.first, ID.brain],
    [ID.first, ID.pilot],
    [ID.second, ID.pilot],
  ]
  for (const [session_id, project_id] of links)
    await insertInto(database, 'actions_session_projects', { session_id, project_id })
  await insertInto(database, 'actions_session_users', { session_id: ID.first, labmember_id: ID.ann })
  await insertInto(database, 'actions_session_users', { session_id: ID.first, labmember_id: ID.bob })

  await add('data.datasettype', { id: ID.type, name: 'spikes.times' })
  await add('data.dataformat', { id: ID.format, name: 'npy' })
  await add('data.tag', { id: ID.tag, name: '2025_paper' })
  const file = { dataset_type_id: ID.type, data_format_id: ID.format }
  await add('data.dataset', { id: ID.spikes, name: 'spikes.times.npy', session_id: ID.first, file_size: 3e9, ...file })
  await add('data.dataset', { id: ID.video, name: 'video.mp4', session_id: ID.first, collection: 'raw_video', ...file })
  await add('data.dataset', { id: ID.loose, name: 'atlas.npy', ...file })
  await insertInto(database, 'data_dataset_tags', { dataset_id: ID.spikes, tag_id: ID.tag })

  await add('actions.chronicrecording', { id: ID.chronic, name: 'implant', subject_id: ID.mouse, lab_id: ID.alpha })
  await add('experiments.chronicinsertion', { chronicrecording_ptr_id: ID.chronic, serial: '18005' })
  await insertInto(database, 'actions_chronicrecording_users', {
    chronicrecording_id: ID.chronic,
    labmember_id: ID.bob,
  })
  await add('experiments.probeinsertion', {
    id: ID.probe,
    name: 'probe00',
    session_id: ID.first,
    chronic_insertion_id: ID.chronic,
    json: { qc: 'CRITICAL' },
  })
  await add('experiments.probeinsertion', { id: idOf(73), name: 'probe01', session_id: ID.first, json: {} })
  await add('experiments.probeinsertion', { id: idOf(74), name: 'probe02', session_id: ID.second })
  await add('experiments.imagingtype', { id: ID.imagingType, name: 'mesoscope' })
  await add('experiments.fov', { id: ID.fov, name: 'FOV_00', session_id: ID.first, imaging_type_id: ID.imagingType })
  await add('experiments.fovlocation', {
    id: ID.corners,
    name: 'corners',
    field_of_view_id: ID.fov,
    x: [1.5, 2.5],
    n_xyz: [512, 512],
  })
  return scratch
}

/** The statement for the keys of a model's rows under the given conditions. */
export function statementFor(
  key: string,
  conditions: (scope: Scope) => Fragment[],
): { text: string; values: readonly unknown[] } {
  const scope = new Scope(modelNamed(key))
  const where = kyselySql.join([kyselySql`true`, ...conditions(scope)], kyselySql` and `)
  const query = kyselySql`select ${scope.own(nameColumn(scope.model))}::text from ${scope.from()} where ${where} order by 1`
  return compiled({ compile: () => query.compile(sqlBuilder) } as never)
}

/** What tests call rows by. */
function nameColumn(model: Model): string {
  for (const column of ['nickname', 'username', 'name', 'serial']) if (column in model.fields) return column
  return 'id'
}

/** The statement of a `django=` expression. */
export function expressionStatement(key: string, expression: string): { text: string; values: readonly unknown[] } {
  return statementFor(key, (scope) =>
    parseDjangoFilter(expression).map(({ path, value, negate }) => conditionFor(scope, path, value, { negate })),
  )
}
