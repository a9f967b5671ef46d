import { dataReleases, releaseTables } from '@alyx/client'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../server/client.ts'
import { forgetRows, queryClient } from '../server/queries.ts'

/** Begins the keys of what is counted before many datasets are changed. */
export const BULK = 'datasets in bulk'

export const releasesQuery = queryOptions({
  queryKey: ['releases'],
  queryFn: () => dataReleases(client.connection),
})
export const releaseTablesQuery = queryOptions({
  queryKey: ['releases', 'tables'],
  queryFn: () => releaseTables(client.connection),
})

/** Tags or revisions of datasets may be others now. */
export function forgetDatasets(): void {
  for (const model of ['data.dataset', 'data.tag']) forgetRows(model)
  for (const key of ['releases', BULK]) void queryClient.invalidateQueries({ queryKey: [key] })
}
