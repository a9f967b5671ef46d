import {
  BrainRegion,
  CullReason,
  columnFields,
  columnName,
  DataFormat,
  DatasetType,
  ProcedureType,
  Species,
} from '@alyx/models'
import { expect, test } from 'vitest'
import { nestedSets, type TreeNode } from '../../../src/domains/labs/starter/nested-sets.ts'
import { readStarterRows, starterRow } from '../../../src/domains/labs/starter/starter-rows.ts'

test('every column gets a value, since the tables have no defaults', async () => {
  const [first] = await readStarterRows(DataFormat)

  expect(Object.keys(first ?? {})).toEqual(columnFields(DataFormat).map(([name, field]) => columnName(name, field)))
})

test('a misspelt field is refused', () => {
  expect(() => starterRow(Species, { nick: 'mouse' })).toThrow('no column for "nick"')
})

test.each([
  { model: ProcedureType, count: 33, named: 'Histology' },
  { model: CullReason, count: 7, named: 'underweight' },
  { model: DataFormat, count: 28, named: 'parquet' },
  { model: DatasetType, count: 114, named: 'spikes.times' },
])('$count rows of $model.plural, each with an id and a name of its own', async ({ model, count, named }) => {
  const rows = await readStarterRows(model)

  expect(rows).toHaveLength(count)
  expect(new Set(rows.map(({ id }) => id)).size).toBe(count)
  expect(new Set(rows.map(({ name }) => name)).size).toBe(count)
  expect(rows.map(({ name }) => name)).toContain(named)
})

test('a dataset type without a filename pattern has none, so that two of them do not clash', async () => {
  const rows = await readStarterRows(DatasetType)

  expect(rows.filter(({ filename_pattern }) => filename_pattern === null)).toHaveLength(34)
  expect(rows.every(({ filename_pattern }) => filename_pattern !== '')).toBe(true)
})

test('the regions of the Allen atlas make one tree of 1328 regions, twelve levels deep', async () => {
  const rows = (await readStarterRows(BrainRegion)) as unknown as TreeNode[]

  const places = [...nestedSets(rows).entries()]

  const perLevel = Object.values(Object.groupBy(places, ([, { level }]) => level)).map((group) => group?.length)
  expect(perLevel).toEqual([1, 1, 5, 18, 61, 109, 130, 262, 324, 272, 139, 6])
  expect(places.filter(([, { lft, rght }]) => rght === lft + 1)).toHaveLength(1038)
  expect(Object.fromEntries(places)).toMatchObject({
    0: { lft: 1, rght: 2656, level: 0, tree_id: 1 },
    997: { lft: 2, rght: 2655, level: 1, tree_id: 1 },
    8: { lft: 3, rght: 2202, level: 2, tree_id: 1 },
  })
})
