import type { HistoryEntry, ModelDescription } from '@alyx/client'
import { Alert, Button, Group, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { asText, shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { forgetRows, useDescription } from '../server/queries.ts'
import { type Difference, differencesOf, wayBack } from './differences.ts'
import './history.css'
import { useTitles } from './titles.ts'

const VERBS: Readonly<Record<string, string>> = {
  insert: 'made',
  update: 'changed',
  delete: 'deleted',
  truncate: 'emptied the table',
  version: 'saved in Django',
}

/** What happens to a link is told of the field that it belongs to. */
const LINK_VERBS: Readonly<Record<string, string>> = { insert: 'added to', delete: 'took from', update: 'changed' }

/** Every change of a row: who, when, through which door, and what was there before. */
export function HistoryPage({ model, rowKey }: { readonly model: string; readonly rowKey: string }) {
  const description = useDescription(model)
  useLive(model)
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['history', model, rowKey],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => client.history(model, rowKey, { cursor: pageParam }),
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const entries = data?.pages.flatMap(({ results }) => results) ?? []
  const titles = useTitles(entries, description)
  return (
    <div className="page">
      <Group justify="space-between">
        <Title order={1}>History of this {description.label}</Title>
        <Button
          variant="default"
          renderRoot={(root: object) => (
            <Link
              {...root}
              to="/$app/$model/$key/change/"
              params={{ app: description.app, model: description.model, key: rowKey }}
            />
          )}
        >
          Back to the {description.label}
        </Button>
      </Group>
      {error && (
        <Alert color="red" title="The history cannot be shown">
          {error.message}
        </Alert>
      )}
      {data && entries.length === 0 && (
        <Text c="dimmed">Nothing was changed since this server began to keep a history.</Text>
      )}
      <ol className="past">
        {entries.map((entry) => (
          <Entry
            key={`${entry.operation}${entry.id}`}
            entry={entry}
            description={description}
            rowKey={rowKey}
            titles={titles}
          />
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="default" loading={isFetching} onClick={() => void fetchNextPage()}>
          Earlier
        </Button>
      )}
    </div>
  )
}

function Entry({
  entry,
  description,
  rowKey,
  titles,
}: {
  readonly entry: HistoryEntry
  readonly description: ModelDescription
  readonly rowKey: string
  readonly titles: ReadonlyMap<string, string>
}) {
  const differences = differencesOf(entry, description)
  const back = entry.operation === 'update' && entry.field === null ? wayBack(entry, description) : {}
  const restore = async () => {
    try {
      await client.change(description.key, rowKey, back)
      forgetRows(description.key)
      notifications.show({ message: 'As it was before that change' })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      notifications.show({ color: 'red', title: 'Not restored', message })
    }
  }
  return (
    <li className="card">
      <Group justify="space-between">
        <div>
          <b>{entry.user?.username ?? 'Somebody'}</b>{' '}
          {entry.field === null
            ? (VERBS[entry.operation] ?? entry.operation)
            : `${LINK_VERBS[entry.operation] ?? entry.operation} ${entry.field.replaceAll('_', ' ')}`}
          <Text size="sm" c="dimmed">
            <time dateTime={entry.at}>{shownMoment(entry.at)} UTC</time> · {entry.source}
            {entry.reason && ` · ${entry.reason}`}
          </Text>
        </div>
        {Object.keys(back).length > 0 && description.rights.change !== 'none' && (
          <Button size="compact-sm" variant="default" onClick={() => void restore()}>
            Restore what was before
          </Button>
        )}
      </Group>
      <dl>
        {differences.map((difference) => (
          <div key={difference.name}>
            <dt>{difference.label}</dt>
            <dd>
              {entry.operation !== 'insert' && <del>{wordsOf(difference, 'before', titles)}</del>}{' '}
              {(entry.operation !== 'delete' || entry.field === null) && (
                <ins>{wordsOf(difference, 'after', titles)}</ins>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  )
}

function wordsOf(difference: Difference, side: 'before' | 'after', titles: ReadonlyMap<string, string>): string {
  const value = difference[side]
  if (value === null || value === '') return 'empty'
  if (difference.facts?.to !== undefined) return titles.get(asText(value)) ?? asText(value)
  const label = difference.facts?.choices?.find((choice) => choice.value === value)?.label
  return label ?? (typeof value === 'object' ? JSON.stringify(value) : asText(value))
}
