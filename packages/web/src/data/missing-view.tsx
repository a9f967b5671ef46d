import { missingDatasets } from '@alyx/client'
import { Button, Loader, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { inBytes } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'

const MISSING_PAGE = 100

/** Datasets of which no copy is where everybody reaches it. */
export function MissingView() {
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['missing datasets'],
    queryFn: ({ pageParam }) =>
      missingDatasets(client.connection, { limit: String(MISSING_PAGE), offset: String(pageParam) }),
    initialPageParam: 0,
    getNextPageParam: ({ more }, pages) => (more ? pages.length * MISSING_PAGE : undefined),
  })
  if (error) return <Text role="alert">{error.message}</Text>
  if (!data) return <Loader size="sm" aria-label="Reading" />
  const rows = data.pages.flatMap(({ results }) => results)
  if (rows.length === 0) return <Text>Of every dataset there is a copy that everybody reaches.</Text>
  return (
    <div className="sums">
      <section className="card whole" aria-label="Datasets without a copy that everybody reaches">
        <table>
          <thead>
            <tr>
              <th>Dataset</th>
              <th>Session</th>
              <th>Lab</th>
              <th className="amount">Size</th>
              <th>Known copies</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id}>
                <td>
                  <Link to="/$app/$model/$key/change/" params={{ app: 'data', model: 'dataset', key: one.id }}>
                    {[one.collection, one.name].filter(Boolean).join('/')}
                  </Link>
                </td>
                <td>
                  {one.session && (
                    <Link
                      to="/$app/$model/$key/change/"
                      params={{ app: 'actions', model: 'session', key: one.session.id }}
                    >
                      {one.session.title}
                    </Link>
                  )}
                </td>
                <td>{one.lab}</td>
                <td className="amount">{one.file_size === null ? '' : inBytes(one.file_size)}</td>
                <td>
                  {one.copies
                    .map(({ repository, exists }) => `${repository} (${exists ? 'there, personal' : 'expected'})`)
                    .join(', ') || 'none'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {hasNextPage && (
          <Button variant="default" mt={8} loading={isFetching} onClick={() => void fetchNextPage()}>
            More
          </Button>
        )}
      </section>
    </div>
  )
}
