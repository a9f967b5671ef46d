import { Tabs, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useDescription } from '../server/queries.ts'
import { BulkView } from './bulk-view.tsx'
import { CompletenessView } from './completeness-view.tsx'
import './data.css'
import { MissingView } from './missing-view.tsx'
import { ReleasesView } from './releases-view.tsx'
import { TotalsView } from './totals-view.tsx'

const route = getRouteApi('/signed-in/files')

/** How much data there is, where it lies, which of it nobody reaches, what is handed out, and what is done with many files. */
export function DataPage() {
  const { view = 'totals' } = route.useSearch()
  const navigate = route.useNavigate()
  const mayChange = useDescription('data.dataset').rights.change !== 'none'
  return (
    <div className="page">
      <Title order={1}>Files</Title>
      <Tabs
        value={view}
        keepMounted={false}
        onChange={(next) => void navigate({ search: next && next !== 'totals' ? { view: next } : {} })}
      >
        <Tabs.List>
          <Tabs.Tab value="totals">How much there is</Tabs.Tab>
          <Tabs.Tab value="completeness">Completeness</Tabs.Tab>
          <Tabs.Tab value="missing">Missing copies</Tabs.Tab>
          <Tabs.Tab value="releases">Releases</Tabs.Tab>
          {mayChange && <Tabs.Tab value="bulk">Tag, protect, revise</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="totals" pt="sm">
          <TotalsView />
        </Tabs.Panel>
        <Tabs.Panel value="completeness" pt="sm">
          <CompletenessView />
        </Tabs.Panel>
        <Tabs.Panel value="missing" pt="sm">
          <MissingView />
        </Tabs.Panel>
        <Tabs.Panel value="releases" pt="sm">
          <ReleasesView mayMake={mayChange} />
        </Tabs.Panel>
        <Tabs.Panel value="bulk" pt="sm">
          {mayChange ? (
            <BulkView />
          ) : (
            <Text role="alert">Your account may look at datasets and not tag, protect or revise them.</Text>
          )}
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}
