import { taskView } from '@alyx/client'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../server/client.ts'

/** What is shown of the queue: asked again whenever a task changed, because all keys begin with the model as lists do. */
export const ofTasks = (...more: readonly unknown[]) => ['list', 'jobs.task', ...more] as const

/** Attempts begin and report without a change of their task. */
const LOOK_AGAIN_MS = 5_000

export const taskQuery = (key: string) =>
  queryOptions({
    queryKey: ofTasks('task', key),
    queryFn: () => taskView(client.connection, key),
    refetchInterval: ({ state }) => (state.data?.status === 'Started' ? LOOK_AGAIN_MS : false),
  })
