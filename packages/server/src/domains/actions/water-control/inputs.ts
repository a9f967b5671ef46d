/**
 * What water control is computed from: one subject and its history, as stored.
 *
 * Times are wall-clock text of the server's zone; lists are in order of time. Weights in grams, volumes in millilitres.
 */
import type { CalendarDate, WallClock } from './wall-clock.ts'

export interface WaterControlInputs {
  readonly birth_date: CalendarDate | null
  /** `M` is judged by the male table of weights, anything else by the female one. */
  readonly sex: string
  readonly lab: LabWaterPolicy | null
  /** tz database name of the zone in which the times below are written. */
  readonly server_zone: string
  readonly restrictions: readonly Restriction[]
  readonly weighings: readonly Weighing[]
  readonly administrations: readonly Administration[]
  readonly implants: readonly Implant[]
}

/** How a lab mixes the two ways of saying what an animal should weigh; both are fractions of a weight, 0 to 1. */
export interface LabWaterPolicy {
  readonly timezone: string | null
  /** Weight given to the animal's own weight before restriction. */
  readonly reference_weight_pct: number
  /** Weight given to the weight of animals of its age and sex. */
  readonly zscore_weight_pct: number
}

export interface Restriction {
  readonly start_time: WallClock
  /** null while the restriction lasts. */
  readonly end_time: WallClock | null
  /** Implant included; 0 when nobody wrote it down. */
  readonly reference_weight: number
}

export interface Weighing {
  readonly date_time: WallClock
  /** Implant included. */
  readonly weight: number
}

export interface Administration {
  readonly date_time: WallClock
  /** null when the animal drank as it liked. */
  readonly water_administered: number | null
  /** True when the water was the reward of a session. */
  readonly in_session: boolean
}

/** A surgery that left something on the animal. */
export interface Implant {
  readonly start_time: WallClock
  readonly implant_weight: number
}
