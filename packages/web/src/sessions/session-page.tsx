import { sessionOverview } from '@alyx/client'
import { Tabs } from '@mantine/core'
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { Notes } from '../form/notes.tsx'
import { useAddressWord } from '../frame/address-word.ts'
import { client } from '../server/client.ts'
import { useLiveAnswers } from '../server/live.ts'
import { SessionHead } from './head.tsx'
import { Overview } from './overview.tsx'
import { Recorded } from './recorded.tsx'
import './sessions.css'

const Datasets = lazy(() => import('./datasets-view.tsx'))
const Tasks = lazy(() => import('./tasks-view.tsx'))

/** Under the key of rows of the model, so that changes of others reach it. */
const sessionQuery = (key: string) =>
  queryOptions({
    queryKey: ['row', 'actions.session', key, 'overview'],
    queryFn: () => sessionOverview(client.connection, key),
  })

/** A session on one page: what was done, what came of it, and where the files are. */
export function SessionPage({ rowKey }: { readonly rowKey: string }) {
  const { data: session } = useSuspenseQuery(sessionQuery(rowKey))
  const [tab, setTab] = useAddressWord('tab')
  useLiveAnswers('actions.session,misc.note', `row actions.session ${rowKey}`)
  const { totals, tasks, notes, insertions, fields_of_view } = session
  const recorded = insertions.length + fields_of_view.length
  const parts = [
    ['overview', 'Overview', undefined],
    ['datasets', 'Datasets', totals.datasets],
    ['recorded', 'Insertions and fields of view', recorded],
    ['notes', 'Notes', notes.length],
    ['tasks', 'Tasks', tasks.length],
  ] as const
  const chosen = parts.some(([name]) => name === tab) ? tab! : 'overview'
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Tabs that a narrow screen has no room for are scrolled to.
    list.current?.querySelector(`[data-tab="${chosen}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [chosen])
  return (
    <div className="page session">
      <SessionHead session={session} />
      <Tabs
        value={chosen}
        onChange={(next) => setTab(next === null || next === 'overview' ? undefined : next)}
        keepMounted={false}
      >
        <Tabs.List ref={list}>
          {parts.map(([name, title, count]) => (
            <Tabs.Tab key={name} value={name} data-tab={name}>
              {title}
              {count !== undefined && <span className="count"> {count}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={null}>
          <Tabs.Panel value="overview">
            <Overview session={session} />
          </Tabs.Panel>
          <Tabs.Panel value="datasets">
            <Datasets session={session} />
          </Tabs.Panel>
          <Tabs.Panel value="recorded">
            <Recorded session={session} />
          </Tabs.Panel>
          <Tabs.Panel value="notes">
            <Notes about="actions.session" rowKey={rowKey} words="this session" />
          </Tabs.Panel>
          <Tabs.Panel value="tasks">
            <Tasks session={session} />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </div>
  )
}
