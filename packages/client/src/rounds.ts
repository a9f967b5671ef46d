/** The daily round: animals to weigh and to water, and entries that may come late and more than once. */
import type { Reference } from './answers.ts'
import { type Parameters, queryOf } from './client.ts'
import type { Connection } from './connection.ts'

/** Where an animal stands today; weights in grams with implant, water in millilitres. */
export interface WaterToday {
  /** Of the lab's calendar. */
  readonly day: string
  readonly restricted_since: string | null
  readonly weight_today: number | null
  readonly weight_yesterday: number | null
  readonly last_weight: { readonly weight: number; readonly at: string } | null
  readonly expected_weight: number | null
  readonly minimum_weight: number | null
  readonly implant_weight: number | null
  /** Of the expected weight. */
  readonly percentage: number | null
  /** 0 well, 1 below the first threshold, 2 below the second. */
  readonly status: number
  readonly required_water: number | null
  readonly given_water: number
  readonly remaining_water: number | null
  readonly plausible_weight: { readonly least: number; readonly most: number }
}

export interface RoundAnimal {
  readonly subject: Reference
  readonly responsible_user: Reference | null
  readonly sex: string
  readonly water_type: Reference | null
  readonly reasons: readonly string[]
  readonly water: WaterToday
}

export interface RoundCage {
  readonly lab: Reference
  readonly room: string | null
  readonly cage: string | null
  readonly housing: string | null
  readonly animals: readonly RoundAnimal[]
}

export interface Round {
  readonly count: number
  readonly done: number
  readonly cages: readonly RoundCage[]
}

interface EntryBase {
  /** Key that the record will have. */
  readonly id: string
  readonly subject: string
  /** ISO 8601 with offset. */
  readonly at: string
  readonly confirmed?: boolean
}
export type RoundEntry =
  | (EntryBase & { readonly kind: 'weighing'; readonly weight: number })
  | (EntryBase & { readonly kind: 'water'; readonly millilitres: number | null; readonly given_before?: number })

/** A record that stands where an entry would go. */
export interface OtherRecord {
  readonly id: string
  readonly at: string
  readonly user: string | null
  readonly amount: number | null
}

export type EntryOutcome = { readonly id: string | null } & (
  | { readonly outcome: 'recorded' }
  | { readonly outcome: 'repeated'; readonly removed: boolean }
  | {
      readonly outcome: 'conflict'
      readonly why: string
      readonly message: string
      readonly others: readonly OtherRecord[]
    }
  | { readonly outcome: 'refused'; readonly message: string }
)

export interface EntriesAnswer {
  readonly entries: readonly EntryOutcome[]
  readonly animals: Readonly<Record<string, WaterToday>>
}

/** Entries of one request. */
export const MOST_ROUND_ENTRIES = 500

export const getRound = (connection: Connection, parameters: Parameters): Promise<Round> =>
  connection.get<Round>(`/rounds${queryOf(parameters)}`)

/** What an animal should drink if it weighed so many grams. */
export const getRequirement = (
  connection: Connection,
  subject: string,
  weight: number,
  signal?: AbortSignal,
): Promise<{ readonly plausible: boolean; readonly water: WaterToday }> =>
  connection.get(`/rounds/requirement${queryOf({ subject, weight: String(weight) })}`, signal)

export async function recordEntries(connection: Connection, entries: readonly RoundEntry[]): Promise<EntriesAnswer> {
  return (await connection.send<EntriesAnswer>('/rounds/entries', { method: 'POST', body: { entries } })).body
}
