import { type ActionAnswer, actOnTasks, type TaskAction, type TaskFilter } from '@alyx/client'
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../server/client.ts'
import { forgetRows } from '../server/queries.ts'
import { ofTasks } from './queries.ts'

/** Which tasks something is done to. */
export type Chosen = { readonly tasks: readonly string[] } | { readonly filter: TaskFilter }

const WORDS: Readonly<Record<Exclude<TaskAction, 'abandon'>, { readonly button: string; readonly about: string }>> = {
  retry: {
    button: 'Run again',
    about: 'Those that ended without success go into the queue again; their logs begin anew.',
  },
  reset: { button: 'Run anew', about: 'Whatever they came to: they go into the queue again, with an empty log.' },
  cancel: { button: 'Cancel', about: 'They are not run; those that run are asked to stop.' },
  hold: {
    button: 'Hold',
    about:
      'Those that wait are not begun until somebody runs them anew. Tasks with parents are held by a pause instead.',
  },
}
type Offered = keyof typeof WORDS

/** What changes anything about a task in a state. */
const FITTING: Readonly<Record<string, readonly Offered[]>> = {
  Waiting: ['cancel', 'hold'],
  Held: ['reset', 'cancel'],
  Started: ['cancel', 'reset'],
  Errored: ['retry'],
  Abandoned: ['retry'],
  Empty: ['retry'],
  Incomplete: ['reset'],
  Complete: ['reset'],
}
const ALL = Object.keys(WORDS) as Offered[]
/** What can be done to a task in a state; everything where the state is none of ours. */
export const actionsFor = (status: string): readonly Offered[] => FITTING[status] ?? ALL

/** `12 done, 3 forbidden` */
function outcomesInWords({ results, more }: ActionAnswer): string {
  const groups = [...Map.groupBy(results, ({ outcome }) => outcome)].map(
    ([outcome, ones]) => `${ones.length} ${outcome}`,
  )
  return `${groups.join(', ') || 'no task fits'}${more ? '; others fit besides' : ''}`
}

interface ActionsProps {
  readonly chosen: Chosen
  readonly offered: readonly Offered[]
  readonly onDone?: () => void
}

/** Buttons for what can be done to tasks; each tells first what would become of how many. */
export function TaskActions({ chosen, offered, onDone }: ActionsProps) {
  const [asked, setAsked] = useState<Offered>()
  return (
    <Group gap={6}>
      {offered.map((action) => (
        <Button key={action} size="compact-sm" variant="default" onClick={() => setAsked(action)}>
          {WORDS[action].button}
        </Button>
      ))}
      <Modal opened={asked !== undefined} onClose={() => setAsked(undefined)} title={asked && WORDS[asked].button}>
        {asked && (
          <Preview
            action={asked}
            chosen={chosen}
            onDone={() => {
              setAsked(undefined)
              onDone?.()
            }}
          />
        )}
      </Modal>
    </Group>
  )
}

function Preview({
  action,
  chosen,
  onDone,
}: {
  readonly action: Offered
  readonly chosen: Chosen
  readonly onDone: () => void
}) {
  const preview = useQuery({
    queryKey: ofTasks('preview', action, chosen),
    queryFn: () => actOnTasks(client.connection, { action, ...chosen, dry_run: true }),
    staleTime: 0,
  })
  const act = useMutation({
    mutationFn: () => actOnTasks(client.connection, { action, ...chosen }),
    onSuccess(answer) {
      forgetRows('jobs.task')
      notifications.show({ message: `${WORDS[action].button}: ${outcomesInWords(answer)}` })
      onDone()
    },
  })
  const count = preview.data?.results.filter(({ outcome }) => outcome === 'done' || outcome === 'asked to stop').length
  const error = preview.error ?? act.error
  return (
    <Stack>
      <Text size="sm">{WORDS[action].about}</Text>
      {preview.data && (
        <Text fw={600} aria-live="polite">
          This would be: {outcomesInWords(preview.data)}
        </Text>
      )}
      {error && (
        <Alert color="red" role="alert" title="Not done">
          {error.message}
        </Alert>
      )}
      <Group>
        <Button loading={act.isPending || preview.isPending} disabled={count === 0} onClick={() => act.mutate()}>
          {count === undefined
            ? WORDS[action].button
            : `${WORDS[action].button}: ${count} ${count === 1 ? 'task' : 'tasks'}`}
        </Button>
      </Group>
    </Stack>
  )
}
