import { type Schedule, schedules } from '@alyx/client'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../server/client.ts'

export const LOOK_AGAIN_MS = 10_000
/** While a run is wanted or under way, somebody waits for it. */
const WAITING_MS = 1500

/** A run of it was asked for, or has not ended. */
export const isUnderWay = ({ wanted_by, last_run }: Schedule): boolean =>
  wanted_by !== null || (last_run !== null && last_run.ended_at === null)

export const schedulesQuery = queryOptions({
  queryKey: ['administration', 'schedules'],
  queryFn: () => schedules(client.connection),
  refetchInterval: ({ state: { data } }) => (data?.results.some(isUnderWay) ? WAITING_MS : LOOK_AGAIN_MS),
})
