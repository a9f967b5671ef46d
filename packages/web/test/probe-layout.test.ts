import type { ChannelPlace } from '@alyx/client'
import { expect, test } from 'vitest'
import { apart } from '../src/insertions/apart.ts'
import { around } from '../src/insertions/corners.ts'
import { nearest, spread, stretchesOf, ticksOf } from '../src/insertions/probe-layout.ts'

const REGIONS = { CA1: 382, DG: 726 } as const

const site = (axial: number | null, acronym: keyof typeof REGIONS | null, lateral = 11): ChannelPlace => ({
  id: `${axial} ${lateral}`,
  axial,
  lateral,
  x: null,
  y: null,
  z: null,
  region: acronym && { id: REGIONS[acronym], acronym, name: acronym, colour: null },
})
const told = (channels: readonly ChannelPlace[]) =>
  stretchesOf(channels).map(({ region, from, to, channels: count }) => [region?.acronym, from, to, count])

test('sites of one region make one stretch; it ends halfway to the first site of the next', () => {
  const channels = [site(20, 'DG'), site(40, 'DG'), site(60, 'CA1'), site(80, 'CA1')]

  expect(told(channels)).toEqual([
    ['DG', 20, 50, 2],
    ['CA1', 50, 80, 2],
  ])
  expect(told(channels.toReversed())).toEqual(told(channels))
})

test('a region that the probe comes back to is another stretch', () => {
  expect(told([site(20, 'DG'), site(40, 'CA1'), site(60, 'DG')]).map(([acronym]) => acronym)).toEqual([
    'DG',
    'CA1',
    'DG',
  ])
})

test('at one height the region of most sites counts; sites without a height are left out', () => {
  const channels = [site(20, 'DG', 11), site(20, 'CA1', 43), site(20, 'CA1', 59), site(null, 'DG'), site(40, null)]

  expect(told(channels)).toEqual([
    ['CA1', 20, 30, 3],
    [undefined, 30, 40, 1],
  ])
  expect(stretchesOf([])).toEqual([])
})

test('labels keep their order and a distance, stay inside, and stand where they want when nothing is in the way', () => {
  expect(spread([100, 300], 17, 0, 600)).toEqual([100, 300])
  expect(spread([100, 102, 104], 10, 0, 600)).toEqual([100, 110, 120])
  expect(spread([595, 598], 10, 0, 600)).toEqual([590, 600])
  expect(spread([300, 100], 17, 0, 600)).toEqual([300, 100])
  const crowd = spread(
    Array.from({ length: 50 }, () => 10),
    17,
    0,
    98,
  )
  expect(crowd).toHaveLength(50)
  for (const [at, place] of crowd.entries()) expect(place).toBeCloseTo(at * 2)
})

test('the axis has round numbers, few enough to read', () => {
  expect(ticksOf(3840)).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000, 3500])
  expect(ticksOf(700)).toEqual([0, 100, 200, 300, 400, 500, 600, 700])
  for (const most of [1, 950, 3840, 10_000, 40_000]) expect(ticksOf(most).length).toBeLessThan(11)
})

test('pointing finds the nearest site, also across the probe', () => {
  const channels = [site(20, 'DG', 11), site(20, 'DG', 43), site(60, 'CA1', 11), site(null, null)]

  expect(nearest(channels, 25, 40)?.id).toBe('20 43')
  expect(nearest(channels, 55, undefined)?.id).toBe('60 11')
  expect(nearest([], 0, 0)).toBeUndefined()
})

test('trajectories lie apart by their entry points and their directions', () => {
  const one = { x: 0, y: 0, z: 0, theta: 15, phi: 180, coordinate_system: 'A' }

  expect(apart({ ...one, x: 300, y: 400 }, one)).toBe('500 µm, 0.0°')
  expect(apart({ ...one, theta: 25 }, one)).toBe('0 µm, 10.0°')
  expect(apart({ ...one, phi: 0 }, one)).toBe('0 µm, 30.0°')
  expect(apart({ ...one, x: null, coordinate_system: null }, one)).toBe('0.0°, other coordinates')
  expect(apart({ ...one, x: null, theta: null }, one)).toBe('not comparable')
})

test('corners of a field of view are walked around, whichever order they were stored in', () => {
  const walked = around([0, 1, 0, 1], [0, 0, 1, 1])

  for (const [at, point] of walked.entries()) {
    const next = walked[(at + 1) % walked.length]!
    expect(Math.hypot(point.x - next.x, point.y - next.y)).toBeCloseTo(1)
  }
})
