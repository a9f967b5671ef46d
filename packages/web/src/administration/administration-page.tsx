import { Alert, Tabs, Text, Title } from '@mantine/core'
import type { ComponentType } from 'react'
import { useAddress } from '../frame/use-address.ts'
import { useMe } from '../server/queries.ts'
import './administration.css'
import { BackupsView } from './backups-view.tsx'
import { ParametersView } from './parameters-view.tsx'
import { PeopleView } from './people-view.tsx'
import { RightsView } from './rights-view.tsx'
import { SchedulesView } from './schedules-view.tsx'
import { ServerView } from './server-view.tsx'

interface Part {
  readonly key: string
  readonly title: string
  readonly View: ComponentType
  /** The server refuses it to everybody else. */
  readonly forSuperusers: boolean
}

const PARTS: readonly [Part, ...Part[]] = [
  { key: 'server', title: 'Server', View: ServerView, forSuperusers: true },
  { key: 'schedules', title: 'Schedules', View: SchedulesView, forSuperusers: true },
  { key: 'backups', title: 'Backups', View: BackupsView, forSuperusers: true },
  { key: 'rights', title: 'Rights', View: RightsView, forSuperusers: false },
  { key: 'people', title: 'People and labs', View: PeopleView, forSuperusers: false },
  { key: 'parameters', title: 'Unknown parameters', View: ParametersView, forSuperusers: true },
]

/** How the server is, what it does by itself, who may do what. */
export function AdministrationPage() {
  const me = useMe()
  const [{ tab = PARTS[0].key }, change] = useAddress()
  return (
    <div className="page administration">
      <div>
        <Title order={1}>Administration</Title>
        <Text size="sm" c="dimmed">
          How the server is, what it does by itself, and who may do what.
        </Text>
      </div>
      <Tabs
        value={tab}
        onChange={(next) => change({ tab: next === PARTS[0].key ? '' : (next ?? ''), q: '' })}
        keepMounted={false}
      >
        <Tabs.List>
          {PARTS.map(({ key, title }) => (
            <Tabs.Tab key={key} value={key}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {PARTS.map(({ key, View, forSuperusers }) => (
          <Tabs.Panel key={key} value={key} pt="sm">
            {forSuperusers && !me.is_superuser ? (
              <Alert color="gray" title="For superusers">
                Only superusers may see this. Ask one of your laboratory, or have your account made one.
              </Alert>
            ) : (
              <View />
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  )
}
