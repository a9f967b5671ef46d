import { DataRepository, Dataset, DatasetType, FileRecord, Lab, Session, Subject } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import { possiblePlaces } from '../../../src/domains/data/files/listed-files.ts'
import { tidyPath } from '../../../src/domains/data/files/tidy-paths.ts'
import { addMissingRecords, listLocalCopies, markListedFiles, tidyPaths } from '../../../src/domains/data/index.ts'
import type { Key } from '../../../src/records/index.ts'
import { DataRecords } from './rules/data-records.ts'

let records: DataRecords
/** A lab with a rig and a server. */
let rig: Key
let server: Key
let session: Key
beforeAll(async () => {
  records = await DataRecords.open()
  const repositories = await records.make(
    DataRepository,
    { name: 'new_rig', globus_is_personal: true, globus_path: '/mnt/rig' },
    { name: 'new_server', globus_is_personal: false, globus_path: '/data/newlab/Subjects/' },
  )
  rig = repositories[0]!
  server = repositories[1]!
  const lab = (
    await records.recording((recorder) => recorder.create(Lab, [{ name: 'newlab' }], [{ repositories: [rig, server] }]))
  )[0]!.key
  const [subject_id] = await records.make(Subject, { nickname: 'newcomer', lab_id: lab })
  session = (await records.make(Session, { subject_id: subject_id!, start_time: '2026-01-05T09:00:00' }))[0]!
})
afterAll(() => records.scratch.drop())

/** A dataset whose file is on the rig. */
async function onRig(relative_path: string, values: object = {}): Promise<Key> {
  const dataset_id = await records.dataset({ session_id: session, ...values })
  await records.make(FileRecord, { dataset_id, data_repository_id: rig, relative_path, exists: true })
  return dataset_id
}
const recordsOf = async (dataset: Key) =>
  records.scratch.database.rows(sql`
    select r.name, f.relative_path, f."exists" from data_filerecord f
    join data_datarepository r on r.id = f.data_repository_id where f.dataset_id = ${dataset} order by 1, 2`)

describe('records that are missing', () => {
  test('are made in the servers of the lab, as not there yet, once', async () => {
    const dataset = await onRig('newcomer/2026-01-05/001/alf/one.npy')

    const dry = await records.recording((recorder) => addMissingRecords(recorder, { lab: 'newlab', dry: true }))
    expect(dry).toMatchObject([{ dataset_id: dataset, repository: 'new_server' }])
    expect(await recordsOf(dataset)).toHaveLength(1)

    expect(await records.recording((recorder) => addMissingRecords(recorder, { lab: 'newlab' }))).toEqual(dry)
    expect(await recordsOf(dataset)).toEqual([
      ['new_rig', 'newcomer/2026-01-05/001/alf/one.npy', 't'],
      ['new_server', 'newcomer/2026-01-05/001/alf/one.npy', 'f'],
    ])
    expect(await records.recording((recorder) => addMissingRecords(recorder, { lab: 'newlab' }))).toEqual([])
  })

  test('are not made where the path belongs to another dataset, nor for datasets without any record', async () => {
    const other = await records.dataset()
    await records.make(FileRecord, { dataset_id: other, data_repository_id: server, relative_path: 'taken.npy' })
    await onRig('taken.npy')
    await records.dataset({ session_id: session })

    expect(await records.recording((recorder) => addMissingRecords(recorder, { lab: 'newlab' }))).toEqual([])
  })

  test('of a lab that does not exist are refused', () =>
    expect(records.recording((recorder) => addMissingRecords(recorder, { lab: 'nolab' }))).rejects.toThrow(
      'There is no lab "nolab".',
    ))
})

describe('files that a machine lists', () => {
  const ID = 'f16c87b4-9188-4565-a52b-ded8d81d37f2'
  const roots = [{ id: 'r', folder: '/data/lab/' }]
  test.each([
    ['/elsewhere/a.npy', []],
    ['/data/laboratory/a.npy', []],
    ['/data/lab/a/b.npy', [['a/b.npy', null]]],
    [
      `/data/lab/a/b.${ID}.npy`,
      [
        [`a/b.${ID}.npy`, null],
        ['a/b.npy', ID],
      ],
    ],
    [
      `/data/lab/a/b.${ID.toUpperCase()}`,
      [
        [`a/b.${ID.toUpperCase()}`, null],
        ['a/b', ID],
      ],
    ],
  ])('%s may be %j', (path, expected) => {
    const places = possiblePlaces(path, roots).filter(({ relative_path }) => !relative_path.startsWith('Data2/'))

    expect(places.map(({ relative_path, dataset_id }) => [relative_path, dataset_id])).toEqual(expected)
  })

  test('are there from then on, whether or not their names carry the key of the dataset', async () => {
    const made = await Promise.all(['plain', 'keyed', 'old'].map((name) => records.dataset({ name })))
    const [plain, keyed, old] = made as [Key, Key, Key]
    const file = (dataset_id: Key, relative_path: string) => ({ dataset_id, data_repository_id: server, relative_path })
    await records.make(
      FileRecord,
      file(plain, 'listed/plain.npy'),
      file(keyed, 'listed/keyed.npy'),
      file(old, 'Data2/listed/old.npy'),
      file(plain, 'listed/absent.npy'),
    )
    const root = '/data/newlab/Subjects/listed'
    const paths = [`${root}/plain.npy`, `${root}/keyed.${keyed}.npy`, `${root}/old.npy`, `${root}/absent.${old}.npy`]

    const changed = await records.recording((recorder) => markListedFiles(recorder, paths))

    expect(changed).toBe(3)
    const there = await records.scratch.database.rows(
      sql`select relative_path from data_filerecord where "exists" and relative_path like '%listed/%' order by 1`,
    )
    expect(there.flat()).toEqual(['Data2/listed/old.npy', 'listed/keyed.npy', 'listed/plain.npy'])
  })

  test('of a repository whose folder nobody knows are refused', async () => {
    await records.make(DataRepository, { name: 'somewhere' })

    const mark = (repository: string) => records.recording((recorder) => markListedFiles(recorder, [], { repository }))
    await expect(mark('somewhere')).rejects.toThrow('its globus_path is empty')
    await expect(mark('nowhere')).rejects.toThrow('There is no data repository "nowhere".')
  })
})

describe('untidy paths', () => {
  test.each([
    ['a/b.npy', 'a/b.npy'],
    ['a\\b.npy', 'a/b.npy'],
    ['a//b\\\\c/\\d.npy', 'a/b/c/d.npy'],
  ])('%s becomes %s', (path, tidied) => expect(tidyPath(path)).toBe(tidied))

  test('are put right, unless another record has the path already', async () => {
    const dataset = await records.dataset()
    const paths = ['untidy\\one.npy', 'untidy//two\\\\deep.npy', 'untidy/three.npy', 'untidy//three.npy']
    const keys = await records.make(
      FileRecord,
      ...paths.map((relative_path) => ({ dataset_id: dataset, data_repository_id: rig, relative_path })),
    )

    const found = await records.recording((recorder) => tidyPaths(recorder))

    expect(found.map(({ tidied, is_taken }) => [tidied, is_taken]).sort()).toEqual([
      ['untidy/one.npy', false],
      ['untidy/three.npy', true],
      ['untidy/two/deep.npy', false],
    ])
    expect(found.every(({ relative_path, tidied }) => tidyPath(relative_path) === tidied)).toBe(true)
    const after = await Promise.all(keys.map(async (key) => (await records.read(FileRecord, key))!.relative_path))
    expect(after).toEqual(['untidy/one.npy', 'untidy/two/deep.npy', 'untidy/three.npy', 'untidy//three.npy'])
    await records.remove(Dataset, dataset)
  })
})

describe('copies on a rig', () => {
  test('of old raw recordings are listed, with whether a server has them', async () => {
    const [raw] = await records.scratch.database.rows(
      sql`select id from data_datasettype where name = 'ephysData.raw.ap'`,
    )
    const dataset_type_id = raw?.[0] ?? (await records.make(DatasetType, { name: 'ephysData.raw.ap' }))[0]!
    const size = { dataset_type_id, file_size: 5_000_000_000 }
    const copied = await onRig('rig/copied.bin', size)
    await records.make(FileRecord, {
      dataset_id: copied,
      data_repository_id: server,
      relative_path: 'rig/copied.bin',
      exists: true,
    })
    const only = await onRig('rig/only.bin', size)
    await onRig('rig/small.npy')

    const list = (before: string) => listLocalCopies(records.scratch.database, { lab: 'newlab', before })

    const found = await list('2026-01-05')
    expect(new Map(found.map(({ dataset_id, is_on_server }) => [dataset_id, is_on_server]))).toEqual(
      new Map([
        [copied, true],
        [only, false],
      ]),
    )
    expect(found[0]).toMatchObject({ repository: 'new_rig', file_size: 5_000_000_000 })
    expect(await list('2026-01-04')).toEqual([])
  })

  test('of all labs at once are refused, and of a lab that does not exist', async () => {
    const { database } = records.scratch
    await expect(listLocalCopies(database, { before: '2026-01-05' })).rejects.toThrow('Name a lab or a data repository')
    await expect(listLocalCopies(database, { before: '2026-01-05', lab: 'nolab' })).rejects.toThrow(
      'There is no lab "nolab".',
    )
  })
})
