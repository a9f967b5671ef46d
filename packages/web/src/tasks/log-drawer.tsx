import type { TaskAttempt } from '@alyx/client'
import { Drawer, Group, Loader, Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { ago, inSeconds } from '../kinds/amounts.ts'
import { asText } from '../kinds/index.ts'
import { rowQuery } from '../server/queries.ts'
import './log.css'
import { AttemptLog, RecordedLog } from './log-view.tsx'
import { taskQuery } from './queries.ts'
import { TaskState } from './task-state.tsx'

/** `2 · failed · 5 min ago · rack-1` */
const attemptWords = ({ number, outcome, ended_at, claimed_at, worker }: TaskAttempt): string =>
  [`Attempt ${number}`, outcome ?? 'running', ago(ended_at ?? claimed_at), worker].filter(Boolean).join(' · ')

interface LogDrawerProps {
  /** Key of the task; none while the drawer is closed. */
  readonly task: string | undefined
  readonly onClose: () => void
  /** What it is called, and what is told of it before its log. */
  readonly title?: string
  readonly children?: ReactNode
}

/** What a task printed, beside the page that it was opened from. */
export function LogDrawer({ task, onClose, title, children }: LogDrawerProps) {
  return (
    <Drawer
      opened={task !== undefined || Boolean(children)}
      onClose={onClose}
      position="right"
      size="min(920px, 100vw)"
      lockScroll={false}
      className="log-drawer"
      title={title ?? 'Log'}
      closeButtonProps={{ 'aria-label': 'Close the log' }}
    >
      {children}
      {task !== undefined && <TaskLog key={task} task={task} named={title !== undefined} />}
    </Drawer>
  )
}

interface TaskLogProps {
  readonly task: string
  /** Its name stands above already. */
  readonly named?: boolean
}

/** The logs of all attempts at a task, the newest shown first. */
export function TaskLog({ task, named = false }: TaskLogProps) {
  const { data: view, error } = useQuery(taskQuery(task))
  const [chosen, setChosen] = useState<string>()
  if (error) return <Text role="alert">{error.message}</Text>
  if (!view) return <Loader size="sm" aria-label="Reading" />
  const attempt = view.attempts.find(({ id }) => id === chosen) ?? view.attempts[0]
  return (
    <>
      <Group gap="xs">
        <Text fw={600}>
          <Link to="/$app/$model/$key/change/" params={{ app: 'jobs', model: 'task', key: task }}>
            {named ? 'Open the task' : (view.name ?? 'Task without a name')}
          </Link>
        </Text>
        <TaskState status={view.status} />
        {attempt?.elapsed_seconds != null && <Text size="sm">{inSeconds(attempt.elapsed_seconds)}</Text>}
        {view.attempts.length > 1 && (
          <Select
            size="xs"
            w={320}
            aria-label="Attempt"
            allowDeselect={false}
            data={view.attempts.map((one) => ({ value: one.id, label: attemptWords(one) }))}
            value={attempt?.id ?? null}
            onChange={(id) => setChosen(id ?? undefined)}
          />
        )}
      </Group>
      {attempt?.error_message && (
        <Text size="sm" c="var(--bad)" lineClamp={4}>
          {[attempt.error_type, attempt.error_message].filter(Boolean).join(': ')}
        </Text>
      )}
      {attempt && attempt.log_bytes + Number(attempt.ended_at === null) > 0 ? (
        <AttemptLog key={attempt.id} attempt={attempt.id} />
      ) : (
        <Recorded task={task} />
      )}
    </>
  )
}

/** Programs that poll send no log by pieces: what they wrote stands in the record of the task. */
function Recorded({ task }: { readonly task: string }) {
  const { data } = useQuery(rowQuery('jobs.task', task))
  if (!data) return <Loader size="sm" aria-label="Reading" />
  const text = asText(data.row.log)
  return text === '' ? (
    <Text size="sm" className="soft">
      Nothing was printed: no machine has begun this task yet, or the one that did kept its output to itself.
    </Text>
  ) : (
    <RecordedLog text={text} />
  )
}
