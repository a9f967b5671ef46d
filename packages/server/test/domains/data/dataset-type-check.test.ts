import { Dataset, DatasetType } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsOfType } from '../../../src/domains/data/dataset-type-check.ts'
import { checkDatasetType } from '../../../src/domains/data/index.ts'
import { DataRecords } from './rules/data-records.ts'

const TYPES = [
  { name: 'spikes.times', filename_pattern: '', latest: '_ibl_spikes.times.npy' },
  { name: '_iblrig_Camera.raw', filename_pattern: '_iblrig_*camera.raw*', latest: '_iblrig_leftCamera.raw.mp4' },
  { name: 'trials.table', filename_pattern: '', latest: null },
  { name: 'unknown', filename_pattern: '', latest: 'notes.txt' },
]

describe('a dataset type may be made when', () => {
  test.each([
    [{ name: 'spikes.depths' }],
    [{ name: 'spikes.depths', filename: 'spikes.depths.npy' }],
    [{ name: 'notes', filename_pattern: 'notes.*', filename: 'Notes.TXT' }],
    [{ name: 'photometry', filename_pattern: '*Photometry*', filename: '_neurophotometrics_photometry.raw.csv' }],
  ])('nothing speaks against it: %j', (proposed) => expect(faultsOfType(proposed, TYPES, true)).toEqual([]))

  test.each([
    [{ name: 'trials.table' }, ['There is a dataset type "trials.table" already.']],
    [
      { name: 'camera', filename_pattern: '_iblrig_*Camera.raw*' },
      [
        'The pattern "_iblrig_*camera.raw*" is that of the dataset type "_iblrig_Camera.raw" already.',
        'The new type would claim "_iblrig_leftCamera.raw.mp4", a dataset of the type "_iblrig_Camera.raw".',
      ],
    ],
    [
      { name: 'spikes.depths', filename: 'spikes.amps.npy' },
      ['The file "spikes.amps.npy" would not be of the new type.'],
    ],
    [
      { name: 'table', filename_pattern: 'trials*', filename: 'trials.table.npy' },
      ['The file "trials.table.npy" is of another type already: "trials.table".'],
    ],
    [
      { name: 'spikes', filename_pattern: '*spikes*' },
      ['The new type would claim "_ibl_spikes.times.npy", a dataset of the type "spikes.times".'],
    ],
  ])('no fault is found: %j', (proposed, faults) => expect(faultsOfType(proposed, TYPES, false)).toEqual(faults))

  test('the types are in order as they are, for those who are strict', () => {
    const types = [
      { name: 'old.name', filename_pattern: '', latest: 'new.name.npy' },
      { name: 'spikes.times', filename_pattern: '', latest: 'clusters.times.npy' },
      { name: 'clusters.times', filename_pattern: '', latest: null },
    ]

    expect(faultsOfType({ name: 'a.b' }, types, false)).toEqual([])
    expect(faultsOfType({ name: 'a.b' }, types, true)).toEqual([
      'By its name "new.name.npy" is of no type; it was registered as "old.name".',
      'By its name "clusters.times.npy" is of the type "clusters.times"; it was registered as "spikes.times".',
    ])
  })
})

describe('in a laboratory', () => {
  let lab: DataRecords
  beforeAll(async () => {
    lab = await DataRecords.open()
  })
  afterAll(() => lab.scratch.drop())

  test('the dataset that was registered last speaks for its type', async () => {
    const [type] = await lab.make(DatasetType, { name: 'odd.type', filename_pattern: 'odd*' })
    await lab.make(
      Dataset,
      { name: 'odd.late.npy', dataset_type_id: type!, created_datetime: '2026-02-01T00:00:00' },
      { name: 'odd.early.npy', dataset_type_id: type!, created_datetime: '2026-01-01T00:00:00' },
    )

    const faults = await checkDatasetType(lab.scratch.database, { name: 'x', filename_pattern: '*late*' })

    expect(faults).toEqual(['The new type would claim "odd.late.npy", a dataset of the type "odd.type".'])
  })
})
