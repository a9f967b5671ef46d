import { type Backup, backups, runSchedule } from '@alyx/client'
import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Panel } from '../frame/panel.tsx'
import { useDeed } from '../frame/use-deed.ts'
import { inBytes, inLocalTime, inThousands } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { queryClient } from '../server/queries.ts'
import { Answer, WideTable } from './answer.tsx'
import { Outcome } from './outcome.tsx'
import { isUnderWay, LOOK_AGAIN_MS, schedulesQuery } from './queries.ts'

const LIST = ['administration', 'backups']

/** The backups that there are, whether the newest was proved, and a button for one more. */
export function BackupsView() {
  const list = useQuery({ queryKey: LIST, queryFn: () => backups(client.connection), refetchInterval: LOOK_AGAIN_MS })
  const { data } = useQuery(schedulesQuery)
  const schedule = (name: string) => data?.results.find((one) => one.name === name)
  const making = schedule('backup')
  const checking = schedule('backup-check')
  const make = useDeed(
    () => runSchedule(client.connection, 'backup'),
    'A backup begins within seconds. The oldest goes when there are enough.',
    ...schedulesQuery.queryKey,
  )
  const check = useDeed(
    () => runSchedule(client.connection, 'backup-check'),
    'The newest backup is restored beside the database, compared, and dropped.',
    ...schedulesQuery.queryKey,
  )
  const madeAt = making?.last_run?.ended_at
  // A run that has ended left a backup that the list does not have.
  useEffect(() => {
    if (madeAt) void queryClient.invalidateQueries({ queryKey: LIST })
  }, [madeAt])
  return (
    <>
      <Panel
        title="Making and proving them"
        beside={
          <Button loading={make.isPending} disabled={!making || isUnderWay(making)} onClick={() => make.mutate()}>
            Back up now
          </Button>
        }
      >
        <dl className="runs">
          <dt>Last run of the schedule</dt>
          <dd>{making && <Outcome of={making} />}</dd>
          <dt>Last verification</dt>
          <dd>
            {checking && <Outcome of={checking} />}
            {checking && !checking.last_run && (
              <Text size="sm" c="dimmed">
                A backup that was never restored is a hope: the schedule backup-check restores the newest into a
                database of its own and compares it.
              </Text>
            )}
            <Button
              size="compact-sm"
              variant="default"
              mt={4}
              loading={check.isPending}
              disabled={!checking || isUnderWay(checking) || !list.data?.length}
              onClick={() => check.mutate()}
            >
              Verify the newest now
            </Button>
          </dd>
        </dl>
      </Panel>
      <Panel title="Backups">
        <Answer of={list}>
          {(all) =>
            all.length === 0 ? (
              <Text size="sm">
                There is none yet. The schedule makes one every night; “Back up now” makes one at once.
              </Text>
            ) : (
              <Table all={all} />
            )
          }
        </Answer>
        <Text size="xs" c="dimmed" mt={8}>
          They are put back on the machine of the server: <code>alyx restore NAME</code>. Copy them to another machine.
        </Text>
      </Panel>
    </>
  )
}

const Table = ({ all }: { readonly all: readonly Backup[] }) => (
  <WideTable label="Backups">
    <thead>
      <tr>
        <th>Made</th>
        <th className="number">Rows</th>
        <th className="number">Size</th>
        <th>Pictures</th>
        <th>pg_dump inside</th>
        <th>Alyx</th>
        <th>Name</th>
      </tr>
    </thead>
    <tbody>
      {all.map(({ name, made_at, rows, bytes, media, dump, alyx }) => (
        <tr key={name}>
          <td className="moment">{inLocalTime(made_at)}</td>
          <td className="number">{inThousands(rows)}</td>
          <td className="number">{inBytes(bytes)}</td>
          <td>{media.kind === 'folder' ? inThousands(media.files) : `not inside (${media.kind})`}</td>
          <td>{dump ? `yes, ${dump}` : 'no'}</td>
          <td>{alyx}</td>
          <td className="words">{name}</td>
        </tr>
      ))}
    </tbody>
  </WideTable>
)
