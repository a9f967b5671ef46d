/** What a scale may show: bounds that catch a slipped digit, not an animal that does badly. Grams. */

/** No animal gains or loses more of its weight from one round to the next. */
const MOST_CHANGE = 0.15
/** Days after which the last weighing says little about the next. */
const LONGEST_DAYS = 14
/** Of an animal that nobody weighed lately: from a weaned pup to the heaviest mouse or young rat. */
const ANY_WEIGHT: Bounds = { least: 4, most: 400 }

export interface Bounds {
  readonly least: number
  readonly most: number
}

const TENTHS = 10

/** Bounds of the next weighing, given the last and the days since then; undefined when there is none. */
export function plausibleWeight(last: { readonly weight: number; readonly days: number } | undefined): Bounds {
  if (!last || last.weight <= 0 || last.days > LONGEST_DAYS) return ANY_WEIGHT
  return {
    least: Math.floor(last.weight * (1 - MOST_CHANGE) * TENTHS) / TENTHS,
    most: Math.ceil(last.weight * (1 + MOST_CHANGE) * TENTHS) / TENTHS,
  }
}

/** Millilitres that nobody gives a mouse at once by hand, however thirsty it is. */
export const MOST_WATER_ML = 10
