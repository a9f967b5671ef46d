import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Panel } from '../frame/panel.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { bytesInWords } from '../kinds/bytes.ts'
import { asText } from '../kinds/index.ts'
import { verdictOfLevel } from '../kinds/verdict.ts'
import { VerdictSign } from '../kinds/verdict-sign.tsx'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'

const DATASET = 'data.dataset'
const MOST_ROWS = 200

interface RecordedDatasetsProps {
  /** Way back from datasets to what was recorded: `probe_insertion`. */
  readonly by: 'probe_insertion' | 'field_of_view'
  readonly rowKey: string
  /** How many there are. */
  readonly count: number
}

/** Datasets of an insertion or a field of view. */
export function RecordedDatasets({ by, rowKey, count }: RecordedDatasetsProps) {
  useLive(DATASET)
  const { data, error } = useQuery({
    queryKey: ['list', DATASET, by, rowKey],
    queryFn: () =>
      client.list(DATASET, {
        [by]: rowKey,
        fields: 'name,collection,file_size,qc',
        ordering: 'collection,name',
        limit: String(MOST_ROWS),
      }),
    enabled: count > 0,
  })
  const results = data?.results ?? []
  return (
    <Panel
      title="Datasets"
      beside={
        count > 0 && (
          <span className="plain-links">
            <Link to="/$app/$model/" params={{ app: 'data', model: 'dataset' }} search={{ [by]: rowKey }}>
              All {count} as a list
            </Link>
          </span>
        )
      }
    >
      {error && <Alert color="red" title={error.message} />}
      {count === 0 && (
        <Text c="dimmed" size="sm">
          None. Datasets of the session belong here by themselves when their collection contains the name.
        </Text>
      )}
      {results.length > 0 && (
        <div className="wide-content plain-links">
          <table className="values">
            <thead>
              <tr>
                <th scope="col">Dataset</th>
                <th scope="col">Collection</th>
                <th scope="col" className="number">
                  Size
                </th>
                <th scope="col">QC</th>
              </tr>
            </thead>
            <tbody>
              {results.map((row) => (
                <tr key={row.id}>
                  <td>
                    <ToRow model={DATASET} id={row.id}>
                      {asText(row.name)}
                    </ToRow>
                  </td>
                  <td className="soft">{asText(row.collection)}</td>
                  <td className="number">{bytesInWords(row.file_size as number | null)}</td>
                  <td>
                    <VerdictSign verdict={verdictOfLevel(row.qc as number)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {count > results.length && (
            <Text size="xs" c="dimmed" mt="xs">
              The first {results.length}; the list has all.
            </Text>
          )}
        </div>
      )}
    </Panel>
  )
}
