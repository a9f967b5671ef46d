import type { Release, ReleaseTables } from '@alyx/client'
import { Badge, Button, Group, Loader, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Facts } from '../frame/facts.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { ago, inBytes, inLocalTime, inThousands } from '../kinds/amounts.ts'
import { useLiveAnswers } from '../server/live.ts'
import { releasesQuery, releaseTablesQuery } from './queries.ts'

/** Tags that make datasets public or protect them, each as a release: what is in it, and how to get it. */
export function ReleasesView({ mayMake }: { readonly mayMake: boolean }) {
  const { data, error } = useQuery(releasesQuery)
  const tables = useQuery(releaseTablesQuery)
  // Not of datasets: rigs register them all day, and each time all releases would be summed up.
  useLiveAnswers('data.tag', 'releases')
  if (error) return <Text role="alert">{error.message}</Text>
  if (!data) return <Loader size="sm" aria-label="Reading" />
  const make = mayMake && (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      renderRoot={(root: object) => <Link {...root} to="/files/" search={{ view: 'bulk', deed: 'release' }} />}
    >
      New release
    </Button>
  )
  if (data.length === 0)
    return (
      <div className="card panel">
        <Title order={2}>There are no releases yet</Title>
        <Text c="dimmed" my="xs">
          A release is a tag that makes its datasets public, or protects them from being deleted and registered anew:
          the data of a paper, or what is handed out.
        </Text>
        {make}
      </div>
    )
  return (
    <div className="steps">
      <Group justify="space-between">
        <Text className="soft" size="sm">
          Tags that make their datasets public or protect them.
        </Text>
        {make}
      </Group>
      {tables.error && (
        <Text size="sm" role="alert">
          Whether there are cache tables is not known: {tables.error.message}
        </Text>
      )}
      <div className="releases">
        {data.map((release) => (
          <ReleaseCard
            key={release.id}
            release={release}
            mayAdd={mayMake}
            tables={tables.data?.find(({ id }) => id === release.id)}
          />
        ))}
      </div>
    </div>
  )
}

interface CardProps {
  readonly release: Release
  readonly mayAdd: boolean
  /** Undefined while nobody knows. */
  readonly tables: ReleaseTables | undefined
}

function ReleaseCard({ release, mayAdd, tables }: CardProps) {
  const { id, name, description, labs, changed_at } = release
  return (
    <section className="card panel release" aria-label={`Release ${name}`}>
      <header>
        <Title order={2}>
          <ToRow model="data.tag" id={id} className="row-link">
            {name || '(no name)'}
          </ToRow>
        </Title>
        <Group gap={6}>
          {release.public && (
            <Badge variant="default" size="sm">
              public
            </Badge>
          )}
          {release.protected && (
            <Badge variant="default" size="sm">
              protected
            </Badge>
          )}
        </Group>
      </header>
      {description && <Text size="sm">{description}</Text>}
      <Facts
        facts={[
          ['Datasets', inThousands(release.datasets)],
          ['Size', inBytes(Number(release.bytes))],
          ['Sessions', inThousands(release.sessions)],
          ['Labs', labs.join(', ')],
          ['Changed', changed_at && <span title={inLocalTime(changed_at)}>{ago(changed_at)}</span>],
        ]}
      />
      {tables && <Tables tables={tables} changedAt={changed_at} />}
      <Group gap="md">
        <Link
          className="row-link"
          to="/$app/$model/"
          params={{ app: 'data', model: 'dataset' }}
          search={{ tags: id }}
          aria-label={`Datasets of ${name}`}
        >
          Datasets
        </Link>
        <Link
          className="row-link"
          to="/$app/$model/"
          params={{ app: 'actions', model: 'session' }}
          search={{ data_dataset_session_related__tags: id }}
          aria-label={`Sessions of ${name}`}
        >
          Sessions
        </Link>
        {mayAdd && (
          <Link
            className="row-link"
            to="/files/"
            search={{ view: 'bulk', deed: 'add', tag: id }}
            aria-label={`Add datasets to ${name}`}
          >
            Add datasets…
          </Link>
        )}
      </Group>
    </section>
  )
}

function Tables({
  tables: { possible, written_at, name },
  changedAt,
}: {
  readonly tables: ReleaseTables
  readonly changedAt: string | null
}) {
  if (!possible)
    return (
      <Text size="sm" className="soft">
        No cache tables: they lie in folders, and this name cannot be that of one.
      </Text>
    )
  if (written_at === null)
    return (
      <Text size="sm" className="soft">
        No cache tables. To write them: <code>alyx one-cache --tag {name}</code>
      </Text>
    )
  const old = changedAt !== null && Date.parse(changedAt) > Date.parse(written_at)
  return (
    <Text size="sm" title={inLocalTime(written_at)}>
      Cache tables written {ago(written_at)}
      {old && <span className="old">, before the last change</span>}.
    </Text>
  )
}
