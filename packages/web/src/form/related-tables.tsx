import type { FieldFacts, ModelDescription, RelatedTable, Row } from '@alyx/client'
import { ActionIcon, Alert, Button, Group, Text } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { asText, partsOf } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { useDescription } from '../server/queries.ts'
import { ChangeRelated, NewRelated, RemoveRelated } from './related-row.tsx'

const ROWS_SHOWN = 25

/** Rows of other models that belong to the row of a form, each kind as a table of its own. They are saved one by one. */
export function RelatedTables({ description, row }: { readonly description: ModelDescription; readonly row: Row }) {
  return description.tables.map((table) => (
    <Suspense key={`${table.model} ${table.by}`} fallback={null}>
      <Related table={table} owner={description} row={row} />
    </Suspense>
  ))
}

/** The parameter of a list that leaves only rows of the owner. */
const parameterOf = (way: FieldFacts | undefined): string => way?.made_of?.[1] ?? way?.name ?? ''

interface RelatedProps {
  readonly table: RelatedTable
  readonly owner: ModelDescription
  readonly row: Row
}

function Related({ table, owner, row }: RelatedProps) {
  const other = useDescription(table.model)
  const way = other.fields.find(({ name }) => name === table.by)
  const columns = table.fields.flatMap((name) => other.fields.find((facts) => facts.name === name) ?? [])
  const filter = { [parameterOf(way)]: row.id }
  const parameters = {
    ...filter,
    fields: table.fields.join(','),
    ...(table.ordering.length > 0 && { ordering: table.ordering.join(',') }),
    limit: String(ROWS_SHOWN),
    count: 'true',
  }
  const { data, error } = useQuery({
    queryKey: ['list', other.key, parameters],
    queryFn: ({ signal }) => client.list(other.key, parameters, signal),
  })
  const [open, setOpen] = useState<Open>()
  const rows = data?.results ?? []
  const count = data?.count ?? rows.length
  const adds = !table.read_only && other.rights.create !== 'none'
  const done = () => setOpen(undefined)
  const shared = { table, other, columns, onDone: done }
  return (
    <section className="card related-table" aria-label={other.plural}>
      <Group justify="space-between" wrap="nowrap">
        <h2>
          {other.plural} <span className="soft">{data ? count.toLocaleString('en') : ''}</span>
        </h2>
        {adds && open?.kind !== 'new' && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setOpen({ kind: 'new' })}
          >
            Add {other.label}
          </Button>
        )}
      </Group>
      {error && (
        <Alert color="red" title={`The ${other.plural} cannot be shown`}>
          {error.message}
        </Alert>
      )}
      {open?.kind === 'new' && <NewRelated {...shared} way={way} owner={owner} row={row} />}
      {data && rows.length === 0 && open?.kind !== 'new' && (
        <Text size="sm" c="dimmed">
          No {other.plural} of this {owner.label} yet.
        </Text>
      )}
      {rows.length > 0 && (
        <section className="wide-rows" aria-label={`Table of ${other.plural}`} tabIndex={-1}>
          <table>
            <thead>
              <tr>
                {columns.map((facts) => (
                  <th
                    key={facts.name}
                    scope="col"
                    title={facts.help}
                    className={partsOf(facts).align === 'right' ? 'number' : undefined}
                  >
                    {facts.label}
                  </th>
                ))}
                <th scope="col">
                  <span className="unseen">Do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <RelatedRow key={one.id} {...shared} row={one} open={open} onOpen={setOpen} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {count > rows.length && rows.length > 0 && (
        <Text size="sm">
          <Link to="/$app/$model/" params={{ app: other.app, model: other.model }} search={filter}>
            All {count.toLocaleString('en')} {other.plural}
          </Link>
        </Text>
      )}
    </section>
  )
}

/** What is open below a table: a new row, or one that is changed or about to go. */
type Open = { readonly kind: 'new' } | { readonly kind: 'change' | 'remove'; readonly key: string }

interface RelatedRowProps {
  readonly table: RelatedTable
  readonly other: ModelDescription
  readonly columns: readonly FieldFacts[]
  readonly row: Row
  readonly open: Open | undefined
  readonly onOpen: (open: Open | undefined) => void
  readonly onDone: () => void
}

function RelatedRow({ table, other, columns, row, open, onOpen, onDone }: RelatedRowProps) {
  const title =
    asText(row.$title) ||
    columns
      .map((facts) => partsOf(facts).cell(row[facts.name], facts))
      .find((said) => typeof said === 'string' && said !== '') ||
    row.id.slice(0, 8)
  const mine = open && 'key' in open && open.key === row.id ? open.kind : undefined
  const writes = !table.read_only && other.rights.change !== 'none'
  const removes = !table.read_only && other.rights.delete !== 'none'
  return (
    <>
      <tr>
        {columns.map((facts, at) => {
          const content = partsOf(facts).cell(row[facts.name], facts)
          return (
            <td key={facts.name} className={partsOf(facts).align === 'right' ? 'number' : undefined}>
              {at === 0 ? (
                <Link to="/$app/$model/$key/change/" params={{ app: other.app, model: other.model, key: row.id }}>
                  {asText(content) === '' ? title : content}
                </Link>
              ) : facts.kind === 'longText' ? (
                <span className="few-lines">{content}</span>
              ) : (
                content
              )}
            </td>
          )
        })}
        <td className="acts">
          {writes && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Change ${other.label} ${title}`}
              aria-expanded={mine === 'change'}
              onClick={() => onOpen({ kind: 'change', key: row.id })}
            >
              <IconPencil size={15} aria-hidden />
            </ActionIcon>
          )}
          {removes && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Remove ${other.label} ${title}`}
              aria-expanded={mine === 'remove'}
              onClick={() => onOpen({ kind: 'remove', key: row.id })}
            >
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          )}
        </td>
      </tr>
      {mine && (
        <tr>
          <td colSpan={columns.length + 1}>
            <Suspense fallback={null}>
              {mine === 'change' ? (
                <ChangeRelated other={other} columns={columns} rowKey={row.id} onDone={onDone} />
              ) : (
                <RemoveRelated other={other} rowKey={row.id} title={String(title)} onDone={onDone} />
              )}
            </Suspense>
          </td>
        </tr>
      )}
    </>
  )
}
