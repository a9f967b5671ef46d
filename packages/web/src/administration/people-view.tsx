import { serverStatus } from '@alyx/client'
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Facts } from '../frame/facts.tsx'
import { Panel } from '../frame/panel.tsx'
import { client } from '../server/client.ts'
import { useMe, useModels } from '../server/queries.ts'

const LISTS: readonly { readonly key: string; readonly about: string }[] = [
  {
    key: 'misc.labmember',
    about: 'Accounts: who there is, their roles, who may act for whom, and accounts that are closed.',
  },
  { key: 'misc.labmembership', about: 'Who belongs to which lab, since when and until when.' },
  { key: 'misc.lab', about: 'Labs with their time zone, water rules and repositories.' },
  { key: 'auth.group', about: 'Groups that accounts belong to.' },
]

/** Ways to the lists of people and labs, and how many there are. */
export function PeopleView() {
  const models = useModels()
  const me = useMe()
  return (
    <>
      <Panel title="Lists">
        <ul className="lists plain-links">
          {LISTS.flatMap(({ key, about }) => {
            const found = models.find((model) => model.key === key)
            return found
              ? [
                  <li key={key}>
                    <Link
                      to="/$app/$model/"
                      params={{ app: found.app, model: found.model }}
                      search={{ view: 'all' } as never}
                    >
                      {found.plural}
                    </Link>
                    <Text size="sm" c="dimmed">
                      {about}
                    </Text>
                  </li>,
                ]
              : []
          })}
        </ul>
      </Panel>
      {me.is_superuser ? (
        <Numbers />
      ) : (
        <Text size="sm" c="dimmed">
          How many accounts there are, and which are idle, is for superusers.
        </Text>
      )}
    </>
  )
}

function Numbers() {
  const { data } = useQuery({
    queryKey: ['administration', 'status'],
    queryFn: () => serverStatus(client.connection),
  })
  if (!data) return null
  const { accounts, memberships } = data
  return (
    <>
      <Panel title="Accounts">
        <Facts
          facts={[
            ['Active', String(accounts.active)],
            ['Superusers', String(accounts.superusers)],
            ['Stock managers', String(accounts.stock_managers)],
            ['Public', String(accounts.public)],
            ['Not signed in here for a year', String(accounts.idle)],
            ['Closed', String(accounts.closed)],
          ]}
        />
      </Panel>
      <Panel title="Members of labs today">
        <Facts facts={memberships.map(({ lab, members }) => [lab.title, String(members)] as const)} />
      </Panel>
    </>
  )
}
