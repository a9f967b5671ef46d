/** One row a day: the list that the rig, the water page and the plots read. */
import {
  type CalendarDate,
  dateOf,
  dateOfDayNumber,
  dayNumber,
  midnightOf,
  noonOf,
  timeOfDay,
  type WallClock,
} from './wall-clock.ts'
import type { WaterControl } from './water-control.ts'

/** One day. Grams, millilitres, per cent; null means nothing: not weighed, nothing given, no implant. */
export interface WaterRecord {
  readonly date: CalendarDate
  readonly weight: number | null
  readonly weighing_at: number | null
  readonly reference_weight: number
  readonly expected_weight: number | null
  readonly min_weight: number
  readonly percentage_weight: number
  readonly given_water_reward: number | null
  readonly given_water_supplement: number | null
  readonly given_water_total: number | null
  readonly expected_water: number
  readonly excess_water: number
  readonly is_water_restricted: boolean
  readonly implant_weight: number | null
}

/**
 * How the Alyx contract writes a record: its keys in order, and what stands for null.
 *
 * A number is written as a floating-point number (`20.0`, `-0.0`), but "nothing" as the bare integer `0`, except for
 * `weighing_at`, which stays `null`. Source: Alyx 3.6.1, WaterControl.to_jsonable().
 */
export const WATER_RECORD_FIELDS = {
  date: { kind: 'date' },
  weight: { kind: 'float', nothing: 0 },
  weighing_at: { kind: 'float', nothing: null },
  reference_weight: { kind: 'float' },
  expected_weight: { kind: 'float', nothing: 0 },
  min_weight: { kind: 'float' },
  percentage_weight: { kind: 'float' },
  given_water_reward: { kind: 'float', nothing: 0 },
  given_water_supplement: { kind: 'float', nothing: 0 },
  given_water_total: { kind: 'float', nothing: 0 },
  expected_water: { kind: 'float' },
  excess_water: { kind: 'float' },
  is_water_restricted: { kind: 'boolean' },
  implant_weight: { kind: 'float', nothing: 0 },
} as const satisfies {
  [Field in keyof WaterRecord]: {
    kind: 'date' | 'float' | 'boolean'
  } & (null extends WaterRecord[Field] ? { nothing: 0 | null } : object)
}

/** The days of a record list: from one moment on, always at the same time of day. */
export interface Period {
  readonly first: WallClock
  readonly last: CalendarDate
}

/**
 * The days asked for. A day that is named is looked at by noon; a first day that is not named is that of the first
 * entry, and every day is then looked at by the time of day of that entry. The last day is today by default.
 *
 * @param now  in the lab's zone
 * @returns undefined when no first day is named and the subject has no entry and no date of birth
 */
export function periodOf(
  control: WaterControl,
  asked: { readonly first: CalendarDate | undefined; readonly last: CalendarDate | undefined },
  now: WallClock,
): Period | undefined {
  const first = asked.first === undefined ? control.firstMoment() : noonOf(asked.first)
  if (first === undefined) return undefined
  return { first, last: asked.last ?? dateOf(now) }
}

/** The records of a period, computed one by one as they are asked for: the period may be thousands of years. */
export function* waterRecords(control: WaterControl, period: Period): Generator<WaterRecord, void, undefined> {
  const time = timeOfDay(period.first)
  const last = dayNumber(period.last)
  for (let day = dayNumber(dateOf(period.first)); day <= last; day++) {
    yield waterRecord(control, `${dateOfDayNumber(day)}T${time}`)
  }
}

/** The record of the day of that moment, as things stand at that time of it. */
export function waterRecord(control: WaterControl, at: WallClock): WaterRecord {
  const state = control.at(at)
  return {
    date: dateOf(at),
    weight: state.weight,
    weighing_at: state.weighing_at,
    reference_weight: state.reference_weight,
    expected_weight: state.expected_weight,
    min_weight: state.min_weight,
    percentage_weight: state.percentage_weight,
    given_water_reward: state.given_water_reward,
    given_water_supplement: state.given_water_supplement,
    given_water_total: state.given_water_total,
    expected_water: state.expected_water,
    excess_water: state.excess_water,
    is_water_restricted: state.restricted_since !== null,
    implant_weight: state.implant_weight,
  }
}

/** The implant that goes with a whole list: the one worn as the first named day begins, without such a day now. */
export function implantOfList(control: WaterControl, first: CalendarDate | undefined, now: WallClock): number | null {
  return control.referenceImplantWeight(first === undefined ? now : midnightOf(first))
}
