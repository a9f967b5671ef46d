/** What the pages of the colony ask. Everything hangs on animals, so that a change of one lets all of it be read again. */
import { colony, type Parameters, queryOf } from '@alyx/client'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { forgetRows } from '../server/queries.ts'

const ANIMALS = 'subjects.subject'
/** Keys that fit into one address: servers and proxies take about 8 kB. */
const KEYS_AT_ONCE = 200

const { connection } = client
const keyOf = (what: string, parameters: Parameters) => ['list', ANIMALS, 'colony', what, queryOf(parameters)] as const

const listing =
  <T>(what: string, ask: (from: typeof connection, parameters: Parameters) => Promise<T>) =>
  (parameters: Parameters = {}) =>
    queryOptions({ queryKey: keyOf(what, parameters), queryFn: () => ask(connection, parameters) })

export const linesQuery = listing('lines', colony.lines)
export const animalsQuery = listing('animals', colony.animals)
export const pairsQuery = listing('pairs', colony.pairs)
export const littersQuery = listing('litters', colony.litters)
export const requestsQuery = listing('requests', colony.requests)
export const cardsQuery = listing('cage cards', colony.cageCards)
export const genotypesQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: keyOf('genotypes', parameters),
    queryFn: () => colony.genotypes(connection, parameters),
    enabled: Object.keys(parameters).length > 0,
  })

/** Living animals of these keys, however many they are. */
export const animalsCalled = (keys: readonly string[]) =>
  queryOptions({
    queryKey: keyOf('these animals', { subjects: keys }),
    queryFn: async () => {
      const parts = Array.from({ length: Math.ceil(keys.length / KEYS_AT_ONCE) }, (_, at) =>
        colony.animals(connection, {
          subjects: keys.slice(at * KEYS_AT_ONCE, (at + 1) * KEYS_AT_ONCE).join(','),
        }),
      )
      return (await Promise.all(parts)).flat()
    },
  })

/** Animals were born, moved, handed over or culled: whatever shows them is read again. */
export function forgetColony(...models: readonly string[]): void {
  for (const model of [ANIMALS, ...models]) forgetRows(model)
}

export const useLiveColony = (): void => useLive(ANIMALS)

/** `a,b` of an address as a list. */
export const keysIn = (text: string | undefined): readonly string[] =>
  (text ?? '').split(',').filter((key) => key !== '')

export { connection }
