import { type SessionOverview, type SessionPipeline, sessionPipelines } from '@alyx/client'
import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAddressWord } from '../frame/address-word.ts'
import { Panel } from '../frame/panel.tsx'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { StepDrawer } from './step-drawer.tsx'
import { StepGraph } from './step-graph.tsx'

const TASK = 'jobs.task'

const wordsOf = ({ steps }: SessionPipeline): string => {
  const counts = Map.groupBy(steps, ({ task }) => task?.status ?? 'not asked for')
  return [...counts].map(([status, ones]) => `${ones.length} ${status.toLowerCase()}`).join(', ')
}

/** What was or can be run on the data of a session, pipeline by pipeline. */
export default function Tasks({ session }: { readonly session: SessionOverview }) {
  useLive(TASK)
  const { data, error } = useQuery({
    queryKey: ['list', TASK, 'pipelines', session.id],
    queryFn: () => sessionPipelines(client.connection, session.id),
  })
  const [opened, setOpened] = useAddressWord('step')
  const steps = data?.flatMap((pipeline) => pipeline.steps) ?? []
  const open = steps.find(({ name }) => name === opened)
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
          <StepGraph steps={pipeline.steps} chosen={opened} onChoose={setOpened} />
        </Panel>
      ))}
      <StepDrawer session={session.id} step={open} onClose={() => setOpened(undefined)} onOpen={setOpened} />
    </div>
  )
}
