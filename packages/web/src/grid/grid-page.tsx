import type { ModelDescription } from '@alyx/client'
import { Button, Group, Loader, Text, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconDownload, IconPlus, IconRestore } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { useDescription, useMe } from '../server/queries.ts'
import {
  type Address,
  columnsOf,
  filtersOf,
  ordered,
  orderingOf,
  questionOf,
  searchOf,
  withFilters,
  withParameter,
} from './address.ts'
import { Cards } from './cards.tsx'
import { Chips } from './chips.tsx'
import { ColumnsMenu } from './columns-menu.tsx'
import './grid.css'
import { translated } from './old-addresses.ts'
import { usePaths } from './paths.ts'
import { SearchBox } from './search-box.tsx'
import { listActionsOf } from './selection-actions.ts'
import { SelectionBar } from './selection-bar.tsx'
import { Table } from './table.tsx'
import { useRows } from './use-rows.ts'
import { meantBy, usualFilters } from './usual.ts'
import type { Variant } from './variants.ts'
import { ViewsMenu } from './views-menu.tsx'

interface GridPageProps {
  readonly model: string
  /** The list shows some of the rows, under a name of its own. */
  readonly variant: Variant | undefined
  readonly address: Address
  readonly onAddress: (address: Address, replace?: boolean) => void
}

/** The list of a model: everything that it shows is in its address. */
export function GridPage({ model, variant, address, onAddress }: GridPageProps) {
  const described = useDescription(model)
  const { id: me } = useMe()
  const description = variant
    ? { ...described, plural: variant.plural, list: variant.columns ?? described.list }
    : described
  const bare = Object.keys(address).length === 0
  const usual = meantBy(variant?.usual ?? usualFilters(model), me)
  const opening = bare && usual.length > 0
  useEffect(() => {
    if (opening) onAddress(withFilters({}, usual), true)
  }, [opening, onAddress, usual])
  if (opening) return null
  return <Rows description={description} address={translated(address, model, usual)} onAddress={onAddress} />
}

function Rows({
  description,
  address,
  onAddress,
}: Omit<GridPageProps, 'model' | 'variant'> & { readonly description: ModelDescription }) {
  const paths = columnsOf(address, description)
  const columns = usePaths(description, paths)
  const { rows, count, error, isPending, isFetching, hasNextPage, fetchNextPage, refetch } = useRows(
    description,
    paths,
    address,
  )
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const narrow = useMediaQuery('(max-width: 48em)')
  useLive(description.key)
  const filters = filtersOf(address)
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])
  const mayAdd = description.rights.create !== 'none'
  return (
    <div className="page">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={1} style={{ textTransform: 'capitalize' }}>
            {description.plural}
          </Title>
          <Text size="sm" c="dimmed" aria-live="polite">
            {count === undefined
              ? ' '
              : `${count.toLocaleString('en')} ${count === 1 ? description.label : description.plural}`}
          </Text>
        </div>
        {mayAdd && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            renderRoot={(root: object) => (
              <Link {...root} to="/$app/$model/add/" params={{ app: description.app, model: description.model }} />
            )}
          >
            Add
          </Button>
        )}
      </Group>
      <Group gap="xs">
        <SearchBox
          label="Search this list"
          key={description.key}
          value={searchOf(address)}
          onChange={(words) => onAddress(withParameter(address, 'search', words), true)}
        />
        <ViewsMenu description={description} address={address} onAddress={onAddress} />
        <ColumnsMenu
          description={description}
          columns={paths}
          onChange={(chosen) => onAddress(withParameter(address, 'columns', chosen.join(',')))}
        />
        <Button
          variant="subtle"
          leftSection={<IconDownload size={16} aria-hidden />}
          component="a"
          href={client.exportAddress(description.key, { ...questionOf(address), fields: paths.join(',') })}
          download
          visibleFrom="sm"
        >
          CSV
        </Button>
        {description.rights.change !== 'none' &&
          listActionsOf(description.key).map(({ label, to, search }) => (
            <Button
              key={label}
              variant="subtle"
              renderRoot={(root: object) => (
                <Link {...root} to={to} search={{ ...questionOf(address), ordering: undefined, ...search } as never} />
              )}
            >
              {label}
            </Button>
          ))}
        {mayAdd && description.recovers && (
          <Button
            variant="subtle"
            leftSection={<IconRestore size={16} aria-hidden />}
            renderRoot={(root: object) => (
              <Link {...root} to="/$app/$model/recover/" params={{ app: description.app, model: description.model }} />
            )}
          >
            Removed
          </Button>
        )}
        {isFetching && <Loader size="xs" aria-label="Loading" />}
      </Group>
      <Chips description={description} filters={filters} onChange={(next) => onAddress(withFilters(address, next))} />
      {selected.size > 0 && (
        <SelectionBar
          description={description}
          selected={selected}
          rows={rows}
          onClear={() => setSelected(new Set())}
        />
      )}
      <div className="card sheet">
        {error ? (
          <Notice title="The list cannot be shown" text={error.message}>
            <Button variant="default" onClick={() => void refetch()}>
              Try again
            </Button>
            {filters.length > 0 && <Button onClick={() => onAddress({ view: 'all' })}>Show all</Button>}
          </Notice>
        ) : !isPending && rows.length === 0 ? (
          <Nothing
            description={description}
            filtered={filters.length > 0 || searchOf(address) !== ''}
            onAll={() => onAddress({ view: 'all' })}
          />
        ) : narrow ? (
          <Cards description={description} rows={rows} columns={columns} onNearEnd={more} />
        ) : (
          <Table
            description={description}
            rows={rows}
            columns={columns}
            count={count}
            ordering={orderingOf(address)}
            onOrder={(path, keep) =>
              onAddress(withParameter(address, 'ordering', ordered(orderingOf(address), path, keep).join(',')))
            }
            selected={selected}
            onSelect={setSelected}
            onNearEnd={more}
          />
        )}
      </div>
    </div>
  )
}

function Notice({
  title,
  text,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly children?: React.ReactNode
}) {
  return (
    <div className="notice">
      <Title order={2}>{title}</Title>
      <Text c="dimmed">{text}</Text>
      <Group mt="sm">{children}</Group>
    </div>
  )
}

/** An empty list says what would be in it, and how to get there. */
function Nothing({
  description,
  filtered,
  onAll,
}: {
  readonly description: ModelDescription
  readonly filtered: boolean
  readonly onAll: () => void
}) {
  if (filtered)
    return (
      <Notice
        title={`No ${description.label} fits`}
        text="The search and all filters above must hold. Take one away, or show everything."
      >
        <Button onClick={onAll}>Show all {description.plural}</Button>
      </Notice>
    )
  return (
    <Notice title={`There are no ${description.plural} yet`} text={description.help}>
      {description.rights.create !== 'none' && (
        <Button
          renderRoot={(root: object) => (
            <Link {...root} to="/$app/$model/add/" params={{ app: description.app, model: description.model }} />
          )}
        >
          Add the first {description.label}
        </Button>
      )}
    </Notice>
  )
}
