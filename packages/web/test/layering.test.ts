import { expect, test } from 'vitest'
import { arrowsOf, type GraphStep, kinOf, layered } from '../src/sessions/layering.ts'

/** `b < a` says that b requires a. */
const graph = (...lines: readonly string[]): readonly GraphStep[] =>
  lines.map((line) => {
    const [name = '', requires = ''] = line.split(' < ')
    return { name, requires: requires.split(' ').filter((word) => word !== '') }
  })

const EPHYS = graph(
  'raw',
  'video',
  'pulses < raw',
  'dlc < video',
  'sort < pulses',
  'post < dlc sort',
  'report < post raw',
)

test('every step stands in a level below all that it requires, as high as that lets it', () => {
  expect(layered(EPHYS)).toEqual([['raw', 'video'], ['pulses', 'dlc'], ['sort'], ['post'], ['report']])
})

test('what a step needs and what needs it is found through others, however far', () => {
  expect(kinOf(EPHYS, 'sort')).toEqual({
    ancestors: new Set(['pulses', 'raw']),
    descendants: new Set(['post', 'report']),
  })
  expect(kinOf(EPHYS, 'report').ancestors).toEqual(new Set(['post', 'raw', 'dlc', 'sort', 'video', 'pulses']))
  expect(kinOf(EPHYS, 'video').ancestors).toEqual(new Set())
})

test('steps that require each other in a circle are drawn all the same, each once', () => {
  const circle = graph('a < c', 'b < a', 'c < b', 'd < d')
  const drawn = layered(circle).flat()

  expect(drawn.toSorted()).toEqual(['a', 'b', 'c', 'd'])
  expect(kinOf(circle, 'a')).toEqual({ ancestors: new Set(['b', 'c']), descendants: new Set(['b', 'c']) })
  expect(kinOf(circle, 'd')).toEqual({ ancestors: new Set(), descendants: new Set() })
})

test('requirements that are not in the drawing, or told twice, make no arrows', () => {
  expect(arrowsOf(graph('a < elsewhere', 'b < a a'))).toEqual([['a', 'b']])
  expect(layered(graph('a < elsewhere'))).toEqual([['a']])
})

test('steps stand beside what they require, so that arrows do not cross', () => {
  const crossed = graph('a', 'b', 'c', 'of c < c', 'of b < b', 'of a < a')

  expect(layered(crossed)[1]).toEqual(['of a', 'of b', 'of c'])
})

test('a row of two thousand steps has as many levels', () => {
  const row = Array.from({ length: 2000 }, (_, at) => ({ name: `s${at}`, requires: at === 0 ? [] : [`s${at - 1}`] }))

  expect(layered(row)).toHaveLength(2000)
  expect(kinOf(row, 's0').descendants.size).toBe(1999)
})
