import { mostUsedPages, type Parameters, Problem, site } from '@alyx/client'
import { QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { client } from './client.ts'

const MINUTE_MS = 60_000
const RETRIES = 2

/** A refusal stays one; only what is away comes back. */
const mayPass = (error: unknown) => error instanceof Problem && (error.status === 0 || error.status === 503)

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < RETRIES && mayPass(error),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => client.session(),
  staleTime: 5 * MINUTE_MS,
})
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => client.me(), staleTime: 5 * MINUTE_MS })
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: () => client.models(),
  staleTime: 30 * MINUTE_MS,
})
export const siteQuery = queryOptions({
  queryKey: ['site'],
  queryFn: () => site(client.connection),
  staleTime: 30 * MINUTE_MS,
})
export const mostUsedQuery = queryOptions({
  queryKey: ['most-used'],
  queryFn: () => mostUsedPages(client.connection),
  staleTime: 5 * MINUTE_MS,
})
export const describeQuery = (model: string) =>
  queryOptions({ queryKey: ['describe', model], queryFn: () => client.describe(model), staleTime: 30 * MINUTE_MS })
export const rowQuery = (model: string, key: string) =>
  queryOptions({ queryKey: ['row', model, key], queryFn: () => client.row(model, key) })
export const titleQuery = (model: string, key: string) =>
  queryOptions({
    queryKey: ['title', model, key],
    queryFn: async () => (await client.row(model, key)).row.$title ?? key,
    staleTime: MINUTE_MS,
  })
export const choicesQuery = (model: string, parameters: Parameters) =>
  queryOptions({
    queryKey: ['choices', model, parameters],
    queryFn: ({ signal }) => client.choices(model, parameters, signal),
    staleTime: MINUTE_MS,
  })
export const savedViewsQuery = (model: string) =>
  queryOptions({ queryKey: ['views', model], queryFn: () => client.savedViews(model), staleTime: MINUTE_MS })

export const useMe = () => useSuspenseQuery(meQuery).data
export const useModels = () => useSuspenseQuery(modelsQuery).data
export const useDescription = (model: string) => useSuspenseQuery(describeQuery(model)).data

/**
 * What is shown of a model may be something else now.
 *
 * @param gone  key of a row that was deleted: a page that shows it until the next one stands does not ask for it again
 */
export function forgetRows(model: string, gone?: string): void {
  void queryClient.invalidateQueries({ queryKey: ['list', model] })
  void queryClient.invalidateQueries({ queryKey: ['row', model], predicate: ({ queryKey }) => queryKey[2] !== gone })
  if (gone !== undefined) void queryClient.invalidateQueries({ queryKey: ['row', model, gone], refetchType: 'none' })
  // A page that is opened next waits for the row as it is now, instead of showing for a moment what it was.
  queryClient.removeQueries({ queryKey: ['row', model], type: 'inactive' })
  void queryClient.invalidateQueries({ queryKey: ['title', model] })
  void queryClient.invalidateQueries({ queryKey: ['choices', model] })
  void queryClient.invalidateQueries({ queryKey: ['history', model] })
}
