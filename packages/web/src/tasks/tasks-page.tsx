import { Group, Select, Tabs, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useLive } from '../server/live.ts'
import { choicesQuery } from '../server/queries.ts'
import type { TasksAddress, TasksViewProps } from './address.ts'
import { AttentionView } from './attention-view.tsx'
import { LogDrawer } from './log-drawer.tsx'
import { MachinesView } from './machines-view.tsx'
import { MatrixView } from './matrix-view.tsx'
import { StatisticsView } from './statistics-view.tsx'
import { TASK_STATES } from './task-state.tsx'
import './tasks.css'

const PERIODS = [
  { value: '1', label: 'changed today' },
  { value: '7', label: 'changed in 7 days' },
  { value: '30', label: 'changed in 30 days' },
  { value: '365', label: 'changed in a year' },
]
const route = getRouteApi('/signed-in/tasks')

/** All processing of the laboratory: how far it is, what failed, how long it takes, and which machines do it. */
export function TasksPage() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const [log, setLog] = useState<string>()
  useLive('jobs.task')
  const onAddress = (changes: TasksAddress) => {
    const next = Object.entries({ ...address, ...changes }).filter(([, value]) => value)
    void navigate({ search: Object.fromEntries(next) as TasksAddress })
  }
  const given = { address, onAddress, onLog: setLog }
  const { view = 'matrix' } = address
  return (
    <div className="page">
      <div>
        <Title order={1}>Tasks</Title>
        <Text size="sm" c="dimmed">
          Steps of processing, and the machines that run them. What you see changes as they work.
        </Text>
      </div>
      <Tabs
        value={view}
        onChange={(next) => onAddress({ view: next === 'matrix' ? '' : (next ?? '') })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="matrix">Progress</Tabs.Tab>
          <Tabs.Tab value="attention">Needs attention</Tabs.Tab>
          <Tabs.Tab value="statistics">Statistics</Tabs.Tab>
          <Tabs.Tab value="machines">Machines and pauses</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="matrix" pt="sm">
          <Filters {...given} />
          <MatrixView {...given} />
        </Tabs.Panel>
        <Tabs.Panel value="attention" pt="sm">
          <AttentionView {...given} />
        </Tabs.Panel>
        <Tabs.Panel value="statistics" pt="sm">
          <StatisticsView {...given} />
        </Tabs.Panel>
        <Tabs.Panel value="machines" pt="sm">
          <MachinesView />
        </Tabs.Panel>
      </Tabs>
      <LogDrawer task={log} onClose={() => setLog(undefined)} />
    </div>
  )
}

function Filters({ address, onAddress }: TasksViewProps) {
  const [typed, setTyped] = useState('')
  const { data: projects = [] } = useQuery(choicesQuery('subjects.project', { search: typed, limit: '50' }))
  const names = [...new Set([...projects.map(({ title }) => title), ...(address.project ? [address.project] : [])])]
  return (
    <Group gap="xs" mb="sm">
      <Select
        aria-label="Project"
        placeholder="All projects"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'All projects' }}
        data={names}
        value={address.project ?? null}
        onSearchChange={setTyped}
        onChange={(project) => onAddress({ project: project ?? '' })}
      />
      <Select
        aria-label="Period"
        placeholder="Of any age"
        clearable
        clearButtonProps={{ 'aria-label': 'Of any age' }}
        data={PERIODS}
        value={address.days ?? null}
        onChange={(days) => onAddress({ days: days ?? '' })}
      />
      <Select
        aria-label="State"
        placeholder="In any state"
        clearable
        clearButtonProps={{ 'aria-label': 'In any state' }}
        data={TASK_STATES}
        value={address.status ?? null}
        onChange={(status) => onAddress({ status: status ?? '' })}
      />
    </Group>
  )
}
