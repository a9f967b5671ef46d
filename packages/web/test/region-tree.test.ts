import type { RegionNode } from '@alyx/client'
import { expect, test } from 'vitest'
import { above, around, matching, moveOf, openAtFirst, visible } from '../src/regions/tree.ts'

const region = (id: number, parent: number | null, acronym: string, inner: boolean, name = acronym): RegionNode => ({
  id,
  parent,
  acronym,
  name,
  inner,
  level: 0,
  description: null,
  colour: null,
  tree: 1,
  left: id,
  right: id,
  channels: 0,
  fields_of_view: 0,
})
const REGIONS = [
  region(0, null, 'void', true),
  region(1, 0, 'root', true),
  region(2, 1, 'grey', true, 'Grey matter'),
  region(3, 2, 'VISp', true, 'Primary visual area'),
  region(4, 3, 'VISp1', false, 'Primary visual area layer 1'),
  region(5, 1, 'fiber', false, 'fiber tracts'),
]
const ids = (regions: readonly RegionNode[]) => regions.map(({ id }) => id)

test('at first the tree lies open down to where it branches', () => {
  const open = openAtFirst(REGIONS)

  expect(open).toEqual(new Set([0, 1]))
  expect(ids(visible(REGIONS, open))).toEqual([0, 1, 2, 5])
})

test('what lies inside a closed region is not shown, whatever lies open in it', () => {
  expect(ids(visible(REGIONS, new Set([1, 2, 3])))).toEqual([0])
})

test('regions are found by all words, and shown with all that lies above them', () => {
  expect(matching(REGIONS, '')).toEqual(new Set())
  expect(matching(REGIONS, 'visual LAYER')).toEqual(new Set([4]))
  expect(ids(around(REGIONS, new Set([4])))).toEqual([0, 1, 2, 3, 4])
  expect(ids(above(new Map(REGIONS.map((one) => [one.id, one])), 4))).toEqual([0, 1, 2, 3])
})

test('arrow keys walk, open and close as in every tree', () => {
  const open = new Set([0, 1, 2])
  const rows = visible(REGIONS, open)
  const press = (key: string, at: number) => moveOf(key, rows, at, (id) => open.has(id))

  expect(press('ArrowDown', 0)).toEqual({ to: 1 })
  expect(press('ArrowUp', 0)).toBeUndefined()
  expect(press('End', 0)).toEqual({ to: 5 })
  expect(press('ArrowRight', 3)).toEqual({ open: 3 })
  expect(press('ArrowRight', 2)).toEqual({ to: 3 })
  expect(press('ArrowRight', 5)).toBeUndefined()
  expect(press('ArrowLeft', 2)).toEqual({ close: 2 })
  expect(press('ArrowLeft', 3)).toEqual({ to: 2 })
  expect(press('Enter', 3)).toEqual({ choose: 3 })
  expect(press('x', 3)).toBeUndefined()
})
