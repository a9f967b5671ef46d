/**
 * Water control once more, from its specification alone: every question searches the whole history anew, nothing is
 * prepared, nothing is shared with the server. Slow and plain on purpose; the server must agree to the last digit.
 */
import type { WaterControlInputs } from '../../../../src/domains/actions/water-control/index.ts'

type History = WaterControlInputs
interface Pair {
  readonly time: string
  readonly grams: number
}

/** Weeks 4 to 20: mean and standard deviation of the weight of males, then of females, grams. */
const GROWTH = `
4 15.7 2.2 14.1 1.8
5 19.4 1.8 16.9 1.2
6 21.1 1.5 17.5 1.0
7 22.9 1.5 18.2 1.1
8 24.0 1.5 18.7 1.2
9 25.0 1.6 19.3 1.2
10 25.6 1.7 19.8 1.3
11 26.7 1.7 20.2 1.4
12 27.7 1.7 20.7 1.4
13 28.4 1.9 21.7 1.5
14 29.1 1.9 22.0 1.6
15 29.7 2.2 22.3 1.7
16 30.1 2.1 22.6 1.8
17 30.7 2.2 22.6 2.0
18 31.1 2.3 23.0 2.1
19 31.4 2.4 23.5 2.3
20 31.8 2.5 23.6 2.3`
  .trim()
  .split('\n')
  .map((line) => line.split(' ').map(Number))

const dayOf = (time: string): string => time.split('T')[0]!
const last = <T>(list: readonly T[]): T | undefined => list[list.length - 1]
const sorted = <T>(list: readonly T[], time: (one: T) => string): T[] =>
  [...list].sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0))

const MICROSECONDS_OF_DAY = 86_400_000_000n

/** Microseconds since 1970, were the clock in UTC. */
function microseconds(time: string): bigint {
  const [whole, fraction = ''] = time.split('.')
  return BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0') || '0')
}

/** `a / b` rounded down, also below zero. */
const floorDivided = (a: bigint, b: bigint): bigint => a / b - (a % b !== 0n && a < 0n ? 1n : 0n)

function ageWeeks(history: History, time: string): number {
  if (history.birth_date === null) return 0
  const lived = microseconds(time) - microseconds(`${history.birth_date}T12:00:00`)
  return Number(floorDivided(floorDivided(lived, MICROSECONDS_OF_DAY), 7n))
}

function growth(history: History, week: number): { mean: number; deviation: number } {
  const rows = GROWTH.filter(([of]) => of! <= week)
  const row = last(rows) ?? GROWTH[0]!
  return history.sex === 'M' ? { mean: row[1]!, deviation: row[2]! } : { mean: row[3]!, deviation: row[4]! }
}

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()
const showing = new Map<string, readonly number[]>()

/** Minutes by which clocks of a zone are ahead of UTC, as the name of the zone says it: `GMT+05:45`. */
function offsetMinutes(zone: string, instant: number): number {
  const quarter = Math.floor(instant / 900_000)
  const at = `${zone} ${quarter}`
  const known = offsets.get(at)
  if (known !== undefined) return known
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  }
  const [, sign = '+', hours = '0', minutes = '0'] =
    /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(quarter * 900_000)) ?? []
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  offsets.set(at, offset)
  return offset
}

/** Every instant, in milliseconds, at which clocks of a zone show a time (fractions of a second aside). */
export function instantsShowing(zone: string, time: string): readonly number[] {
  const at = `${zone} ${time}`
  const known = showing.get(at)
  if (known !== undefined) return known
  const shown = Date.parse(`${time.slice(0, 19)}Z`)
  const candidates = new Set([-48, -24, 0, 24, 48].map((hours) => offsetMinutes(zone, shown + hours * 3_600_000)))
  const instants = [...candidates]
    .map((offset) => shown - offset * 60_000)
    .filter((instant) => instant + offsetMinutes(zone, instant) * 60_000 === shown)
    .sort((a, b) => a - b)
  showing.set(at, instants)
  return instants
}

const zones = new Map<string, string>()

/** Zone of the laboratory: the server's when it names none, London when the name is no zone. */
export function labZone(history: History): string {
  const name = history.lab?.timezone
  if (!name) return history.server_zone
  let zone = zones.get(name)
  if (zone === undefined) {
    zone = isZone(name) ? name : 'Europe/London'
    zones.set(name, zone)
  }
  return zone
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function inLab(history: History, time: string): string {
  const zone = labZone(history)
  if (zone === history.server_zone) return time
  const [instant] = instantsShowing(history.server_zone, time)
  if (instant === undefined) throw new RangeError(`no clock of ${history.server_zone} ever shows ${time}`)
  const shown = new Date(instant + offsetMinutes(zone, instant) * 60_000).toISOString().slice(0, 19)
  return shown + time.slice(19)
}

const weighings = (history: History): Pair[] =>
  sorted(
    history.weighings.map(({ date_time, weight }) => ({ time: inLab(history, date_time), grams: weight })),
    ({ time }) => time,
  )

const implants = (history: History): Pair[] =>
  sorted(
    history.implants
      .filter(({ implant_weight }) => implant_weight !== 0)
      .map(({ start_time, implant_weight }) => ({ time: inLab(history, start_time), grams: implant_weight })),
    ({ time }) => time,
  )

const administrations = (history: History) =>
  sorted(
    history.administrations.map((one) => ({ ...one, time: inLab(history, one.date_time) })),
    ({ time }) => time,
  )

const restrictions = (history: History) => sorted(history.restrictions, ({ start_time }) => start_time)

const byDay = (pairs: readonly Pair[], at: string): Pair | undefined =>
  last(pairs.filter(({ time }) => dayOf(time) <= dayOf(at)))

function restrictionAt(history: History, at: string): string | null {
  const latest = last(restrictions(history).filter(({ start_time }) => dayOf(start_time) <= dayOf(at)))
  if (!latest || (latest.end_time !== null && at > latest.end_time)) return null
  return latest.start_time
}

function referenceWeighing(history: History, at: string): Pair | undefined {
  const latest = last(restrictions(history))
  if (latest && latest.reference_weight !== 0 && at >= latest.start_time)
    return { time: latest.start_time, grams: latest.reference_weight }
  const start = restrictionAt(history, at)
  if (start === null) return undefined
  const first = restrictions(history).find(({ start_time }) => start_time === start)!
  if (first.reference_weight !== 0) return { time: start, grams: first.reference_weight }
  return byDay(weighings(history), start)
}

function given(history: History, at: string, counts: (inSession: boolean) => boolean): number {
  let millilitres = 0
  for (const one of administrations(history))
    if (one.water_administered !== null && dayOf(one.time) === dayOf(at) && counts(one.in_session))
      millilitres += one.water_administered
  return millilitres
}

/** Every quantity of one moment of the lab's clock; nothing is written as 0, except a weighing that did not take place. */
export function opinionAt(history: History, at: string) {
  const r = history.lab?.reference_weight_pct ?? 0
  const z = history.lab?.zscore_weight_pct ?? 0
  const restricted = restrictionAt(history, at)
  const weight = byDay(weighings(history), at)?.grams ?? 0
  const iw = byDay(implants(history), at)?.grams ?? 0
  const iwReference = byDay(implants(history), restricted ?? at)?.grams ?? 0
  const reference = referenceWeighing(history, at)
  const referenceWeight = reference ? reference.grams - iwReference : 0
  let zscoreWeight = 0
  if (reference && history.birth_date !== null) {
    const then = growth(history, ageWeeks(history, reference.time))
    const now = growth(history, ageWeeks(history, at))
    const zs = (reference.grams - iwReference - then.mean) / then.deviation
    zscoreWeight = now.deviation * zs + now.mean
  }
  const expected = r + z === 0 ? 0 : (z / (r + z)) * zscoreWeight + (r / (r + z)) * referenceWeight + iw
  const percentage = expected - iw > 0 ? (100 * (weight - iw)) / (expected - iw) : 0
  const threshold = Math.max(r, z)
  const share = percentage / 100
  let status = 0
  if (percentage !== 0 && share < threshold) status = 2
  else if (percentage !== 0 && share < threshold + 0.02) status = 1
  const limit = (r + z) * (expected - iw) + iw
  const expectedWater = weight < limit ? 0.05 * (weight - iw) : 0.04 * (weight - iw)
  const total = given(history, at, () => true)
  return {
    restricted_since: restricted,
    weight,
    weighing_at: last(weighings(history).filter(({ time }) => dayOf(time) === dayOf(at)))?.grams ?? null,
    implant_weight: iw,
    reference_implant_weight: iwReference,
    reference_weight: referenceWeight,
    zscore_weight: zscoreWeight,
    expected_weight: expected,
    min_weight: zscoreWeight * z + referenceWeight * r + iw,
    percentage_weight: percentage,
    weight_status: status,
    given_water_reward: given(history, at, (inSession) => inSession),
    given_water_supplement: given(history, at, (inSession) => !inSession),
    given_water_total: total,
    expected_water: expectedWater,
    remaining_water: expectedWater - total,
    excess_water: -(expectedWater - total),
  }
}

/** What is not asked of a moment of its own, and the last water at or before one. */
export function opinionOn(history: History, at: string) {
  const latest = last(restrictions(history))
  const firsts = [weighings(history)[0]?.time, administrations(history)[0]?.time].filter((time) => time !== undefined)
  const r = history.lab?.reference_weight_pct ?? 0
  const z = history.lab?.zscore_weight_pct ?? 0
  return {
    current_restriction: latest && latest.end_time === null ? latest.start_time : null,
    first_moment: firsts.sort()[0] ?? (history.birth_date === null ? undefined : `${history.birth_date}T12:00:00`),
    last_administration: last(administrations(history).filter(({ time }) => time <= at))?.time,
    min_percentage: 100 * Math.max(r + z, 0.75),
  }
}
