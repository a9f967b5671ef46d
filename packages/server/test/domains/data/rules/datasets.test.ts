import { DataFormat, Dataset, DatasetType, FileRecord, Session, Subject } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { faultOfCollection } from '../../../../src/domains/data/rules/collection.ts'
import { keepingDefault, placeOfDataset } from '../../../../src/domains/data/rules/default-dataset.ts'
import { protectedMessage } from '../../../../src/domains/data/rules/protected-datasets.ts'
import type { Key, NewRow } from '../../../../src/records/index.ts'
import { DataRecords } from './data-records.ts'

let lab: DataRecords
beforeAll(async () => {
  lab = await DataRecords.open()
})
afterAll(() => lab.scratch.drop())

const isDefault = async (key: Key) => (await lab.read(Dataset, key))!.default_dataset

describe('a dataset of which nobody says more', () => {
  test('has an unknown type and format, made once, and was registered by whoever asked', async () => {
    const [one, other] = [await lab.dataset(), await lab.dataset()]

    const [first, second] = [(await lab.read(Dataset, one))!, (await lab.read(Dataset, other))!]
    expect((await lab.read(DatasetType, first.dataset_type_id))!).toMatchObject({
      name: 'unknown',
      created_by_id: null,
    })
    expect((await lab.read(DataFormat, first.data_format_id))!).toMatchObject({ name: 'unknown', file_extension: '' })
    expect([second.dataset_type_id, second.data_format_id]).toEqual([first.dataset_type_id, first.data_format_id])
    expect(first.created_by_id).toBe(lab.person.id)
  })

  test('two who are the first at the same time share the unknown type', async () => {
    await lab.scratch.database.execute(sql`update data_datasettype set name = 'was unknown' where name = 'unknown'`)

    await Promise.all([lab.dataset(), lab.dataset(), lab.dataset()])

    expect(await lab.scratch.database.rows(sql`select count(*) from data_datasettype where name = 'unknown'`)).toEqual([
      ['1'],
    ])
  })

  test('becomes unknown when its type or format goes', async () => {
    const [type] = await lab.make(DatasetType, { name: 'old.type' })
    const [format] = await lab.make(DataFormat, { name: 'old', file_extension: '.old' })
    const dataset = await lab.dataset({ dataset_type_id: type!, data_format_id: format! })
    const unknown = (await lab.read(Dataset, await lab.dataset()))!

    await lab.remove(DatasetType, type!)
    await lab.remove(DataFormat, format!)

    expect((await lab.read(Dataset, dataset))!).toMatchObject({
      dataset_type_id: unknown.dataset_type_id,
      data_format_id: unknown.data_format_id,
    })
  })

  test('keeps the unknown type and format from being removed', async () => {
    const { dataset_type_id, data_format_id } = (await lab.read(Dataset, await lab.dataset()))!

    await expect(lab.remove(DatasetType, dataset_type_id)).rejects.toMatchObject({
      kind: 'in_use',
      message: expect.stringMatching(/^The dataset type "unknown" is still needed by \d+ datasets/),
    })
    await expect(lab.remove(DataFormat, data_format_id)).rejects.toMatchObject({ kind: 'in_use' })
  })
})

describe('collections', () => {
  const characters = 'Collections must only contain letters, numbers, hyphens, underscores and forward slashes.'
  test.each([
    ['', undefined],
    ['alf', undefined],
    ['alf/probe00', undefined],
    ['alf/probe-00/pykilosort_2.5', undefined],
    ['données/probe00', undefined],
    ['alf/..hidden', undefined],
    ['bad~', characters],
    ['alf/#2024#', characters],
    ['alf probe', characters],
    ['alf/probe00\n', characters],
    ['alf/../../other', 'A collection must not contain the folder "..": "alf/../../other".'],
    ['./alf', 'A collection must not contain the folder ".": "./alf".'],
  ])('"%s": %s', (collection, fault) => expect(faultOfCollection(collection)).toBe(fault))

  test('a bad one is refused, for a new dataset and for an old one', async () => {
    const dataset = await lab.dataset({ collection: 'alf' })

    await expect(lab.dataset({ collection: 'bad~' })).rejects.toMatchObject({ faults: { collection: [characters] } })
    await expect(lab.change(Dataset, dataset, { collection: 'bad~' })).rejects.toMatchObject({ kind: 'invalid' })
  })

  test('one that was recorded long ago does not keep the rest from being put right', async () => {
    const dataset = await lab.dataset()
    await lab.scratch.database.execute(sql`update data_dataset set collection = 'bad~' where id = ${dataset}`)

    await lab.change(Dataset, dataset, { version: '2.0' })

    expect((await lab.read(Dataset, dataset))!).toMatchObject({ version: '2.0', collection: 'bad~' })
  })
})

describe('the default among revisions', () => {
  const row = (values: object) => ({
    session_id: null,
    content_type_id: null,
    object_id: null,
    collection: '',
    name: 'a',
    default_dataset: true,
    ...values,
  })
  test.each([
    [[], []],
    [[{}], [0]],
    [[{}, {}], [1]],
    [[{}, { default_dataset: false }], [0]],
    [
      [{}, { name: 'b' }],
      [0, 1],
    ],
    [
      [{ session_id: 's' }, { session_id: 't' }, { session_id: 's' }],
      [1, 2],
    ],
    [
      [{ object_id: 'o' }, { object_id: 'p' }],
      [0, 1],
    ],
    [
      [
        { session_id: 's', object_id: 'o' },
        { session_id: 's', object_id: 'p' },
      ],
      [1],
    ],
  ])('of new datasets %j those at %j keep the flag', (rows, keeping) =>
    expect([...keepingDefault(rows.map(row))].sort()).toEqual(keeping),
  )

  test('places are told apart whatever their names contain', () =>
    expect(placeOfDataset(row({ collection: 'a","b', name: 'c' }))).not.toBe(
      placeOfDataset(row({ collection: 'a', name: 'b","c' })),
    ))

  test('is the newest, which takes the flag from the one before it', async () => {
    const place = { session_id: await lab.session(), collection: 'alf/probe00' }
    const first = await lab.dataset(place)
    const elsewhere = await lab.dataset({ ...place, collection: 'alf/probe01' })
    const ofAnother = await lab.dataset({ ...place, session_id: await lab.session() })

    const second = await lab.dataset(place)

    expect(await Promise.all([first, elsewhere, ofAnother, second].map(isDefault))).toEqual([false, true, true, true])
  })

  test('stays what it was when a new one is expressly no default, and when an old one becomes one', async () => {
    const place = { session_id: await lab.session(), collection: 'alf/probe00' }
    const first = await lab.dataset(place)
    const second = await lab.dataset({ ...place, default_dataset: false })
    expect(await Promise.all([first, second].map(isDefault))).toEqual([true, false])

    await lab.change(Dataset, second, { default_dataset: true })

    expect(await Promise.all([first, second].map(isDefault))).toEqual([true, true])
  })

  test('of datasets of no session is one for each thing that they belong to', async () => {
    const [contentType] = (
      await lab.scratch.database.rows(
        sql`select id from django_content_type where app_label = 'subjects' and model = 'subject'`,
      )
    )[0]!
    const subjects = await lab.scratch.database.rows(sql`select id from subjects_subject order by id limit 2`)
    const of = (at: number): NewRow<typeof Dataset> => ({
      name: 'subject.table.pqt',
      content_type_id: contentType!,
      object_id: subjects[at]![0]!,
    })
    const [first, other] = [await lab.dataset(of(0)), await lab.dataset(of(1))]

    const second = await lab.dataset(of(0))

    expect(await Promise.all([first, other, second].map(isDefault))).toEqual([false, true, true])
  })

  test('of many datasets costs as many statements as of one', async () => {
    const session_id = await lab.session()
    const register = (many: number) =>
      lab.statements((recorder) =>
        recorder.create(
          Dataset,
          Array.from({ length: many }, (_, at) => ({ session_id, name: `${at}.npy` })),
        ),
      )
    await register(20)

    expect(await register(20)).toBe(await register(1))
  })

  test('is one when two are registered at the same moment', async () => {
    const place = { session_id: await lab.session(), collection: 'alf' }

    const keys = await Promise.all([lab.dataset(place), lab.dataset(place), lab.dataset(place)])

    expect((await Promise.all(keys.map(isDefault))).filter((flag) => flag)).toHaveLength(1)
  })
})

describe('protection', () => {
  test.each([
    [[['spikes.npy', ['a']]], 'Failed to delete dataset spikes.npy due to protected tag(s) "a"'],
    [[['spikes.npy', ['a', 'b']]], 'Failed to delete dataset spikes.npy due to protected tag(s) "a", "b"'],
    [
      [
        ['one', ['a', 'b']],
        ['two', ['a']],
      ],
      'Failed to delete 2 dataset(s) due to protected tags',
    ],
  ] as [[string, string[]][], string][])('of %j is told', (datasets, message) =>
    expect(protectedMessage(datasets.map(([name, tags]) => ({ id: 'x', name, tags })))).toBe(message),
  )

  test('keeps a dataset, until the tag is taken off', async () => {
    const tags = [await lab.tag('paper B', { protected: true }), await lab.tag('paper A', { protected: true })]
    const dataset = await lab.dataset({}, [...tags, await lab.tag('only a label')])

    await expect(lab.remove(Dataset, dataset)).rejects.toMatchObject({
      kind: 'protected',
      message: 'Failed to delete dataset spikes.times.npy due to protected tag(s) "paper A", "paper B"',
    })
    expect(await lab.read(Dataset, dataset)).toBeDefined()

    await lab.recording((recorder) => recorder.link(Dataset, 'tags', new Map([[dataset, []]])))
    await lab.remove(Dataset, dataset)
    expect(await lab.read(Dataset, dataset)).toBeUndefined()
  })

  test('keeps several, listing each with its tags', async () => {
    const tag = await lab.tag('release', { protected: true })
    const datasets = [await lab.dataset({ name: 'b' }, [tag]), await lab.dataset({ name: 'a' }, [tag])]
    const free = await lab.dataset({ name: 'c' })

    await expect(lab.remove(Dataset, ...datasets, free)).rejects.toMatchObject({
      details: [
        { id: datasets[1], name: 'a', tags: ['release'] },
        { id: datasets[0], name: 'b', tags: ['release'] },
      ],
    })
    expect(await lab.read(Dataset, free)).toBeDefined()
  })

  test('holds when the session or the animal would take the dataset along', async () => {
    const session_id = await lab.session()
    await lab.dataset({ session_id }, [await lab.tag('kept', { protected: true })])
    const { subject_id } = (await lab.read(Session, session_id))!

    await expect(lab.remove(Session, session_id)).rejects.toMatchObject({ kind: 'protected' })
    await expect(lab.remove(Subject, subject_id)).rejects.toMatchObject({ kind: 'protected' })
    expect(await lab.read(Session, session_id)).toBeDefined()
  })
})

describe('file records', () => {
  const LONG_AGO = '2001-01-01 00:00:00+00'
  const repository = async () =>
    (await lab.scratch.database.rows(sql`select id from data_datarepository order by name limit 1`))[0]![0]!
  async function oldDataset(): Promise<Key> {
    const dataset = await lab.dataset()
    await lab.scratch.database.execute(sql`update data_dataset set auto_datetime = ${LONG_AGO} where id = ${dataset}`)
    return dataset
  }
  const touched = async (dataset: Key) => (await lab.read(Dataset, dataset))!.auto_datetime !== LONG_AGO

  test('a new one and a changed one count as changes of their dataset', async () => {
    const dataset = await oldDataset()
    const [file] = await lab.make(FileRecord, {
      dataset_id: dataset,
      data_repository_id: await repository(),
      relative_path: 'a/b.npy',
    })
    expect(await touched(dataset)).toBe(true)

    const other = await oldDataset()
    await lab.change(FileRecord, file!, { dataset_id: other })
    expect(await touched(other)).toBe(true)
  })

  test('of many datasets cost as many statements as one', async () => {
    const data_repository_id = await repository()
    const files =
      (some: readonly Key[], folder: string) => (recorder: Parameters<Parameters<DataRecords['statements']>[0]>[0]) =>
        recorder.create(
          FileRecord,
          some.map((dataset_id, at) => ({ dataset_id, data_repository_id, relative_path: `${folder}/${at}.npy` })),
        )
    const datasets = await Promise.all(Array.from({ length: 6 }, oldDataset))

    expect(await lab.statements(files(datasets.slice(1), 'many'))).toBe(
      await lab.statements(files(datasets.slice(0, 1), 'one')),
    )
  })
})
