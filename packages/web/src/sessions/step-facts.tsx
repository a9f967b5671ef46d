import { launchStep, type SessionStep } from '@alyx/client'
import { Alert, Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Facts, Several } from '../frame/facts.tsx'
import { asText, shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { forgetRows, rowQuery } from '../server/queries.ts'
import { actionsFor, TaskActions } from '../tasks/actions.tsx'
import { TaskState } from '../tasks/task-state.tsx'

const TASK = 'jobs.task'
const WORKERS: Readonly<Record<SessionStep['worker'], string>> = {
  none: 'no machine that is there runs it',
  busy: 'machines that run it are busy',
  free: 'a machine is free for it',
}

interface StepFactsProps {
  readonly session: string
  readonly step: SessionStep
  readonly onOpen: (step: string) => void
}

/** What is known of a step of a pipeline, and the ways to have it run. */
export function StepFacts({ session, step, onOpen }: StepFactsProps) {
  const { task, name, pipe } = step
  const { data } = useQuery({ ...rowQuery(TASK, task?.id ?? ''), enabled: task !== null })
  const may = data?.row.$rights?.change !== false
  return (
    <div className="stack plain-links">
      <Facts
        facts={[
          ['State', !task && <TaskState key="state" status={undefined} />],
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
      {task && data && may && <TaskActions chosen={{ tasks: [task.id] }} offered={actionsFor(task.status)} />}
      {!task && pipe !== null && name !== null && <Launch session={session} step={name} />}
      {data && !may && (
        <Text size="sm" c="dimmed">
          Having it run again is for the people of the session and of its lab.
        </Text>
      )}
    </div>
  )
}

function Launch({ session, step }: { readonly session: string; readonly step: string }) {
  const launch = useMutation({
    mutationFn: () => launchStep(client.connection, session, step),
    onSuccess() {
      forgetRows(TASK)
      notifications.show({ message: 'Asked for: machines take it when they have room' })
    },
  })
  return (
    <Group gap="xs">
      <Button loading={launch.isPending} onClick={() => launch.mutate()}>
        Run it, and what it requires
      </Button>
      {launch.error && (
        <Alert color="red" title="Not asked for" role="alert" w="100%">
          {launch.error.message}
        </Alert>
      )}
    </Group>
  )
}
