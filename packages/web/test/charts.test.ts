import type { WaterSeries } from '@alyx/client'
import { describe, expect, it } from 'vitest'
import { historyTable, waterContent } from '../src/animal/water-content.ts'
import { heightsOf, spansOf } from '../src/charts/content.ts'
import { csvOf, tableOf } from '../src/charts/table-text.ts'
import {
  addressOf,
  DAY_SECONDS,
  isWhole,
  lastDays,
  moved,
  wholeOf,
  windowFrom,
  within,
  zoomed,
} from '../src/charts/window.ts'

const MONDAY = Date.parse('2026-11-23T00:00:00Z') / 1000
const times = Array.from({ length: 100 }, (_, at) => MONDAY + at * DAY_SECONDS)
const whole = wholeOf(times)

const SERIES: WaterSeries = {
  subject: 'x',
  zone: 'Europe/London',
  days: {
    date: ['2026-11-23', '2026-11-24', '2026-11-25'],
    restricted: [false, true, true],
    weight: [20, null, 18.5],
    expected: [null, 21, 21],
    reference: [null, 20, 20],
    minimum: [null, 16.8, 16.8],
    percentage: [null, 95, 88],
    implant: [1, 1, 1],
    reward: [null, 0.5, null],
    supplement: [null, 0.30000000000000004, 0.4],
    given: [null, 0.8, 0.4],
    required: [0.8, 0.76, 0.76],
    excess: [-0.8, 0.04, -0.36],
  },
  bands: [
    { percent: 70, weight: [null, 15, 15] },
    { percent: 80, weight: [null, 17, 17] },
  ],
  weighings: [],
}

describe('The part of time that a chart shows', () => {
  it('never leaves what there is, nor gets smaller than three days', () => {
    expect(within(whole, { from: whole.from - 9e9, to: whole.to + 9e9 })).toEqual(whole)
    const closest = zoomed(whole, whole, 0.0001)
    expect((closest.to - closest.from) / DAY_SECONDS).toBeCloseTo(3)
    const end = lastDays(whole, 14)
    expect(end.to).toBe(whole.to)
    expect(moved(whole, end, 1)).toEqual(end)
    expect(moved(whole, end, -1).to).toBe(end.from)
  })
  it('comes back from its address', () => {
    const shown = within(whole, { from: times[10]! - DAY_SECONDS / 2, to: times[20]! + DAY_SECONDS / 2 })
    expect(addressOf(whole, shown)).toEqual({ from: '2026-12-03', to: '2026-12-13' })
    expect(windowFrom(addressOf(whole, shown), whole, 30)).toEqual(shown)
    expect(isWhole(whole, windowFrom(addressOf(whole, whole), whole, 30))).toBe(true)
    expect(windowFrom({ from: 'x', to: 'y', range: 'z' }, whole, 30)).toEqual(lastDays(whole, 30))
  })
})

describe('Weights and water as a chart', () => {
  const content = waterContent('SW_1', SERIES, [{ day: '2026-11-24', label: 'implant 1 g' }])
  const quantities = content.panels.flatMap((panel) => panel.quantities)
  const valuesOf = (key: string) => quantities.find((one) => one.key === key)!.values

  it('shades days on restriction from their beginning to their end', () => {
    const [from, to] = [content.times[1]! - DAY_SECONDS / 2, content.times[2]! + DAY_SECONDS / 2]
    expect(content.shaded!.spans).toEqual([{ from, to }])
    expect(spansOf(times.slice(0, 3), [true, false, true], DAY_SECONDS)).toHaveLength(2)
  })
  it('draws the reference with the implant, and what is required on restricted days alone', () => {
    expect(valuesOf('reference')).toEqual([null, 21, 21])
    expect(valuesOf('required')).toEqual([null, 0.76, 0.76])
    expect(valuesOf('band70')).toEqual([null, 15, 15])
  })
  it('stands supplements on rewards', () => {
    const { quantities: water } = content.panels[1]!
    expect(heightsOf(water, water[1]!)).toEqual([null, 0.8, 0.4])
  })
  it('has the shown days in its table, with units and no digits that no balance has', () => {
    const text = csvOf(tableOf(content, wholeOf(content.times)))
    const [headings, first, second] = text.split('\r\n')
    expect(headings).toContain('Weight (g)')
    expect(first).toMatch(/^2026-11-23,20,/)
    expect(second).toContain(',0.3,')
  })
})

describe('The water history as a table', () => {
  it('has the newest day first, and says what was owed', () => {
    const { headings, rows } = historyTable(SERIES)
    expect(rows.map(([day]) => day)).toEqual(['2026-11-25', '2026-11-24', '2026-11-23'])
    expect(rows[0]![headings.indexOf('Excess (mL)')]).toBe(-0.36)
    expect(rows.every((row) => row.length === headings.length)).toBe(true)
  })
})

it('Texts in a table run as no formula, and quotes stay', () => {
  expect(csvOf({ headings: ['a'], rows: [['=1+1'], ['say "x"'], [-1]] })).toBe('a\r\n\'=1+1\r\n"say ""x"""\r\n-1\r\n')
})
