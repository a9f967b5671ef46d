import type { Moment } from '../../../../query/index.ts'
import { dateOf, dateOfDayNumber, dayNumber } from '../../water-control/wall-clock.ts'
import { type Reader, type ReportedAnimal, TRAINING_WEEK_DAYS } from './animals.ts'

/** A part of a report: what it is about, and a line for each thing to know. */
export interface Section {
  readonly title: string
  readonly lines: readonly string[]
}

type AboutAnimals = (reader: Reader, animals: readonly ReportedAnimal[], moment: Moment) => readonly Section[]

/** Fewer days of training than this in a week are worth a look. */
const ENOUGH_TRAINING_DAYS = 5

const grams = (weight: number | null): string => (weight === null ? 'not weighed' : `${weight.toFixed(1)} g`)
const percent = (percentage: number): string =>
  percentage === 0 ? '' : `, ${percentage.toFixed(1)}% of what is expected`

/** Animals on water restriction: weight and water of yesterday, water of today. */
const waterRestriction: AboutAnimals = (_, animals, { instant }) => [
  {
    title: 'On water restriction',
    lines: animals.flatMap(({ nickname, restricted, water }) => {
      if (!restricted || water === undefined) return []
      const now = water.today(instant)
      const today = water.at(now)
      if (today.restricted_since === null) return []
      const day = dateOfDayNumber(dayNumber(dateOf(now)) - 1)
      const yesterday = water.at(`${day}T23:59:59`)
      const got = yesterday.given_water_total ?? 0
      const balance = got - yesterday.expected_water
      return [
        `${nickname}, since ${dateOf(today.restricted_since)}. Yesterday: ${grams(yesterday.weighing_at)}` +
          `${yesterday.weighing_at === null ? '' : percent(yesterday.percentage_weight)}; ${got.toFixed(2)} mL, ` +
          `${Math.abs(balance).toFixed(2)} mL ${balance < 0 ? 'too little' : 'more than needed'}. ` +
          `Today: ${today.expected_water.toFixed(2)} mL.`,
      ]
    }),
  },
]

/** Animals under their lab's threshold, or close to it. */
const mouseWeight: AboutAnimals = (_, animals, { instant }) => [
  {
    title: 'Too light, or nearly',
    lines: animals.flatMap(({ nickname, water }) => {
      if (water === undefined) return []
      const now = water.today(instant)
      const state = water.at(now)
      const weighing = water.lastWeighing(now)
      if (state.weight_status === 0 || weighing === undefined) return []
      return [
        `${nickname}: ${grams(weighing.weight)} on ${dateOf(weighing.date_time)}${percent(state.percentage_weight)}` +
          `${state.weight_status === 2 ? ': too light' : ''}.`,
      ]
    }),
  },
]

/** Animals that wait for a surgery; a stock manager's animals wait for something else. */
const surgery: AboutAnimals = ({ is_stock_manager }, animals) => [
  {
    title: 'Without surgery yet',
    lines: is_stock_manager
      ? []
      : animals.filter(({ alive, operated }) => alive && !operated).map(({ nickname }) => `${nickname}.`),
  },
]

/** Animals on restriction that were trained on too few days. */
const training: AboutAnimals = (_, animals) => [
  {
    title: `Trained on fewer than ${ENOUGH_TRAINING_DAYS} of the last ${TRAINING_WEEK_DAYS} days`,
    lines: animals
      .filter(({ restricted, training_days }) => restricted && training_days < ENOUGH_TRAINING_DAYS)
      .map(({ nickname, training_days }) => `${nickname}: ${training_days} ${training_days === 1 ? 'day' : 'days'}.`),
  },
]

/** What waits to be done with animals. */
const todo: AboutAnimals = (_, animals) => [
  { title: 'To be genotyped', lines: named(animals, ({ alive, to_be_genotyped }) => alive && to_be_genotyped) },
  { title: 'To be culled', lines: named(animals, ({ alive, to_be_culled }) => alive && to_be_culled) },
  { title: 'To be reduced', lines: named(animals, ({ alive, reduced }) => !alive && !reduced) },
]

const named = (animals: readonly ReportedAnimal[], which: (animal: ReportedAnimal) => boolean): string[] =>
  animals.filter(which).map(({ nickname }) => `${nickname}.`)

/** Parts of a report by the names that Alyx gives them. */
export const ANIMAL_SECTIONS = {
  water_restriction: waterRestriction,
  mouse_weight: mouseWeight,
  surgery,
  training,
  todo,
} as const satisfies Readonly<Record<string, AboutAnimals>>
