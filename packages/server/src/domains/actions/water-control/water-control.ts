/**
 * Water control of one subject: its weights, its limits and its water at any moment.
 *
 * A *restriction* is a period of limited water. The *reference weighing* is what the animal weighed when it began. The
 * *reference implant* is what it wore then. *Reward* is water earned in a session, *supplement* is the rest.
 * Source: Alyx 3.6.1, actions/water_control.py.
 */
import { WEIGHT_THRESHOLD } from './constants.ts'
import type { Administration, Implant, Restriction, WaterControlInputs, Weighing } from './inputs.ts'
import { lastBy, type Timeline, timeline } from './timeline.ts'
import { type CalendarDate, dateOf, inZone, noonOf, type WallClock, wallClockAt, zoneOfLab } from './wall-clock.ts'
import {
  ageWeeks,
  ageWeight,
  expectedWater,
  expectedWeight,
  minWeight,
  type Percentages,
  percentageWeight,
  type WeightStatus,
  weightStatus,
  zscoreWeight,
} from './weights.ts'

/** Everything about one moment. Grams and millilitres; null where there is nothing to speak of. */
export interface WaterState {
  /** Start of the restriction in force. */
  readonly restricted_since: WallClock | null
  /** Last weighing by the end of the day. */
  readonly weight: number | null
  /** Last weighing of the day itself. */
  readonly weighing_at: number | null
  readonly implant_weight: number | null
  /** The implant worn when the restriction in force began; without restriction the present one. */
  readonly reference_implant_weight: number | null
  /** Without implant; 0 when there is no reference weighing. */
  readonly reference_weight: number
  /** Without implant; 0 when there is no reference weighing or no date of birth. */
  readonly zscore_weight: number
  /** With implant; null when the lab uses neither reference nor z-score. */
  readonly expected_weight: number | null
  readonly min_weight: number
  /** 0 when unknown. */
  readonly percentage_weight: number
  readonly weight_status: WeightStatus
  readonly given_water_reward: number | null
  readonly given_water_supplement: number | null
  readonly given_water_total: number | null
  readonly expected_water: number
  /** Negative when the animal had more than it should. */
  readonly remaining_water: number
  readonly excess_water: number
}

interface GivenWater {
  reward: number | null
  supplement: number | null
  total: number | null
}

const NOTHING_GIVEN: GivenWater = { reward: null, supplement: null, total: null }

export class WaterControl {
  /** The lab's two fractions; 0 and 0 without lab. */
  readonly percentages: Percentages
  /** Zone in which days begin and end for this subject. */
  readonly zone: string
  readonly #birthDate: CalendarDate | null
  readonly #sex: string
  readonly #restrictions: Timeline<Restriction>
  readonly #weighings: Timeline<Weighing>
  readonly #weighedOn: ReadonlyMap<CalendarDate, number>
  readonly #implants: Timeline<Implant>
  readonly #administrations: readonly Administration[]
  readonly #given: ReadonlyMap<CalendarDate, GivenWater>
  readonly #lastReference: Weighing | undefined

  constructor(inputs: WaterControlInputs) {
    const { lab, server_zone } = inputs
    this.percentages = { reference: lab?.reference_weight_pct ?? 0, zscore: lab?.zscore_weight_pct ?? 0 }
    this.zone = zoneOfLab(lab?.timezone, server_zone)
    this.#birthDate = inputs.birth_date
    this.#sex = inputs.sex
    const inLab = (time: WallClock) => inZone(time, server_zone, this.zone)
    const weighings = inputs.weighings.map((one) => ({ ...one, date_time: inLab(one.date_time) }))
    const implants = inputs.implants
      .filter((one) => one.implant_weight !== 0)
      .map((one) => ({ ...one, start_time: inLab(one.start_time) }))
    this.#administrations = inputs.administrations.map((one) => ({ ...one, date_time: inLab(one.date_time) }))
    this.#weighings = timeline(weighings, (one) => one.date_time)
    this.#weighedOn = new Map(weighings.map((one) => [dateOf(one.date_time), one.weight]))
    this.#implants = timeline(implants, (one) => one.start_time)
    // Not moved to the lab's zone, although everything else is: Alyx compares restrictions so, and numbers depend on it.
    this.#restrictions = timeline(inputs.restrictions, (one) => one.start_time)
    this.#given = givenByDay(this.#administrations)
    this.#lastReference = writtenReference(inputs.restrictions.at(-1))
  }

  /** What the lab's clock shows at an instant. */
  today(now: Date): WallClock {
    return wallClockAt(now, this.zone)
  }

  /** First weighing or administration; without either noon of the day of birth; undefined without that too. */
  firstMoment(): WallClock | undefined {
    const weighed = this.#weighings.entries[0]?.date_time
    const watered = this.#administrations[0]?.date_time
    if (weighed !== undefined && watered !== undefined) return weighed < watered ? weighed : watered
    return weighed ?? watered ?? (this.#birthDate === null ? undefined : noonOf(this.#birthDate))
  }

  /**
   * The restriction in force: the last that began by the end of the day, unless it had ended by that time.
   * An earlier one that still runs beside it is not considered.
   */
  restrictionAt(at: WallClock): WallClock | null {
    const restriction = lastBy(this.#restrictions, dateOf(at))
    if (restriction === undefined) return null
    if (restriction.end_time !== null && at > restriction.end_time) return null
    return restriction.start_time
  }

  /** Start of the last restriction if nobody has ended it, begun or not. */
  currentRestriction(): WallClock | null {
    const last = this.#restrictions.entries.at(-1)
    return last !== undefined && last.end_time === null ? last.start_time : null
  }

  /** Last weighing by the end of the day, with its time in the lab's zone. */
  lastWeighing(at: WallClock): Weighing | undefined {
    return lastBy(this.#weighings, dateOf(at))
  }

  /** Weighings of days from one to another, both included, with their times in the lab's zone. */
  weighingsBetween(first: CalendarDate, last: CalendarDate): { at: WallClock; weight: number }[] {
    return this.#weighings.entries.flatMap(({ date_time, weight }) =>
      dateOf(date_time) >= first && dateOf(date_time) <= last ? [{ at: date_time, weight }] : [],
    )
  }

  /** Last administration at or before the moment itself, with its time in the lab's zone. */
  lastAdministration(at: WallClock): Administration | undefined {
    return this.#administrations.findLast((one) => one.date_time <= at)
  }

  /** The implant worn when the restriction in force began, without restriction the one worn that day. */
  referenceImplantWeight(at: WallClock): number | null {
    return this.#implantWeight(this.restrictionAt(at) ?? at)
  }

  /**
   * Per cent of the expected weight that calls for attention: the lab's own, but never under the general threshold.
   *
   * @param threshold  share of the expected weight under which no animal of any lab may fall
   */
  minPercentage(threshold: number = WEIGHT_THRESHOLD): number {
    return 100 * Math.max(this.percentages.reference + this.percentages.zscore, threshold)
  }

  /** Every quantity at one moment (lab's clock). */
  at(at: WallClock): WaterState {
    const { percentages } = this
    const date = dateOf(at)
    const restrictedSince = this.restrictionAt(at)
    const weighing = lastBy(this.#weighings, date)
    const weight = weighing?.weight ?? 0
    const implantWorn = this.#implantWeight(at)
    const implant = implantWorn ?? 0
    const referenceImplant = restrictedSince === null ? implantWorn : this.#implantWeight(restrictedSince)
    const reference = this.#referenceWeighing(at, restrictedSince)
    const referenceWeight = reference === undefined ? 0 : reference.weight - (referenceImplant ?? 0)
    const zscore = reference === undefined ? 0 : this.#zscoreWeight(reference.date_time, referenceWeight, at)
    const expected = expectedWeight(percentages, referenceWeight, zscore, implant)
    const percentage = percentageWeight(weight, expected, implant)
    const given = this.#given.get(date) ?? NOTHING_GIVEN
    const water = expectedWater(percentages, weight, expected, implant)
    const remaining = water - (given.total ?? 0)
    return {
      restricted_since: restrictedSince,
      weight: weighing?.weight ?? null,
      weighing_at: this.#weighedOn.get(date) ?? null,
      implant_weight: implantWorn,
      reference_implant_weight: referenceImplant,
      reference_weight: referenceWeight,
      zscore_weight: zscore,
      expected_weight: percentages.reference + percentages.zscore === 0 ? null : expected,
      min_weight: minWeight(percentages, referenceWeight, zscore, implant),
      percentage_weight: percentage,
      weight_status: weightStatus(percentages, percentage),
      given_water_reward: given.reward,
      given_water_supplement: given.supplement,
      given_water_total: given.total,
      expected_water: water,
      remaining_water: remaining,
      excess_water: -remaining,
    }
  }

  #implantWeight(at: WallClock): number | null {
    return lastBy(this.#implants, dateOf(at))?.implant_weight ?? null
  }

  #referenceWeighing(at: WallClock, restrictedSince: WallClock | null): Weighing | undefined {
    // Holds from its start for ever, the end of the restriction notwithstanding: percentages go on after it.
    if (this.#lastReference !== undefined && at >= this.#lastReference.date_time) return this.#lastReference
    if (restrictedSince === null) return undefined
    const restriction = this.#restrictions.entries.find((one) => one.start_time === restrictedSince)
    return writtenReference(restriction) ?? lastBy(this.#weighings, dateOf(restrictedSince))
  }

  #zscoreWeight(weighedAt: WallClock, bareReferenceGrams: number, at: WallClock): number {
    if (this.#birthDate === null) return 0
    const then = ageWeight(this.#sex, ageWeeks(this.#birthDate, weighedAt))
    const now = ageWeight(this.#sex, ageWeeks(this.#birthDate, at))
    return zscoreWeight(bareReferenceGrams, then, now)
  }
}

/** The reference weighing that the restriction itself carries, if somebody wrote a weight down. */
function writtenReference(restriction: Restriction | undefined): Weighing | undefined {
  if (restriction === undefined || restriction.reference_weight === 0) return undefined
  return { date_time: restriction.start_time, weight: restriction.reference_weight }
}

function givenByDay(administrations: readonly Administration[]): Map<CalendarDate, GivenWater> {
  const days = new Map<CalendarDate, GivenWater>()
  for (const { date_time, water_administered, in_session } of administrations) {
    if (water_administered === null) continue
    const date = dateOf(date_time)
    const day = days.get(date) ?? { ...NOTHING_GIVEN }
    if (in_session) day.reward = (day.reward ?? 0) + water_administered
    else day.supplement = (day.supplement ?? 0) + water_administered
    // Its own running sum, not the sum of the two: the last digits differ.
    day.total = (day.total ?? 0) + water_administered
    days.set(date, day)
  }
  return days
}
