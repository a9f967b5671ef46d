import { type DataSum, dataTotals } from '@alyx/client'
import { Button, Group, Loader, Text, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ago, inBytes, inThousands } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { queryClient } from '../server/queries.ts'

const TOTALS = ['data totals']

/** How much data there is, by whom and where. */
export function TotalsView() {
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
      <table hidden={rows.length === 0}>
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
