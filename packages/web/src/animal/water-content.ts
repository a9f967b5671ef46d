/** Weights and water of an animal as a chart, and as the table that Alyx calls its water history. */
import type { WaterSeries } from '@alyx/client'
import { type ChartContent, type Mark, spansOf } from '../charts/content.ts'
import type { Table } from '../charts/table-text.ts'
import { DAY_SECONDS } from '../charts/window.ts'

const secondsOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000

/** Something that was done to the animal on a day. */
export interface DayMark {
  readonly day: string
  readonly label: string
}

const WEIGHT_PIXELS = 260
const WATER_PIXELS = 150
const BAND_COLOURS = { 70: 'bad', 80: 'warn' } as const

export function waterContent(nickname: string, { days, bands }: WaterSeries, marked: readonly DayMark[]): ChartContent {
  const times = days.date.map(secondsOf)
  return {
    title: `Weight and water of ${nickname}`,
    file: `${nickname} weight and water`,
    timeLabel: 'Day',
    times,
    nameOf: (at) => days.date[at] ?? '',
    panels: [
      {
        title: 'Weight, implant included',
        unit: 'g',
        height: WEIGHT_PIXELS,
        between: { upper: 'band80', lower: 'band70', colour: 'warn' },
        quantities: [
          { key: 'weight', label: 'Weight', unit: 'g', digits: 1, values: days.weight, colour: 'ink', drawn: 'line' },
          {
            key: 'expected',
            label: 'Expected weight',
            unit: 'g',
            digits: 1,
            values: days.expected,
            colour: 'good',
            drawn: 'dashed',
          },
          {
            key: 'reference',
            label: 'Reference weight',
            unit: 'g',
            digits: 1,
            values: withImplant(days.reference, days.implant),
            colour: 'water',
            drawn: 'dashed',
          },
          ...bands.toReversed().map(({ percent, weight }) => ({
            key: `band${percent}`,
            label: `${percent} % of expected`,
            unit: 'g',
            digits: 1,
            values: weight,
            colour: BAND_COLOURS[percent as keyof typeof BAND_COLOURS] ?? ('warn' as const),
            drawn: 'dashed' as const,
            tintedBelow: percent === 70,
          })),
        ],
      },
      {
        title: 'Water of each day',
        unit: 'mL',
        height: WATER_PIXELS,
        fromZero: true,
        quantities: [
          {
            key: 'reward',
            label: 'Reward in sessions',
            unit: 'mL',
            digits: 3,
            values: days.reward,
            colour: 'reward',
            drawn: 'bars',
          },
          {
            key: 'supplement',
            label: 'Supplement',
            unit: 'mL',
            digits: 3,
            values: days.supplement,
            colour: 'supplement',
            drawn: 'bars',
            stackedOn: 'reward',
          },
          {
            key: 'required',
            label: 'Required',
            unit: 'mL',
            digits: 3,
            // Who is not restricted drinks as it likes.
            values: days.required.map((value, at) => (days.restricted[at] ? value : null)),
            colour: 'bad',
            drawn: 'steps',
          },
        ],
      },
    ],
    shaded: { label: 'On water restriction', spans: spansOf(times, days.restricted, DAY_SECONDS) },
    marks: marked
      .map(({ day, label }): Mark => ({ at: secondsOf(day), label }))
      .sort((one, other) => one.at - other.at),
  }
}

/** References are kept without implant, and drawn with it, as the balance shows them. */
function withImplant(
  weights: WaterSeries['days']['weight'],
  implants: WaterSeries['days']['implant'],
): readonly (number | null)[] {
  return weights.map((weight, at) => (weight === null ? null : weight + (implants[at] ?? 0)))
}

type Numbers = Exclude<keyof WaterSeries['days'], 'date' | 'restricted'>

/** Columns of Alyx's water history, in its order, with units. */
export const HISTORY_COLUMNS: readonly {
  readonly key: Numbers
  readonly label: string
  readonly unit: string
  readonly digits: number
  readonly strong?: boolean
}[] = [
  { key: 'weight', label: 'Weight', unit: 'g', digits: 1, strong: true },
  { key: 'reference', label: 'Reference weight', unit: 'g', digits: 1 },
  { key: 'expected', label: 'Expected weight', unit: 'g', digits: 1 },
  { key: 'percentage', label: 'Of expected', unit: '%', digits: 0 },
  { key: 'minimum', label: 'Minimum weight', unit: 'g', digits: 1 },
  { key: 'reward', label: 'Reward', unit: 'mL', digits: 3 },
  { key: 'supplement', label: 'Supplement', unit: 'mL', digits: 3 },
  { key: 'given', label: 'Total', unit: 'mL', digits: 3, strong: true },
  { key: 'required', label: 'Required', unit: 'mL', digits: 3 },
  { key: 'excess', label: 'Excess', unit: 'mL', digits: 3 },
  { key: 'implant', label: 'Implant', unit: 'g', digits: 2 },
]

/** The whole water history as a table, the newest day first. */
export function historyTable({ days, bands }: WaterSeries): Table {
  const clean = (value: number | null | undefined) =>
    value === null || value === undefined ? null : Number(value.toFixed(6))
  return {
    headings: [
      'Date',
      ...HISTORY_COLUMNS.map(({ label, unit }) => `${label} (${unit})`),
      ...bands.map(({ percent }) => `${percent} % of expected (g)`),
      'On water restriction',
    ],
    rows: days.date
      .map((date, at) => [
        date,
        ...HISTORY_COLUMNS.map(({ key }) => clean(days[key][at])),
        ...bands.map(({ weight }) => clean(weight[at])),
        days.restricted[at] ? 'yes' : 'no',
      ])
      .toReversed(),
  }
}
