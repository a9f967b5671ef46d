import { type LaboratoryMessage, markMessages, messagesToMe } from '@alyx/client'
import { Button, Group, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Panel } from '../frame/panel.tsx'
import { useAddress } from '../frame/use-address.ts'
import { useDeed } from '../frame/use-deed.ts'
import { inLocalTime } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { useLiveAnswers } from '../server/live.ts'

const OF_A_PAGE = 50

/** What the laboratory tells this person, the newest first. */
export function MessagesView() {
  const [{ unread: only, from = '0' }, change] = useAddress()
  const offset = Number(from) || 0
  useLiveAnswers('actions.notification', 'messages')
  const { data, error } = useQuery({
    queryKey: ['messages', 'list', only, offset],
    queryFn: () =>
      messagesToMe(client.connection, {
        limit: String(OF_A_PAGE),
        offset: String(offset),
        ...(only && { unread: 'true' }),
      }),
    placeholderData: (before) => before,
  })
  const all = useDeed(() => markMessages(client.connection, { read: true }), 'All are marked as read', 'messages')
  return (
    <Panel
      title="Messages of the laboratory"
      beside={
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant={only ? 'light' : 'default'}
            aria-pressed={Boolean(only)}
            onClick={() => change({ unread: only ? '' : 'true', from: '' })}
          >
            Only unread
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            loading={all.isPending}
            disabled={!data?.unread}
            onClick={() => all.mutate()}
          >
            Mark all read
          </Button>
        </Group>
      }
    >
      {error && <Text role="alert">{error.message}</Text>}
      {!data && !error && <Loader size="sm" aria-label="Reading" />}
      {data && (
        <Text size="sm" c="dimmed" aria-live="polite">
          {data.unread === 0 ? 'You have read all.' : `${data.unread} unread`}
        </Text>
      )}
      {data?.results.length === 0 && (
        <Text size="sm" mt={6}>
          {only
            ? 'Nothing waits to be read.'
            : 'Nothing yet. The laboratory writes when an animal of yours is too light, was not weighed, got no water, or gets another responsible user.'}
        </Text>
      )}
      <ul className="messages">
        {data?.results.map((one) => (
          <Message key={one.id} message={one} />
        ))}
      </ul>
      <Group gap="xs">
        {offset > 0 && (
          <Button variant="default" onClick={() => change({ from: String(Math.max(offset - OF_A_PAGE, 0) || '') })}>
            Newer
          </Button>
        )}
        {data?.results.length === OF_A_PAGE && (
          <Button variant="default" onClick={() => change({ from: String(offset + OF_A_PAGE) })}>
            Older
          </Button>
        )}
      </Group>
    </Panel>
  )
}

function Message({ message: { id, title, message, subject, at, read } }: { readonly message: LaboratoryMessage }) {
  const mark = useDeed(
    () => markMessages(client.connection, { ids: [id], read: !read }),
    read ? 'Marked as unread' : 'Marked as read',
    'messages',
  )
  return (
    <li className={read ? 'read' : 'unread'}>
      <div className="message-head">
        <strong>{title}</strong>
        {!read && <span className="new-mark">unread</span>}
        <span className="soft">{inLocalTime(at)}</span>
        {subject && (
          <Link to="/$app/$model/$key/change/" params={{ app: 'subjects', model: 'subject', key: subject.id }}>
            {subject.title}
          </Link>
        )}
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={`Mark ${read ? 'unread' : 'read'}: ${title}`}
          loading={mark.isPending}
          onClick={() => mark.mutate()}
        >
          {read ? 'Mark unread' : 'Mark read'}
        </Button>
      </div>
      {message && <p>{message}</p>}
    </li>
  )
}
