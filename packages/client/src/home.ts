/** The first page of a person: what waits for them today, their animals, what they did last, and their messages. */
import type { Reference } from './answers.ts'
import type { Connection } from './connection.ts'
import type { WaterToday } from './rounds.ts'

/** A list that is cut, and how long it is. */
export interface CutList<T> {
  readonly count: number
  readonly first: readonly T[]
}

export type AnimalToday = Reference &
  Pick<WaterToday, 'percentage' | 'status' | 'remaining_water' | 'last_weight'> & { readonly cage: string | null }

export interface Today {
  readonly weigh: CutList<AnimalToday>
  readonly water: CutList<AnimalToday>
  /** On water restriction, and below a threshold of their weight. */
  readonly underweight: CutList<AnimalToday>
  /** Weighed neither today nor yesterday. */
  readonly overdue: CutList<AnimalToday>
  readonly wean: CutList<Reference & { readonly birth_date: string; readonly pups: number }>
  readonly genotype: CutList<Reference>
  readonly cull: CutList<Reference>
  /** Their titles are those of the lines. */
  readonly requests: CutList<Reference & { readonly due_date: string | null; readonly remaining: number }>
}

export interface DayWeight {
  readonly day: string
  readonly weight: number
}

export interface HomeAnimal {
  readonly subject: Reference
  readonly sex: string
  readonly birth_date: string | null
  readonly line: string | null
  readonly cage: string | null
  readonly on_restriction: boolean
  readonly sessions: number
  readonly last_session: string | null
  /** Of the last thirty days, one a day, oldest first. */
  readonly weights: readonly DayWeight[]
}

export interface RecentRecord {
  readonly model: string
  readonly label: string
  readonly id: string
  readonly operation: 'insert' | 'update' | 'delete'
  readonly at: string
  /** None when the record is gone. */
  readonly title: string | null
}

export interface Home {
  readonly day: string
  readonly today: Today
  readonly animals: CutList<HomeAnimal>
  readonly recent: readonly RecentRecord[]
  readonly messages_unread: number
}

export const getHome = (connection: Connection): Promise<Home> => connection.get<Home>('/home')
