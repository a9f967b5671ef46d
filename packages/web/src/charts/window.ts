/** Which part of its time a chart shows. Seconds since 1970. */

export interface Window {
  readonly from: number
  readonly to: number
}

export const DAY_SECONDS = 24 * 60 * 60
/** Closer than this there is nothing to see. */
const LEAST_SECONDS = 3 * DAY_SECONDS

export const PRESETS: readonly { readonly days: number; readonly label: string; readonly words: string }[] = [
  { days: 14, label: '2 w', words: 'Last two weeks' },
  { days: 30, label: '1 m', words: 'Last 30 days' },
  { days: 91, label: '3 m', words: 'Last three months' },
  { days: 365, label: '1 y', words: 'Last year' },
]

/** All that there is, with half a day at both ends so that the first and the last are seen whole. */
export function wholeOf(times: readonly number[]): Window {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0]
  const short = Math.max(0, LEAST_SECONDS - (last - first)) / 2
  return { from: first - short - DAY_SECONDS / 2, to: last + short + DAY_SECONDS / 2 }
}

/** Moved back into what there is; never smaller than three days, never larger than all. */
export function within(whole: Window, { from, to }: Window): Window {
  const most = whole.to - whole.from
  const length = Math.min(most, Math.max(LEAST_SECONDS, to - from))
  const middle = (from + to) / 2
  const start = Math.min(Math.max(middle - length / 2, whole.from), whole.to - length)
  return { from: start, to: start + length }
}

/** The last days. */
export const lastDays = (whole: Window, days: number): Window =>
  within(whole, { from: whole.to - days * DAY_SECONDS, to: whole.to })

/** A factor below one looks closer, around a moment that stays where it is on the screen. */
export function zoomed(whole: Window, now: Window, factor: number, around = (now.from + now.to) / 2): Window {
  return within(whole, { from: around - (around - now.from) * factor, to: around + (now.to - around) * factor })
}

/** Later by a share of what is shown; earlier when negative. */
export function moved(whole: Window, now: Window, share: number): Window {
  const by = (now.to - now.from) * share
  return within(whole, { from: now.from + by, to: now.to + by })
}

export const isWhole = (whole: Window, { from, to }: Window): boolean => from <= whole.from && to >= whole.to

/** First and last place inside; undefined when there is none. */
export function placesIn(times: readonly number[], { from, to }: Window): readonly [number, number] | undefined {
  const first = times.findIndex((time) => time >= from)
  const last = times.findLastIndex((time) => time <= to)
  return first >= 0 && last >= first ? [first, last] : undefined
}

/** What an address says of the part that is shown. */
export interface AddressedWindow {
  /** Days of a preset, or `all`. */
  readonly range?: string | undefined
  /** Days. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const secondsOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000
/** `2026-03-02` */
export const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10)

/** The part that an address asks for; `usual` days when it says nothing that can be understood. */
export function windowFrom(address: AddressedWindow, whole: Window, usual: number): Window {
  const { range, from, to } = address
  if (from && to && DAY.test(from) && DAY.test(to) && secondsOf(from) <= secondsOf(to))
    return within(whole, { from: secondsOf(from) - DAY_SECONDS / 2, to: secondsOf(to) + DAY_SECONDS / 2 })
  if (range === 'all') return whole
  return lastDays(whole, PRESETS.find(({ days }) => String(days) === range)?.days ?? usual)
}

/** The same part in an address, as whole days. */
export function addressOf(whole: Window, now: Window): AddressedWindow {
  if (isWhole(whole, now)) return { range: 'all' }
  return { from: dayOf(now.from + DAY_SECONDS / 2), to: dayOf(now.to - DAY_SECONDS / 2) }
}
