import { drainWorker, endPause, type PauseScope, pauses, pauseTasks, workers } from '@alyx/client'
import { Button, Group, Loader, Select, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useDeed } from '../frame/use-deed.ts'
import { ago, inLocalTime } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { useMe } from '../server/queries.ts'

const LOOK_AGAIN_MS = 10_000
/** A machine that said nothing for so long is not there. */
const ALIVE_SECONDS = 120

/** Which machines there are, what they do, and what is held back. */
export function MachinesView() {
  return (
    <>
      <Machines />
      <Pauses />
    </>
  )
}

function Machines() {
  const me = useMe()
  const { data, error } = useQuery({
    queryKey: ['workers'],
    queryFn: () => workers(client.connection),
    refetchInterval: LOOK_AGAIN_MS,
  })
  const drain = useDeed(
    ({ id, drained }: { id: string; drained: boolean }) => drainWorker(client.connection, id, drained),
    'The machine will hear it with its next question.',
    'workers',
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
    <section className="card panel wide" aria-label="Machines" tabIndex={0}>
      <Title order={2}>Machines</Title>
      {error && <Text role="alert">{error.message}</Text>}
      {!data && !error && <Loader size="sm" aria-label="Reading" />}
      {data?.length === 0 && (
        <Text size="sm">No machine ever asked for tasks. Start a worker on one: the guide to tasks says how.</Text>
      )}
      {data && data.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>Machine</th>
              <th>State</th>
              <th className="amount">Running</th>
              <th>Runs</th>
              <th>Of</th>
              <th>Has</th>
              <th>Last heard</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {data.map((one) => {
              const there = one.seconds_silent < ALIVE_SECONDS
              return (
                <tr key={one.id}>
                  <td>
                    {one.name}
                    <div className="soft">{[one.host, one.user, one.kind].filter(Boolean).join(' · ')}</div>
                  </td>
                  <td>
                    {there
                      ? one.drained
                        ? 'finishes, gets no more'
                        : one.running >= one.slots
                          ? 'full'
                          : 'free'
                      : 'silent'}
                  </td>
                  <td className="amount">
                    {one.running} of {one.slots}
                  </td>
                  <td className="words">{one.executables.join(', ')}</td>
                  <td className="words">{[...one.labs, ...one.repositories].join(', ') || 'all labs'}</td>
                  <td>
                    {[
                      one.cpu !== null && `${one.cpu} cores`,
                      one.gpu ? `${one.gpu} GPU` : false,
                      one.ram_gb !== null && `${one.ram_gb} GB`,
                      ...one.labels,
                    ]
                      .filter(Boolean)
                      .join(', ')}
                  </td>
                  <td>{ago(one.last_seen)}</td>
                  <td>
                    {(me.is_superuser || one.user === me.username) && (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={`${one.drained ? 'Give tasks again to' : 'Drain'} ${one.name}`}
                        onClick={() => drain.mutate({ id: one.id, drained: !one.drained })}
                      >
                        {one.drained ? 'Give tasks again' : 'Drain'}
                      </Button>
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </section>
  )
}

const SCOPES: readonly { readonly value: PauseScope; readonly label: string }[] = [
  { value: 'graph', label: 'a graph' },
  { value: 'lab', label: 'a laboratory' },
  { value: 'executable', label: 'a program' },
  { value: 'repository', label: 'a repository' },
  { value: 'all', label: 'everything' },
]

function Pauses() {
  const { data = [], error } = useQuery({
    queryKey: ['pauses'],
    queryFn: () => pauses(client.connection),
    refetchInterval: LOOK_AGAIN_MS,
  })
  const [scope, setScope] = useState<PauseScope>('graph')
  const [value, setValue] = useState('')
  const [reason, setReason] = useState('')
  const begin = useDeed(
    () => pauseTasks(client.connection, { scope, ...(scope !== 'all' && { value }), ...(reason && { reason }) }),
    'Nothing more of that is begun. What runs goes on.',
    'pauses',
  )
  const end = useDeed((key: string) => endPause(client.connection, key), 'It goes on.', 'pauses')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
    <section className="card panel wide" aria-label="Pauses" tabIndex={0}>
      <Title order={2}>Held back</Title>
      {error && <Text role="alert">{error.message}</Text>}
      {data.length === 0 ? (
        <Text size="sm">Nothing is held back.</Text>
      ) : (
        <table className="plain">
          <thead>
            <tr>
              <th>What</th>
              <th>Why</th>
              <th>Since</th>
              <th>Until</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {data.map((one) => (
              <tr key={one.id}>
                <td>{one.scope === 'all' ? 'everything' : `${one.scope} ${one.value}`}</td>
                <td className="words">{one.reason}</td>
                <td>
                  {inLocalTime(one.at)} {one.by}
                </td>
                <td>{one.until === null ? 'somebody ends it' : inLocalTime(one.until)}</td>
                <td>
                  <Button size="compact-sm" variant="default" onClick={() => end.mutate(one.id)}>
                    Go on
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          begin.mutate(undefined)
        }}
      >
        <Group align="flex-end" gap="xs" mt={10}>
          <Select
            label="Hold back"
            allowDeselect={false}
            data={SCOPES}
            value={scope}
            onChange={(next) => setScope((next ?? 'graph') as PauseScope)}
          />
          {scope !== 'all' && (
            <TextInput
              label="Its name"
              required
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          )}
          <TextInput label="Why" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <Button type="submit" variant="default" loading={begin.isPending}>
            Pause
          </Button>
        </Group>
        <Text size="xs" className="soft" mt={4}>
          For staff. What runs goes on; nothing more is begun until somebody ends the pause.
        </Text>
      </form>
    </section>
  )
}
