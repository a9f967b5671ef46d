import {
  getRound,
  type Parameters,
  type Round,
  type RoundAnimal,
  type RoundCage,
  type RoundEntry,
  type WaterToday,
} from '@alyx/client'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../server/client.ts'
import { queryClient } from '../server/queries.ts'

export const roundQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['round', parameters],
    queryFn: () => getRound(client.connection, parameters),
    // What was entered here must not jump back while it is on its way.
    staleTime: 60_000,
  })

const changed = (round: Round, change: (animal: RoundAnimal) => RoundAnimal): Round => {
  const cages = round.cages.map((cage): RoundCage => ({ ...cage, animals: cage.animals.map(change) }))
  return { ...round, cages, done: cages.flatMap(({ animals }) => animals).filter(isDone).length }
}

/** Less water than this is none: syringes are no scales. */
const NO_WATER_ML = 0.005

/** Weighed today, and nothing left to drink. */
export const isDone = ({ water }: RoundAnimal): boolean =>
  water.weight_today !== null && (water.remaining_water ?? 0) <= NO_WATER_ML

/** Shows on every round where the server says that animals stand. */
export function applyAnimals(animals: Readonly<Record<string, WaterToday>>): void {
  queryClient.setQueriesData<Round>(
    { queryKey: ['round'] },
    (round) =>
      round && changed(round, (one) => (animals[one.subject.id] ? { ...one, water: animals[one.subject.id]! } : one)),
  )
}

/** What an entry makes of where an animal stands, until the server has been heard: weight and water of today. */
export function withEntry(water: WaterToday, entry: RoundEntry): WaterToday {
  if (entry.kind === 'weighing') return ifWeighed(water, entry.weight)
  const given = entry.millilitres ?? water.remaining_water ?? 0
  return {
    ...water,
    given_water: water.given_water + given,
    remaining_water: water.remaining_water === null ? null : Math.max(0, water.remaining_water - given),
  }
}

/**
 * What is known without the server of an animal that weighs so many grams: its share of the expected weight, both without
 * implant, as water control counts. How much it should drink stays what it was before.
 */
export function ifWeighed(water: WaterToday, weight: number): WaterToday {
  const implant = water.implant_weight ?? 0
  const expected = water.expected_weight === null ? null : water.expected_weight - implant
  const percentage = expected === null || expected <= 0 ? null : ((weight - implant) / expected) * 100
  const status =
    water.minimum_weight !== null && weight < water.minimum_weight ? Math.max(1, water.status) : water.status
  return { ...water, weight_today: weight, percentage, status }
}

/** The round as it is once all that waits has been recorded: an animal that was watered without network is not watered again. */
export function withWaiting(round: Round, waiting: readonly RoundEntry[], now = new Date()): Round {
  const today = waiting.filter(({ at }) => new Date(at).toDateString() === now.toDateString())
  if (today.length === 0) return round
  return changed(round, (one) => ({
    ...one,
    water: today.filter(({ subject }) => subject === one.subject.id).reduce(withEntry, one.water),
  }))
}
