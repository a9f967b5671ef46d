import { forgetUnknownParameters, unknownParameters } from '@alyx/client'
import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Panel } from '../frame/panel.tsx'
import { useDeed } from '../frame/use-deed.ts'
import { inLocalTime, inThousands } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { Answer, WideTable } from './answer.tsx'

const LIST = ['administration', 'unknown-parameters']

/** Parameters that programs send and nobody reads, and whose programs they are. */
export function ParametersView() {
  const found = useQuery({ queryKey: LIST, queryFn: () => unknownParameters(client.connection) })
  const forget = useDeed(
    () => forgetUnknownParameters(client.connection),
    'Forgotten. Those that are still sent will come again.',
    ...LIST,
  )
  return (
    <Panel
      title="Parameters that programs send and the server does not know"
      beside={
        <Button
          variant="default"
          loading={forget.isPending}
          disabled={!found.data?.length}
          onClick={() => forget.mutate()}
        >
          Forget
        </Button>
      }
    >
      <Text size="sm" mb={8}>
        Alyx passes over such a parameter: it filters nothing, and whoever sends it gets more rows than they think.
      </Text>
      <Answer of={found}>
        {(all) =>
          all.length === 0 ? (
            <Text size="sm">None: every program asks for what there is.</Text>
          ) : (
            <WideTable label="Unknown parameters">
              <thead>
                <tr>
                  <th>Address</th>
                  <th>Parameter</th>
                  <th>Probably meant</th>
                  <th className="number">Requests</th>
                  <th>From</th>
                  <th>Last</th>
                </tr>
              </thead>
              <tbody>
                {all.map(({ path, parameter, nearest, requests, people, last_at }) => (
                  <tr key={`${path} ${parameter}`}>
                    <td>
                      <code>{path}</code>
                    </td>
                    <td>
                      <code>{parameter}</code>
                    </td>
                    <td>{nearest ? <code>{nearest}</code> : <span className="soft">nothing is near</span>}</td>
                    <td className="number">{inThousands(requests)}</td>
                    <td className="words">{people.map(({ id, title }) => title ?? id).join(', ')}</td>
                    <td className="moment">{inLocalTime(last_at)}</td>
                  </tr>
                ))}
              </tbody>
            </WideTable>
          )
        }
      </Answer>
    </Panel>
  )
}
