import { markMessages, messagesToMe } from '@alyx/client'
import { Button, Group, Text, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ToRow } from '../frame/to-row.tsx'
import { ago } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { queryClient } from '../server/queries.ts'

const SHOWN = 3

/** What the laboratory tells somebody and they have not read; nothing when there is nothing. */
export function Messages({ unread }: { readonly unread: number }) {
  const { data } = useQuery({
    queryKey: ['home', 'messages', unread],
    queryFn: () => messagesToMe(client.connection, { unread: 'true', limit: String(SHOWN) }),
    enabled: unread > 0,
  })
  const read = useMutation({
    mutationFn: (ids: readonly string[] | undefined) =>
      markMessages(client.connection, { ...(ids && { ids }), read: true }),
    onSuccess() {
      // The bell counts them, too.
      void queryClient.invalidateQueries({ queryKey: ['messages'] })
      return queryClient.invalidateQueries({ queryKey: ['home'] })
    },
  })
  if (unread === 0) return null
  return (
    <section className="card home-part" aria-labelledby="home-messages">
      <div className="home-part-head">
        <Title order={2} id="home-messages">
          {unread === 1 ? 'One unread message' : `${unread} unread messages`}
        </Title>
        {unread > SHOWN && (
          <Button size="compact-sm" variant="subtle" onClick={() => read.mutate(undefined)}>
            Mark all as read
          </Button>
        )}
      </div>
      {read.error && <Text role="alert">{read.error.message} Try again.</Text>}
      <ul className="home-messages">
        {data?.results.map(({ id, title, message, subject, at }) => (
          <li key={id} className="home-message">
            <div>
              <b>{title}</b> <span className="soft">{ago(at)}</span>
              {message !== title && <p className="home-message-text">{message}</p>}
            </div>
            <Group gap="xs">
              {subject && (
                <ToRow className="home-link" model="subjects.subject" id={subject.id}>
                  {subject.title}
                </ToRow>
              )}
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Mark as read: ${title}`}
                onClick={() => read.mutate([id])}
              >
                Mark as read
              </Button>
            </Group>
          </li>
        ))}
      </ul>
      {data && unread > data.results.length && <p className="soft home-more">Older ones follow when these are read.</p>}
    </section>
  )
}
