import { launchStep, Problem, type SessionStep } from '@alyx/client'
import { Alert, Button, Drawer, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Facts, Several } from '../frame/facts.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { asText, shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { forgetRows, rowQuery } from '../server/queries.ts'
import { StepState } from './step-state.tsx'

const TASK = 'jobs.task'
const WORKERS: Readonly<Record<SessionStep['worker'], string>> = {
  none: 'no machine that is there runs it',
  busy: 'machines that run it are busy',
  free: 'a machine is free for it',
}

interface StepDrawerProps {
  readonly session: string
  readonly step: SessionStep | undefined
  readonly onClose: () => void
  readonly onOpen: (step: string) => void
}

/** One step: how far it is, what it said, and the ways to have it run. */
export function StepDrawer({ session, step, onClose, onOpen }: StepDrawerProps) {
  return (
    <Drawer
      opened={step !== undefined}
      onClose={onClose}
      position="right"
      size="xl"
      lockScroll={false}
      title={step?.name ?? ''}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {step && <StepFacts key={step.task?.id ?? step.name} session={session} step={step} onOpen={onOpen} />}
    </Drawer>
  )
}

/** What people may do with a task in a state, and what that is called. */
const ACTS: Readonly<Record<string, readonly [action: string, words: string]>> = {
  Waiting: ['cancel', 'Do not run it'],
  Held: ['cancel', 'Do not run it'],
  Started: ['cancel', 'Stop it'],
}
const AGAIN = ['reset', 'Run it again'] as const

function StepFacts({
  session,
  step,
  onOpen,
}: {
  readonly session: string
  readonly step: SessionStep
  readonly onOpen: (step: string) => void
}) {
  const { task, name } = step
  const { data } = useQuery({ ...rowQuery(TASK, task?.id ?? ''), enabled: task !== null })
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const may = data?.row.$rights?.change !== false
  const [action, words] = ACTS[task?.status ?? ''] ?? AGAIN
  const act = async (what: () => Promise<string | undefined>) => {
    setBusy(true)
    setProblem(undefined)
    try {
      const refusal = await what()
      setProblem(refusal)
      if (refusal === undefined) notifications.show({ message: `${words}: told the queue` })
      forgetRows(TASK)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      setProblem(error.message)
    } finally {
      setBusy(false)
    }
  }
  const log = asText(data?.row.log)
  return (
    <div className="stack plain-links">
      <Facts
        facts={[
          ['State', <StepState key="state" step={step} />],
          ['Since', task && shownMoment(task.changed)],
          ['Version', asText(data?.row.version)],
          ['Needs attention', task?.attention],
          ['It says', task?.message],
          ['Machines', WORKERS[step.worker]],
          ['Tasks of this name', step.tasks > 1 && `${step.tasks}, this is the newest`],
          [
            'Requires',
            step.requires.length > 0 && (
              <Several>
                {step.requires.map((one) => (
                  <button key={one} type="button" className="as-link" onClick={() => onOpen(one)}>
                    {one}
                  </button>
                ))}
              </Several>
            ),
          ],
          ['Does', step.docstring],
        ]}
      />
      {problem && (
        <Alert color="red" title="Not done" role="alert">
          {problem}
        </Alert>
      )}
      <Group gap="xs">
        {task && data && may && (
          <Button
            loading={busy}
            variant={action === 'cancel' ? 'default' : 'filled'}
            onClick={() =>
              void act(async () => {
                const { body } = await client.connection.send<{ results: readonly { readonly outcome: string }[] }>(
                  '/jobs/actions',
                  { method: 'POST', body: { action, tasks: [task.id] } },
                )
                const outcome = body.results[0]?.outcome
                return outcome === 'forbidden' || outcome === 'missing' || outcome === 'nothing to do'
                  ? REFUSALS[outcome]
                  : undefined
              })
            }
          >
            {words}
          </Button>
        )}
        {!task && step.pipe !== null && name !== null && (
          <Button
            loading={busy}
            onClick={() =>
              void act(async () => {
                await launchStep(client.connection, session, name)
                return undefined
              })
            }
          >
            Run it, and what it requires
          </Button>
        )}
        {task && (
          <ToRow model={TASK} id={task.id}>
            Open the task
          </ToRow>
        )}
      </Group>
      {data && !may && (
        <Text size="sm" c="dimmed">
          Having it run again is for the people of the session and of its lab.
        </Text>
      )}
      {task && (
        <div>
          <h3>Log</h3>
          {log === '' ? (
            <p className="soft">It has said nothing yet.</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is walked through with the keyboard
            <pre tabIndex={0} className="log">
              {log}
            </pre>
          )}
        </div>
      )}
    </div>
  )
}

const REFUSALS = {
  forbidden: 'This is for the people of the session and of its lab.',
  missing: 'The task is gone.',
  'nothing to do': 'There was nothing to do: its state has changed meanwhile.',
} as const
