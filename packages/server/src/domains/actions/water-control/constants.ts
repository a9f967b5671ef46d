/**
 * The numbers of water control: what an animal of a given age should weigh, and what it should drink.
 *
 * Source: Alyx 3.6.1, actions/water_control.py, actions/static/ref_weighings_male.csv and ref_weighings_female.csv,
 * setting WEIGHT_THRESHOLD.
 */

/** What healthy animals of one age weigh, grams. */
export interface AgeWeight {
  readonly mean: number
  readonly deviation: number
}

/** Age in weeks of the first row of both tables; younger animals are judged by it. */
export const FIRST_TABLE_WEEK = 4

/** One row a week from week 4; the last row (week 20) holds for every older animal. */
export const MALE_WEIGHTS: readonly AgeWeight[] = ageWeights([
  [15.7, 2.2],
  [19.4, 1.8],
  [21.1, 1.5],
  [22.9, 1.5],
  [24.0, 1.5],
  [25.0, 1.6],
  [25.6, 1.7],
  [26.7, 1.7],
  [27.7, 1.7],
  [28.4, 1.9],
  [29.1, 1.9],
  [29.7, 2.2],
  [30.1, 2.1],
  [30.7, 2.2],
  [31.1, 2.3],
  [31.4, 2.4],
  [31.8, 2.5],
])

/** As the male table; also for animals of unknown sex. */
export const FEMALE_WEIGHTS: readonly AgeWeight[] = ageWeights([
  [14.1, 1.8],
  [16.9, 1.2],
  [17.5, 1.0],
  [18.2, 1.1],
  [18.7, 1.2],
  [19.3, 1.2],
  [19.8, 1.3],
  [20.2, 1.4],
  [20.7, 1.4],
  [21.7, 1.5],
  [22.0, 1.6],
  [22.3, 1.7],
  [22.6, 1.8],
  [22.6, 2.0],
  [23.0, 2.1],
  [23.5, 2.3],
  [23.6, 2.3],
])

/** Millilitres a day per gram of animal, implant excluded. */
export const WATER_ML_PER_GRAM = 0.04
/** The same for an animal under its weight limit. */
export const WATER_ML_PER_GRAM_TOO_LIGHT = 0.05

/** Fraction of the expected weight under which no animal of any lab may fall. */
export const WEIGHT_THRESHOLD = 0.75
/** An animal this close above its threshold (fraction of the expected weight) already counts as a warning. */
export const WARNING_MARGIN = 0.02

function ageWeights(rows: readonly (readonly [mean: number, deviation: number])[]): readonly AgeWeight[] {
  return rows.map(([mean, deviation]) => ({ mean, deviation }))
}
