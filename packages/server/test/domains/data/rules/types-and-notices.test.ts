import { DataNotice, DatasetType } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isReversed } from '../../../../src/domains/data/rules/data-notice.ts'
import { storedPattern } from '../../../../src/domains/data/rules/dataset-type.ts'
import { DataRecords } from './data-records.ts'

let lab: DataRecords
beforeAll(async () => {
  lab = await DataRecords.open()
})
afterAll(() => lab.scratch.drop())

describe('dataset types', () => {
  test.each([
    [null, null],
    ['', null],
    ['spikes.times*', 'spikes.times*'],
    ['_Alf_Spikes.TIMES*', '_alf_spikes.times*'],
  ])('the pattern %s is stored as %s', (pattern, stored) => expect(storedPattern(pattern)).toBe(stored))

  test('a new one is signed by whoever makes it, unless somebody else or nobody is named', async () => {
    const keys = await lab.make(
      DatasetType,
      { name: 'mine.own', filename_pattern: 'Mine.*' },
      { name: 'no.one', created_by_id: null },
    )

    const rows = await Promise.all(keys.map((key) => lab.read(DatasetType, key)))

    expect(rows).toMatchObject([
      { created_by_id: lab.person.id, filename_pattern: 'mine.*' },
      { created_by_id: null, filename_pattern: null },
    ])
  })

  test('two may not have one pattern, whatever the case of its letters', async () => {
    await lab.make(DatasetType, { name: 'a.one', filename_pattern: 'twice.*' })

    await expect(lab.make(DatasetType, { name: 'a.two', filename_pattern: 'TWICE.*' })).rejects.toMatchObject({
      faults: { filename_pattern: ['dataset type with this filename pattern already exists.'] },
    })
  })
})

describe('data notices', () => {
  test.each([
    [null, null, false],
    ['2025-01-01', null, false],
    [null, '2025-01-01', false],
    ['2025-01-01', '2025-01-01', false],
    ['2025-01-01', '2025-02-01', false],
    ['2025-02-01', '2025-01-01', true],
  ])('from %s to %s is reversed: %s', (affected_date_start, affected_date_end, reversed) =>
    expect(isReversed({ affected_date_start, affected_date_end })).toBe(reversed),
  )

  test('days are judged together with those that are there', async () => {
    const [notice] = await lab.make(DataNotice, { name: 'drift', affected_date_start: '2025-02-01' })

    await expect(lab.change(DataNotice, notice!, { affected_date_end: '2025-01-01' })).rejects.toMatchObject({
      faults: { affected_date_end: ['affected_date_end must be on or after affected_date_start.'] },
    })
    await lab.change(DataNotice, notice!, { affected_date_end: '2025-03-01' })
    expect((await lab.read(DataNotice, notice!))!.affected_date_end).toBe('2025-03-01')
  })
})
