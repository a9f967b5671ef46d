import { type SessionOverview, type SessionPipeline, sessionPipelines } from '@alyx/client'
import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Panel } from '../frame/panel.tsx'
import { useAddress } from '../frame/use-address.ts'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { LogDrawer } from '../tasks/log-drawer.tsx'
import { ofTasks } from '../tasks/queries.ts'
import { StepFacts } from './step-facts.tsx'
import { StepGraph } from './step-graph.tsx'

const TASK = 'jobs.task'

const wordsOf = ({ steps }: SessionPipeline): string => {
  const counts = Map.groupBy(steps, ({ task }) => task?.status ?? 'not asked for')
  return [...counts].map(([status, ones]) => `${ones.length} ${status.toLowerCase()}`).join(', ')
}

/** How the address says which step; tasks of programs may have no name. */
const wordOf = (name: string | null): string => name || '-'

/** What was or can be run on the data of a session, pipeline by pipeline. */
export default function Tasks({ session }: { readonly session: SessionOverview }) {
  useLive(TASK)
  const { data, error } = useQuery({
    queryKey: ofTasks('pipelines', session.id),
    queryFn: () => sessionPipelines(client.connection, session.id),
  })
  // Pipelines may have steps of the same name.
  const [{ pipeline: chosen, step: opened }, change] = useAddress()
  const open = (pipeline?: string, step?: string) => change({ pipeline, step })
  const steps = data?.find(({ name }) => name === (chosen ?? null))?.steps
  const step = steps?.find(({ name }) => wordOf(name) === opened)
  if (error)
    return (
      <Alert color="red" title="The tasks cannot be shown">
        {error.message}
      </Alert>
    )
  return (
    <div className="stack">
      {data?.length === 0 && (
        <div className="card panel">
          <Text>Nothing is to be run on this session.</Text>
          <Text c="dimmed" size="sm">
            Rigs and pipelines ask for tasks when a session ends: ibllib makes them when it registers the session, other
            programs with <code>POST /api/v1/jobs/graphs</code>. They appear here, with their logs, as machines run
            them.
          </Text>
        </div>
      )}
      {data?.map((pipeline) => (
        <Panel
          key={pipeline.name ?? ''}
          title={pipeline.name ?? 'Tasks without a pipeline'}
          beside={<span className="soft">{wordsOf(pipeline)}</span>}
        >
          <StepGraph
            steps={pipeline.steps}
            chosen={step && pipeline.steps === steps ? (step.name ?? '') : undefined}
            onChoose={(name) => open(pipeline.name ?? undefined, wordOf(name))}
          />
        </Panel>
      ))}
      <LogDrawer task={step?.task?.id} title={step?.name ?? 'Step without a name'} onClose={() => open()}>
        {step && (
          <StepFacts
            key={step.task?.id ?? step.name}
            session={session.id}
            step={step}
            onOpen={(name) => open(chosen, name)}
          />
        )}
      </LogDrawer>
    </div>
  )
}
