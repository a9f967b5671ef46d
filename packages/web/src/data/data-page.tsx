import { type DataSum, dataTotals, missingDatasets } from '@alyx/client'
import { Button, Group, Loader, Tabs, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ago, inBytes, inThousands } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { queryClient } from '../server/queries.ts'
import './data.css'

const route = getRouteApi('/signed-in/files')
const MISSING_PAGE = 100

/** How much data there is, where it lies, and which of it nobody reaches. */
export function DataPage() {
  const { view = 'totals' } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <div className="page">
      <Title order={1}>Files</Title>
      <Tabs
        value={view}
        keepMounted={false}
        onChange={(next) => void navigate({ search: next && next !== 'totals' ? { view: next } : {} })}
      >
        <Tabs.List>
          <Tabs.Tab value="totals">How much there is</Tabs.Tab>
          <Tabs.Tab value="missing">Missing copies</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="totals" pt="sm">
          <Totals />
        </Tabs.Panel>
        <Tabs.Panel value="missing" pt="sm">
          <Missing />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}

const TOTALS = ['data totals']

function Totals() {
  const { data, error } = useQuery({ queryKey: TOTALS, queryFn: () => dataTotals(client.connection) })
  const again = useMutation({
    mutationFn: () => dataTotals(client.connection, true),
    onSuccess: (fresh) => queryClient.setQueryData(TOTALS, fresh),
  })
  if (error) return <Text role="alert">{error.message}</Text>
  if (!data) return <Loader size="sm" aria-label="Working out the sums" />
  const { all, labs, projects, types, repositories, months, missing } = data
  return (
    <>
      <Group gap="xs">
        <Text>
          <b>{inThousands(all.datasets)}</b> datasets, <b>{inBytes(all.bytes)}</b>; {inThousands(all.without_size)} of
          unknown size; {inThousands(missing)} without a copy that everybody reaches.
        </Text>
        <Text size="sm" className="soft">
          Worked out {ago(data.as_of)}.
        </Text>
        <Button size="compact-sm" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
          Work it out now
        </Button>
      </Group>
      {again.error && <Text role="alert">{again.error.message}</Text>}
      <div className="sums">
        <Sums title="Laboratories" rows={labs} model="misc.lab" />
        <Sums title="Projects" rows={projects} model="subjects.project" />
        <Sums title="Types" rows={types} model="data.datasettype" />
        <Sums title="Repositories" rows={repositories} model="data.datarepository" />
        <Sums title="Months" rows={months.map(({ month, ...sum }) => ({ id: null, title: month, ...sum })).reverse()} />
      </div>
    </>
  )
}

function Sums({
  title,
  rows,
  model,
}: {
  readonly title: string
  readonly rows: readonly DataSum[]
  readonly model?: string
}) {
  const most = Math.max(...rows.map(({ bytes }) => bytes), 1)
  const [app = '', name = ''] = model?.split('.') ?? []
  return (
    <section className="card" aria-label={title}>
      <Title order={2}>{title}</Title>
      {rows.length === 0 && <Text size="sm">No datasets yet.</Text>}
      <table>
        <thead>
          <tr>
            <th>Name</th>
            <th className="amount">Datasets</th>
            <th className="amount">Size</th>
            <th>Share of the largest</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, title: of, datasets, bytes }) => (
            <tr key={of}>
              <td>
                {id && model ? (
                  <Link to="/$app/$model/$key/change/" params={{ app, model: name, key: id }}>
                    {of}
                  </Link>
                ) : (
                  (of ?? 'none')
                )}
              </td>
              <td className="amount">{inThousands(datasets)}</td>
              <td className="amount">{inBytes(bytes)}</td>
              <td>
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={(bytes / most) * 100} height="10" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Missing() {
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
