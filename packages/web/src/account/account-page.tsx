import { Tabs, Text, Title } from '@mantine/core'
import { useAddress } from '../frame/use-address.ts'
import { useMe } from '../server/queries.ts'
import './account.css'
import { MessagesView } from './messages-view.tsx'
import { ProfileView } from './profile-view.tsx'
import { TokenView } from './token-view.tsx'

/** What somebody says of themselves, what their programs sign in with, and what the laboratory tells them. */
export function AccountPage() {
  const me = useMe()
  const [{ tab = 'profile' }, change] = useAddress()
  return (
    <div className="page account">
      <div>
        <Title order={1}>Your account</Title>
        <Text size="sm" c="dimmed">
          {me.username} · {me.roles.join(', ')}
        </Text>
      </div>
      <Tabs
        value={tab}
        onChange={(next) => change({ tab: next === 'profile' ? '' : (next ?? '') })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="profile">Profile</Tabs.Tab>
          <Tabs.Tab value="token">Token</Tabs.Tab>
          <Tabs.Tab value="messages">Messages</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="profile" pt="sm">
          <ProfileView />
        </Tabs.Panel>
        <Tabs.Panel value="token" pt="sm">
          <TokenView />
        </Tabs.Panel>
        <Tabs.Panel value="messages" pt="sm">
          <MessagesView />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}
