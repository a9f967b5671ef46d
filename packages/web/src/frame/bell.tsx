import { messagesToMe } from '@alyx/client'
import { ActionIcon, Indicator } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../server/client.ts'

/** Asked for instead of listened to: a connection that stays open on every page would be one of the few that browsers have. */
const LOOK_AGAIN_MS = 60_000
const MOST_SHOWN = 99

/** How many messages of the laboratory wait to be read. */
export function Bell() {
  const { data } = useQuery({
    queryKey: ['messages', 'count'],
    queryFn: () => messagesToMe(client.connection, { unread: 'true', limit: '1' }),
    refetchInterval: LOOK_AGAIN_MS,
  })
  const unread = data?.unread ?? 0
  const words = unread === 0 ? 'Messages, none unread' : `Messages, ${unread} unread`
  return (
    <Indicator
      label={unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
      disabled={unread === 0}
      size={17}
      offset={6}
      color="red.8"
    >
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={words}
        title={words}
        renderRoot={(root: object) => <Link {...root} to="/account/" search={{ tab: 'messages' }} />}
      >
        <IconBell size={18} aria-hidden />
      </ActionIcon>
    </Indicator>
  )
}
