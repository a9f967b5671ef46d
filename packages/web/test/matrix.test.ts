import type { MatrixCell } from '@alyx/client'
import { expect, test } from 'vitest'
import { foldMatrix, inOrder } from '../src/tasks/matrix.ts'

const cell = (lab: string | null, graph: string | null, counts: Record<string, number>, day: string): MatrixCell => ({
  lab,
  graph,
  counts,
  attention: 0,
  changed: `${day}T00:00:00.000Z`,
  newest_session: null,
})
const CELLS = [
  cell(null, 'ephys', { Waiting: 1 }, '2026-01-01'),
  cell('south', 'video', { Waiting: 2, Complete: 5 }, '2026-01-03'),
  cell('south', null, { Errored: 1 }, '2026-01-02'),
  cell('north', 'video', { Complete: 1 }, '2026-01-04'),
]

test('laboratories stand down and graphs across, those without a name last', () => {
  const { graphs, rows } = foldMatrix(CELLS)

  expect(graphs).toEqual(['ephys', 'video', null])
  expect(rows.map(({ lab }) => lab)).toEqual(['north', 'south', null])
  expect(rows[1]).toMatchObject({
    cells: [undefined, { counts: { Waiting: 2, Complete: 5 } }, { counts: { Errored: 1 } }],
    waiting: 2,
    changed: '2026-01-03T00:00:00.000Z',
  })
})

test('of one state only its numbers are shown, and only where there are any', () => {
  const { graphs, rows } = foldMatrix(CELLS, 'Waiting')

  expect(graphs).toEqual(['ephys', 'video'])
  expect(rows.map(({ lab, cells }) => [lab, cells.map((one) => one?.counts)])).toEqual([
    ['south', [undefined, { Waiting: 2 }]],
    [null, [{ Waiting: 1 }, undefined]],
  ])
})

test('states come in the order of a life', () => {
  expect(inOrder({ Complete: 1, 10: 4, Waiting: 2 }).map(([status]) => status)).toEqual(['Waiting', 'Complete', '10'])
})
