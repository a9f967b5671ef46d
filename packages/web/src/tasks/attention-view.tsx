import { type AttentionGroup, tasksNeedingAttention } from '@alyx/client'
import { Button, Group, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ago } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { type Chosen, TaskActions } from './actions.tsx'
import type { TasksViewProps } from './address.ts'
import { ofTasks } from './queries.ts'

/** All of a group: by what they have in common, or by their keys where something of that has no name. */
function chosenOf({ name, graph, error_type, tasks, count }: AttentionGroup): Chosen {
  if (name !== null && graph !== null && error_type !== null)
    return { filter: { name, graph, error_type, attention: true } }
  return count <= tasks.length
    ? { tasks }
    : {
        filter: {
          attention: true,
          ...(name !== null && { name }),
          ...(graph !== null && { graph }),
          ...(error_type !== null && { error_type }),
        },
      }
}

/** Tasks that failed for good, those that failed alike together. */
export function AttentionView({ onLog }: TasksViewProps) {
  const { data, error } = useQuery({
    queryKey: ofTasks('attention'),
    queryFn: () => tasksNeedingAttention(client.connection),
  })
  if (error) return <Text role="alert">{error.message}</Text>
  if (!data) return <Loader size="sm" aria-label="Reading" />
  if (data.length === 0)
    return (
      <div className="card panel">
        <Text>Nothing failed for good. Tasks that do are gathered here by their step and what went wrong.</Text>
      </div>
    )
  return (
    <section className="card panel wide" aria-label="Failures">
      <table className="plain">
        <thead>
          <tr>
            <th className="amount">Tasks</th>
            <th>Step</th>
            <th>What went wrong</th>
            <th>Newest</th>
            <th>What to do</th>
          </tr>
        </thead>
        <tbody>
          {data.map((group) => (
            <tr key={`${group.graph} ${group.name} ${group.error_type}`}>
              <td className="amount">{group.count}</td>
              <td>
                {group.name ?? '(no name)'}
                <div className="soft">{group.graph}</div>
              </td>
              <td className="words">
                <b>{group.error_type ?? 'unknown'}</b>
                <div>{group.error_message}</div>
              </td>
              <td>{ago(group.newest)}</td>
              <td>
                <Group gap={6} wrap="nowrap">
                  <Button size="compact-sm" variant="subtle" onClick={() => onLog(group.tasks[0]!)}>
                    Newest log
                  </Button>
                  <TaskActions chosen={chosenOf(group)} offered={['retry', 'cancel']} />
                </Group>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
