/** Words and figures that the pages of a colony share. */
import type { AgeGroup, Sex } from '@alyx/client'

export const SEXES: Readonly<Record<Sex, { readonly sign: string; readonly one: string; readonly many: string }>> = {
  F: { sign: '♀', one: 'female', many: 'females' },
  M: { sign: '♂', one: 'male', many: 'males' },
  U: { sign: '?', one: 'unknown sex', many: 'of unknown sex' },
}
export const SEX_ORDER = ['F', 'M', 'U'] as const satisfies readonly Sex[]

/** Until 21, 56 and 180 days; the server counts them. */
export const AGES: Readonly<Record<AgeGroup, { readonly short: string; readonly words: string }>> = {
  not_weaned: { short: '< 3 wk', words: 'younger than three weeks' },
  young: { short: '3–8 wk', words: 'three to eight weeks old' },
  grown: { short: '8–26 wk', words: 'eight to 26 weeks old' },
  old: { short: '> 26 wk', words: 'older than 26 weeks' },
  not_known: { short: 'age ?', words: 'of unknown age' },
}

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

const WEEK_DAYS = 7
const IN_WEEKS_FROM = 14
/** `9 d`, `12 wk`: an age as people say it at a cage. */
export function shownAge(days: number | null): string {
  if (days === null) return ''
  return days < IN_WEEKS_FROM ? `${days} d` : `${Math.floor(days / WEEK_DAYS)} wk`
}

const DAY_MS = 24 * 60 * 60 * 1000
/** Days from one day to another, both as `2026-03-02`. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS)

/** Age at which pups can leave their mother. */
export const WEANING_DAYS = 21
/** The day that lies so many days after another. */
export const dayAfter = (from: string, days: number): string =>
  new Date(Date.parse(`${from}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
