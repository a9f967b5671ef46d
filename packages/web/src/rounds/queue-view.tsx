import { Alert, Badge, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { describe } from './entries.ts'
import type { Queued, State } from './queue.ts'
import type { RoundQueue } from './use-queue.ts'

const STATES: Readonly<Record<State, readonly [word: string, colour: string]>> = {
  waiting: ['waits for the connection', 'orange'],
  recorded: ['recorded', 'teal'],
  conflict: ['to be decided', 'red'],
  refused: ['refused', 'red'],
}

const clock = (moment: string): string =>
  new Date(moment).toLocaleString(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' })

/** Every entry of this browser and what became of it; whatever the server would not take is decided here. */
export function QueueView({ queue, onClose }: { readonly queue: RoundQueue; readonly onClose: () => void }) {
  const rest = queue.entries.filter(({ state }) => state === 'waiting' || state === 'recorded').toReversed()
  return (
    <Modal opened onClose={onClose} title="What you entered" size="lg">
      <Stack>
        {queue.trouble && (
          <Alert color="orange" title={`${queue.waiting} not sent yet`}>
            {queue.trouble} They are kept on this device and sent as soon as it can be reached, also after you closed
            the page.
            <Button mt="xs" variant="default" onClick={queue.send}>
              Try now
            </Button>
          </Alert>
        )}
        {queue.foreign > 0 && (
          <Alert color="orange" title={`${queue.foreign} of somebody else`}>
            They were entered here under another name, and are sent when that person signs in on this device.
          </Alert>
        )}
        {queue.undecided.map((one) => (
          <Undecided key={one.entry.id} queued={one} queue={queue} />
        ))}
        {queue.entries.length === 0 && (
          <Text c="dimmed">Nothing yet. Whatever you enter is listed here for a day.</Text>
        )}
        <ul className="entries">
          {rest.map(({ entry, title, state, said }) => (
            <li key={entry.id}>
              <span>
                <b>{title}</b> {describe(entry)} <span className="soft">{clock(entry.at)}</span>
              </span>
              <Badge variant="light" tt="none" color={STATES[state][1]}>
                {said?.outcome === 'repeated' && said.removed ? 'removed by somebody' : STATES[state][0]}
              </Badge>
            </li>
          ))}
        </ul>
      </Stack>
    </Modal>
  )
}

function Undecided({ queued, queue }: { readonly queued: Queued; readonly queue: RoundQueue }) {
  const { entry, title, said } = queued
  if (said?.outcome !== 'conflict' && said?.outcome !== 'refused') return null
  const mayConfirm = said.outcome === 'conflict' && said.why !== 'other values'
  return (
    <Alert color="red" title={`${title}: ${describe(entry)}, ${clock(entry.at)}`}>
      <Text size="sm">{said.message}</Text>
      {said.outcome === 'conflict' && said.others.length > 0 && (
        <ul className="others">
          {said.others.map((other) => (
            <li key={other.id}>
              There is:{' '}
              {other.amount === null ? 'free water' : `${other.amount} ${entry.kind === 'weighing' ? 'g' : 'mL'}`},{' '}
              {clock(other.at)}
              {other.user && `, by ${other.user}`}
            </li>
          ))}
        </ul>
      )}
      <Group gap="xs" mt="xs">
        {mayConfirm && (
          <Button variant="default" onClick={() => void queue.confirm(queued)}>
            Record mine as well
          </Button>
        )}
        <Button variant="default" onClick={() => void queue.drop([entry.id])}>
          {mayConfirm ? 'Keep what is there' : 'I have read it'}
        </Button>
      </Group>
    </Alert>
  )
}
