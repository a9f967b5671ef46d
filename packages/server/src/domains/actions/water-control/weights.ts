/**
 * What an animal should weigh, and how far it is from it. Grams throughout; pure arithmetic.
 *
 * The order of operations is part of the contract: clients and notebooks compare the last digits.
 * Source: Alyx 3.6.1, actions/water_control.py.
 */
import {
  type AgeWeight,
  FEMALE_WEIGHTS,
  FIRST_TABLE_WEEK,
  MALE_WEIGHTS,
  WARNING_MARGIN,
  WATER_ML_PER_GRAM,
  WATER_ML_PER_GRAM_TOO_LIGHT,
} from './constants.ts'
import { type CalendarDate, noonOf, type WallClock, wholeDaysBetween } from './wall-clock.ts'

/** Whole weeks of life, counted from noon of the day of birth; negative before it. */
export function ageWeeks(birthDate: CalendarDate, at: WallClock): number {
  return Math.floor(wholeDaysBetween(noonOf(birthDate), at) / 7)
}

/** What animals of that age and sex weigh; ages outside the table take its first or last row. */
export function ageWeight(sex: string, weeks: number): AgeWeight {
  const table = sex === 'M' ? MALE_WEIGHTS : FEMALE_WEIGHTS
  const row = Math.min(Math.max(weeks - FIRST_TABLE_WEEK, 0), table.length - 1)
  return table[row] as AgeWeight
}

/**
 * The weight that keeps an animal as many deviations from the mean of its age as it was when it was weighed.
 *
 * @param bareReferenceGrams  reference weight without the implant
 * @param then                what animals of its age weighed at the reference weighing
 * @param now                 what animals of its age weigh on the day asked about
 */
export function zscoreWeight(bareReferenceGrams: number, then: AgeWeight, now: AgeWeight): number {
  const zscore = (bareReferenceGrams - then.mean) / then.deviation
  return now.deviation * zscore + now.mean
}

/** The two fractions of a lab: of the reference weight and of the z-score weight. */
export interface Percentages {
  readonly reference: number
  readonly zscore: number
}

/** Weight to compare with, implant included; 0 when the lab uses neither of the two weights. */
export function expectedWeight(
  percentages: Percentages,
  referenceGrams: number,
  zscoreGrams: number,
  implantGrams: number,
): number {
  const { reference, zscore } = percentages
  const sum = reference + zscore
  if (sum === 0) return 0
  return (zscore / sum) * zscoreGrams + (reference / sum) * referenceGrams + implantGrams
}

/** Weight, implant included, under which the animal should not fall. */
export function minWeight(
  percentages: Percentages,
  referenceGrams: number,
  zscoreGrams: number,
  implantGrams: number,
): number {
  return zscoreGrams * percentages.zscore + referenceGrams * percentages.reference + implantGrams
}

/** Per cent of the expected weight, implant left out of both; 0 means that there is nothing to compare with. */
export function percentageWeight(weightGrams: number, expectedGrams: number, implantGrams: number): number {
  const bareExpected = expectedGrams - implantGrams
  return bareExpected > 0 ? (100 * (weightGrams - implantGrams)) / bareExpected : 0
}

/** 0: fine, or nothing to compare with; 1: close to the threshold; 2: under it. */
export type WeightStatus = 0 | 1 | 2

/**
 * How worried to be. The threshold is the larger of the lab's two fractions, not their sum, as in Alyx.
 *
 * @param percentage  of the expected weight; 0 when unknown
 */
export function weightStatus(percentages: Percentages, percentage: number): WeightStatus {
  const threshold = Math.max(percentages.reference, percentages.zscore)
  const fraction = percentage / 100
  if (percentage === 0) return 0
  if (fraction < threshold) return 2
  return fraction < threshold + WARNING_MARGIN ? 1 : 0
}

/**
 * Millilitres for one whole day, rewards of sessions included.
 *
 * May be negative when there is an implant but no weighing; kept, because it shows what is missing.
 *
 * @param weightGrams  last weighing, implant included; 0 when there is none
 */
export function expectedWater(
  percentages: Percentages,
  weightGrams: number,
  expectedGrams: number,
  implantGrams: number,
): number {
  const limit = (percentages.reference + percentages.zscore) * (expectedGrams - implantGrams) + implantGrams
  const mlPerGram = weightGrams < limit ? WATER_ML_PER_GRAM_TOO_LIGHT : WATER_ML_PER_GRAM
  return mlPerGram * (weightGrams - implantGrams)
}
