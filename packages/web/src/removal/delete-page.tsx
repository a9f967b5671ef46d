import { Alert, Button, Group, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Counts } from '../kinds/counts.tsx'
import { client } from '../server/client.ts'
import { forgetRows, rowQuery, useDescription } from '../server/queries.ts'

/** What would go with a row, before it goes. */
export function DeletePage({ model, rowKey }: { readonly model: string; readonly rowKey: string }) {
  const description = useDescription(model)
  const { app, label } = description
  const params = { app, model: description.model }
  const { data: found } = useSuspenseQuery(rowQuery(model, rowKey))
  const title = found.row.$title || rowKey
  const preview = useQuery({
    queryKey: ['removal', model, rowKey],
    queryFn: () => client.removal(model, rowKey),
    staleTime: 0,
  })
  const navigate = useNavigate()
  const act = useMutation({
    mutationFn: () => client.remove(model, rowKey),
    async onSuccess() {
      notifications.show({ message: `${title} deleted` })
      await navigate({ to: '/$app/$model/', params })
      forgetRows(model, rowKey)
    },
  })
  const problem = act.error ?? preview.error
  const refused = preview.data?.refused
  return (
    <div className="page">
      <Title order={1}>
        Delete {label} {title}?
      </Title>
      {problem && (
        <Alert color="red" title="Not deleted">
          {problem.message}
        </Alert>
      )}
      {refused && (
        <Alert color="orange" title="This cannot be deleted">
          {refused.message}
        </Alert>
      )}
      {preview.data && !refused && (
        <>
          <Counts title="This goes for good:" counts={preview.data.removed} />
          <Counts title="This stays and loses its link:" counts={preview.data.kept} />
          <Text size="sm" c="dimmed">
            The history keeps what it was, and who deleted it; the list of removed {description.plural} brings it back.
          </Text>
        </>
      )}
      <Group>
        <Button
          color="red.9"
          disabled={!preview.data || refused !== null}
          loading={act.isPending}
          onClick={() => act.mutate()}
        >
          Delete it
        </Button>
        <Button
          variant="default"
          renderRoot={(root: object) => (
            <Link {...root} to="/$app/$model/$key/change/" params={{ ...params, key: rowKey }} />
          )}
        >
          Keep it
        </Button>
      </Group>
    </div>
  )
}
