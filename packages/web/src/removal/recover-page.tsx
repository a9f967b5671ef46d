import { type ModelDescription, type RemovedRow, recover, removedRows } from '@alyx/client'
import { Alert, Button, Group, Text, TextInput, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Counts } from '../kinds/counts.tsx'
import { asText, partsOf, shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { forgetRows, queryClient, useDescription } from '../server/queries.ts'
import './recover.css'

const FACTS_SHOWN = 5

/** Rows of a model that were removed, each with a way back. */
export function RecoverPage({ model }: { readonly model: string }) {
  const description = useDescription(model)
  const [from, setFrom] = useState('')
  const { data, error, isPending } = useQuery({
    queryKey: ['removed', model, from],
    queryFn: () => removedRows(client.connection, model, from === '' ? undefined : from),
    staleTime: 0,
  })
  return (
    <div className="page">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1}>Removed {description.plural}</Title>
          <Text size="sm" c="dimmed">
            Newest first. A row comes back as it was, with everything that went with it.
          </Text>
        </div>
        <Button
          variant="default"
          renderRoot={(root: object) => (
            <Link {...root} to="/$app/$model/" params={{ app: description.app, model: description.model }} />
          )}
        >
          Back to the list
        </Button>
      </Group>
      <TextInput
        type="date"
        label="Removed since"
        w={190}
        value={from === '' ? (data?.from ?? '') : from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      {error && (
        <Alert color="red" title="They cannot be shown">
          {error.message}
        </Alert>
      )}
      {!isPending && data?.results.length === 0 && (
        <Text c="dimmed">
          No {description.label} was removed since then. What was removed earlier is found with an earlier day.
        </Text>
      )}
      <ul className="gone">
        {data?.results.map((one) => (
          <Gone key={one.key} one={one} description={description} />
        ))}
      </ul>
    </div>
  )
}

/** Values that tell one removed row from another: columns of the list that are no references. */
function factsOf({ values, title }: RemovedRow, { list, fields }: ModelDescription) {
  return list
    .flatMap((path) => fields.find(({ name, to }) => name === path && to === undefined) ?? [])
    .filter(({ name }) => asText(values[name]) !== '' && asText(values[name]) !== title)
    .slice(0, FACTS_SHOWN)
}

function Gone({ one, description }: { readonly one: RemovedRow; readonly description: ModelDescription }) {
  const [open, setOpen] = useState(false)
  const navigate = useNavigate()
  const { key: model, app, label } = description
  const preview = useQuery({
    queryKey: ['recovery', model, one.key],
    queryFn: () => recover(client.connection, model, one.key, true),
    enabled: open,
    staleTime: 0,
    retry: false,
  })
  const act = useMutation({
    mutationFn: () => recover(client.connection, model, one.key, false),
    async onSuccess({ recovered }) {
      for (const each of Object.keys(recovered)) forgetRows(each)
      queryClient.removeQueries({ queryKey: ['removed'] })
      notifications.show({ message: `${one.title} is back` })
      await navigate({ to: '/$app/$model/$key/change/', params: { app, model: description.model, key: one.key } })
    },
  })
  const problem = act.error ?? preview.error
  return (
    <li className="card">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <b>{one.title}</b>
          <Text size="sm" c="dimmed">
            removed {shownMoment(one.at)} UTC{one.user?.username && ` by ${one.user.username}`}
          </Text>
          <div className="facts">
            {factsOf(one, description).map((facts) => (
              <span key={facts.name}>
                <span className="soft">{facts.label}: </span>
                {partsOf(facts).cell(one.values[facts.name], facts)}
              </span>
            ))}
          </div>
        </div>
        {!open && (
          <Button
            variant="default"
            size="compact-md"
            onClick={() => setOpen(true)}
            aria-label={`Bring back ${one.title}`}
          >
            Bring back…
          </Button>
        )}
      </Group>
      {open && (
        <div className="way-back">
          {problem && (
            <Alert color="orange" title="It cannot come back now">
              {problem.message}
            </Alert>
          )}
          {preview.data && (
            <>
              <Counts title="This comes back:" counts={preview.data.recovered} />
              {preview.data.linked > 0 && (
                <Text size="sm">{preview.data.linked.toLocaleString('en')} links are set again.</Text>
              )}
              {preview.data.lost.length > 0 && (
                <Text size="sm">Left empty, because it is gone as well: {preview.data.lost.join(', ')}.</Text>
              )}
            </>
          )}
          <Group>
            <Button disabled={!preview.data} loading={act.isPending} onClick={() => act.mutate()}>
              Bring the {label} back
            </Button>
            <Button variant="default" onClick={() => setOpen(false)}>
              Leave it
            </Button>
          </Group>
        </div>
      )}
    </li>
  )
}
