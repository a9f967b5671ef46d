/** One animal on one page, and tables of animals on water restriction. */
import type { Reference } from './answers.ts'
import { type Parameters, queryOf } from './client.ts'
import type { Connection } from './connection.ts'
import type { RoundAnimal, WaterToday } from './rounds.ts'
import type { HungNote } from './sessions.ts'

export interface Restriction {
  readonly id: string
  readonly start_time: string
  readonly end_time: string | null
  /** Grams, implant included; 0 when it was never weighed. */
  readonly reference_weight: number
  readonly water_type: string | null
}

export interface Animal {
  readonly id: string
  readonly nickname: string
  readonly sex: string
  readonly birth_date: string | null
  readonly death_date: string | null
  readonly wean_date: string | null
  readonly genotype_date: string | null
  readonly reduced_date: string | null
  readonly age_days: number | null
  readonly ear_mark: string
  readonly cage: string | null
  readonly protocol_number: string
  readonly description: string
  readonly adverse_effects: string
  readonly actual_severity: number | null
  readonly to_be_genotyped: boolean
  readonly to_be_culled: boolean
  readonly lab: Reference
  readonly responsible_user: Reference | null
  readonly line: Reference | null
  readonly strain: Reference | null
  readonly species: Reference | null
  readonly source: Reference | null
  readonly litter: Reference | null
  readonly breeding_pair: Reference | null
  readonly father: Reference | null
  /** Two for a trio. */
  readonly mothers: readonly Reference[]
  readonly littermates: readonly (Reference & { readonly sex: string; readonly alive: boolean })[]
  readonly breeding: readonly {
    readonly pair: Reference
    readonly start_date: string | null
    readonly end_date: string | null
    readonly litters: number
    readonly pups: number
  }[]
  readonly projects: readonly Reference[]
  readonly genotype: readonly { readonly allele: Reference; readonly zygosity: number }[]
  readonly tests: readonly { readonly sequence: Reference; readonly result: number | null }[]
  readonly housing: {
    readonly id: string
    readonly cage_name: string
    readonly light_cycle: number | null
    readonly cage_type: string | null
    readonly enrichment: string | null
    readonly food: string | null
    readonly since: string
    readonly mates: readonly Reference[]
  } | null
  readonly restrictions: readonly Restriction[]
  readonly implants: readonly { readonly id: string; readonly start_time: string; readonly implant_weight: number }[]
  readonly cull: {
    readonly id: string
    readonly date: string
    readonly user: string | null
    readonly reason: string | null
    readonly method: string | null
    readonly description: string
  } | null
  /** By field: values that it had, and until when. */
  readonly past_values: Readonly<Record<string, unknown>> | null
  readonly counts: Readonly<Record<AnimalCount, number>>
  readonly water: WaterToday | null
}
export type AnimalCount = 'sessions' | 'surgeries' | 'weighings' | 'water_administrations' | 'notes' | 'insertions'

export interface Relative {
  readonly id: string
  readonly nickname: string
  readonly sex: string
  readonly birth_date: string | null
  readonly death_date: string | null
  readonly line: string | null
  readonly genotype: readonly string[]
  /** 1 parents, -1 offspring, 0 the animal, its littermates and mates. */
  readonly generation: number
  readonly father: string | null
  readonly mothers: readonly string[]
  readonly litter: string | null
}

export interface Pedigree {
  readonly subject: string
  readonly relatives: readonly Relative[]
  /** Coefficient of Wright; null when the parents are not known for sure. */
  readonly inbreeding: number | null
  readonly more: boolean
}

type Numbers = readonly (number | null)[]

/** A list for each quantity, a place for each day; grams, millilitres, per cent. */
export interface WaterSeries {
  readonly subject: string
  readonly zone: string
  readonly days: { readonly date: readonly string[]; readonly restricted: readonly boolean[] } & Readonly<
    Record<
      | 'weight'
      | 'expected'
      | 'reference'
      | 'minimum'
      | 'percentage'
      | 'implant'
      | 'reward'
      | 'supplement'
      | 'given'
      | 'required'
      | 'excess',
      Numbers
    >
  >
  readonly bands: readonly { readonly percent: number; readonly weight: Numbers }[]
  readonly weighings: readonly { readonly at: string; readonly weight: number }[]
}

export interface PerformancePoint {
  readonly id: string
  readonly start_time: string
  readonly number: number | null
  readonly task_protocol: string
  readonly trials: number | null
  readonly correct: number | null
  readonly percent_correct: number | null
  readonly qc: number
  /** Millilitres. */
  readonly reward: number | null
}

export interface TimelineEvent {
  readonly kind: string
  readonly at: string
  readonly model: string
  readonly id: string
  readonly title: string
  readonly details: Readonly<Record<string, unknown>> | null
}

export interface AnimalSurgery {
  readonly id: string
  readonly start_time: string | null
  readonly end_time: string | null
  readonly narrative: string
  /** Grams. */
  readonly implant_weight: number
  /** `a` acute, `r` recovery, `n` without recovery. */
  readonly outcome_type: string | null
  readonly location: Reference | null
  readonly users: readonly Reference[]
  readonly procedures: readonly Reference[]
  readonly notes: readonly HungNote[]
}

export interface AnimalNote {
  readonly id: string
  readonly date_time: string
  readonly user: string | null
  readonly text: string
  /** Address of the picture. */
  readonly image: string | null
  readonly about: Reference & { readonly model: string }
}

/** A page of something that is long. */
export interface Part<T> {
  readonly results: readonly T[]
  readonly more: boolean
}

export interface WateredAnimal extends RoundAnimal {
  readonly lab: Reference
  readonly cage: string | null
}

export interface TrainingDay {
  readonly date: string
  readonly to_come: boolean
  readonly restricted: boolean
  /** Keys. */
  readonly sessions: readonly string[]
  readonly weight: number | null
  readonly percentage: number | null
  readonly given: number | null
  readonly required: number | null
}

export interface TrainingWeek {
  readonly monday: string
  readonly animals: readonly {
    readonly subject: Reference
    readonly responsible_user: Reference | null
    readonly lab: Reference
    readonly training_days: number
    readonly too_few: boolean
    readonly days: readonly TrainingDay[]
  }[]
}

export const getAnimal = (connection: Connection, subject: string): Promise<Animal> =>
  connection.get(`/animals/${subject}`)
export const getPedigree = (connection: Connection, subject: string, asked: Parameters): Promise<Pedigree> =>
  connection.get(`/animals/${subject}/pedigree${queryOf(asked)}`)
export const getWaterSeries = (connection: Connection, subject: string): Promise<WaterSeries> =>
  connection.get(`/animals/${subject}/water`)
export const getPerformance = async (connection: Connection, subject: string): Promise<readonly PerformancePoint[]> =>
  (await connection.get<{ results: PerformancePoint[] }>(`/animals/${subject}/performance`)).results
export const getSurgeries = async (connection: Connection, subject: string): Promise<readonly AnimalSurgery[]> =>
  (await connection.get<{ results: AnimalSurgery[] }>(`/animals/${subject}/surgeries`)).results
export const getTimeline = (connection: Connection, subject: string, asked: Parameters): Promise<Part<TimelineEvent>> =>
  connection.get(`/animals/${subject}/timeline${queryOf(asked)}`)
export const getAnimalNotes = (connection: Connection, subject: string, asked: Parameters): Promise<Part<AnimalNote>> =>
  connection.get(`/animals/${subject}/notes${queryOf(asked)}`)
export const getWaterTable = async (connection: Connection, asked: Parameters): Promise<readonly WateredAnimal[]> =>
  (await connection.get<{ results: WateredAnimal[] }>(`/water-table${queryOf(asked)}`)).results
export const getTrainingWeek = (connection: Connection, asked: Parameters): Promise<TrainingWeek> =>
  connection.get(`/training-week${queryOf(asked)}`)

export interface RestrictionStart {
  readonly subjects: readonly string[]
  readonly start_time?: string
  /** Grams, implant included; the last weighing within seven days when absent. */
  readonly reference_weight?: number
  readonly water_type?: string
  readonly dry_run?: boolean
}
export interface RestrictionsAnswer {
  readonly written: boolean
  readonly restrictions: readonly {
    readonly id: string
    readonly subject: string
    readonly reference_weight?: number
  }[]
}
const post = async <T>(connection: Connection, path: string, body: object): Promise<T> =>
  (await connection.send<T>(path, { method: 'POST', body })).body

export const startRestrictions = (connection: Connection, asked: RestrictionStart): Promise<RestrictionsAnswer> =>
  post(connection, '/colony/restrictions/start', asked)
export const endRestrictions = (
  connection: Connection,
  asked: { readonly subjects: readonly string[]; readonly end_time?: string; readonly dry_run?: boolean },
): Promise<RestrictionsAnswer> => post(connection, '/colony/restrictions/end', asked)
