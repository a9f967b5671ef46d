import { changeOwnProfile, type OwnAccount, Problem, type Reference } from '@alyx/client'
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Facts } from '../frame/facts.tsx'
import { Panel } from '../frame/panel.tsx'
import { inLocalTime } from '../kinds/amounts.ts'
import { partsOf } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { meQuery, queryClient, useDescription } from '../server/queries.ts'
import { accountQuery } from './queries.ts'

/** Names, address for mails, and who may act for this person. */
export function ProfileView() {
  const { data: account } = useSuspenseQuery(accountQuery)
  return (
    <>
      <Profile account={account} />
      <Panel title="Signing in">
        <Facts
          facts={[
            ['Name to sign in with', account.username],
            ['Since', inLocalTime(account.date_joined)],
            ['Signed in last', account.last_login && inLocalTime(account.last_login)],
          ]}
        />
        <Button mt={12} variant="default" renderRoot={(root: object) => <Link {...root} to="/password_change/" />}>
          {account.has_password ? 'Change your password' : 'Your account has no password'}
        </Button>
      </Panel>
    </>
  )
}

function Profile({ account }: { readonly account: OwnAccount }) {
  const [given, setGiven] = useState<Pick<OwnAccount, 'first_name' | 'last_name' | 'email' | 'allowed_users'>>(account)
  const save = useMutation({
    mutationFn: () =>
      changeOwnProfile(client.connection, {
        first_name: given.first_name,
        last_name: given.last_name,
        email: given.email,
        allowed_users: given.allowed_users.map(({ id }) => id),
      }),
    onSuccess(saved) {
      queryClient.setQueryData(accountQuery.queryKey, saved)
      setGiven(saved)
      notifications.show({ message: 'Saved' })
      return queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const faults = save.error instanceof Problem ? save.error.fields : {}
  const say = (part: Partial<typeof given>) => setGiven((before) => ({ ...before, ...part }))
  const allowed = useDescription('misc.labmember').fields.find(({ name }) => name === 'allowed_users')
  const People = allowed && partsOf(allowed).Input
  return (
    <Panel title="About you">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Stack maw={460} gap="sm">
          {save.error && (
            <Alert color="red" role="alert" title="Not saved">
              {save.error.message}
            </Alert>
          )}
          <TextInput
            label="Given name"
            autoComplete="given-name"
            maxLength={150}
            value={given.first_name}
            error={faults.first_name?.join(' ')}
            onChange={(event) => say({ first_name: event.currentTarget.value })}
          />
          <TextInput
            label="Family name"
            autoComplete="family-name"
            maxLength={150}
            value={given.last_name}
            error={faults.last_name?.join(' ')}
            onChange={(event) => say({ last_name: event.currentTarget.value })}
          />
          <TextInput
            label="E-mail"
            description="For what the laboratory tells you; empty for no mails."
            type="email"
            autoComplete="email"
            value={given.email}
            error={faults.email?.join(' ')}
            onChange={(event) => say({ email: event.currentTarget.value })}
          />
          {People && (
            <People
              facts={{ ...allowed, label: 'Who may act for you', help: 'They may work with your animals as you do.' }}
              value={given.allowed_users}
              error={faults.allowed_users?.join(' ')}
              onChange={(people) => say({ allowed_users: people as readonly Reference[] })}
            />
          )}
          <Group>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
          <Text size="xs" c="dimmed">
            What you change here is in the history, as every change.
          </Text>
        </Stack>
      </form>
    </Panel>
  )
}
