import { type RegionNode, regionTree } from '@alyx/client'
import { Text, TextInput, Title } from '@mantine/core'
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Facts, Several } from '../frame/facts.tsx'
import { Panel } from '../frame/panel.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { client } from '../server/client.ts'
import { RegionTree } from './region-tree.tsx'
import './regions.css'
import type { RegionsAddress } from './address.ts'
import { above, around, matching, openAtFirst, visible } from './tree.ts'

/** The counts are sums over all channels: not worked out anew with every look. */
const FRESH_MS = 300_000
const treeQuery = queryOptions({
  queryKey: ['regions'],
  queryFn: () => regionTree(client.connection),
  staleTime: FRESH_MS,
})

/** The atlas as a tree, with how much was recorded and imaged in each region. */
export function RegionsPage() {
  const { data: regions } = useSuspenseQuery(treeQuery)
  const address: RegionsAddress = useSearch({ strict: false })
  const navigate = useNavigate()
  const go = (next: RegionsAddress) =>
    void navigate({ to: '/regions/', search: { ...address, ...next }, replace: true, resetScroll: false })
  const byId = useMemo(() => new Map(regions.map((region) => [region.id, region])), [regions])
  const chosen = byId.get(Number(address.region ?? Number.NaN))
  const words = address.find ?? ''
  const [opened, setOpened] = useState<ReadonlySet<number>>()
  const open = useMemo(
    () => opened ?? new Set([...openAtFirst(regions), ...(chosen ? above(byId, chosen.id).map(({ id }) => id) : [])]),
    [opened, regions, byId, chosen],
  )
  const found = useMemo(() => matching(regions, words), [regions, words])
  const looking = words.trim() !== ''
  const rows = useMemo(
    () => (looking ? around(regions, found) : visible(regions, open)),
    [looking, regions, found, open],
  )
  const setOpen = (id: number, is: boolean) => {
    const next = new Set(open)
    if (is) next.add(id)
    else next.delete(id)
    setOpened(next)
  }
  return (
    <div className="page">
      <div>
        <Title order={1}>Brain regions</Title>
        <Text size="sm" c="dimmed">
          {regions.length} regions of the atlas. Channels and fields of view count with everything inside a region.
        </Text>
      </div>
      <div className="regions">
        <section className="card tree-card" aria-label="Tree of regions">
          <TextInput
            label="Find a region"
            placeholder="CA1, visual, thalamus"
            value={words}
            onChange={({ currentTarget: { value } }) =>
              go({ find: value === '' ? undefined : value } as RegionsAddress)
            }
          />
          <Text size="sm" c="dimmed" role="status">
            {looking && (found.size === 0 ? 'No region is called that.' : `${found.size} found`)}
          </Text>
          {rows.length > 0 && (
            <RegionTree
              rows={rows}
              isOpen={(id) => looking || open.has(id)}
              found={found}
              chosen={chosen?.id}
              onOpen={(id, is) => !looking && setOpen(id, is)}
              onChoose={(id) => go({ region: String(id) })}
            />
          )}
        </section>
        {chosen ? (
          <RegionFacts region={chosen} path={above(byId, chosen.id)} />
        ) : (
          <Panel title="A region">
            <Text c="dimmed" size="sm">
              Choose one to see where it lies, what the lab knows of it, and the ways to what was recorded and imaged
              there.
            </Text>
          </Panel>
        )}
      </div>
    </div>
  )
}

function RegionFacts({ region, path }: { readonly region: RegionNode; readonly path: readonly RegionNode[] }) {
  const { id, acronym, name, description, level, channels, fields_of_view, left, right } = region
  const inside = `${left},${right}`
  return (
    <Panel title={acronym} className="region-facts">
      <p className="region-name">
        <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
          <rect width="10" height="10" rx="2" fill={region.colour ?? 'var(--line)'} />
        </svg>
        {name}
      </p>
      <Facts
        facts={[
          ['Number in the atlas', id],
          ['Level', level],
          [
            'Lies in',
            path.length > 0 && (
              <Several>
                {path.map((one) => (
                  <Link
                    key={one.id}
                    to="/regions/"
                    search={(before: RegionsAddress) => ({ ...before, region: String(one.id) })}
                    title={one.name}
                  >
                    {one.acronym}
                  </Link>
                ))}
              </Several>
            ),
          ],
        ]}
      />
      <p>{description ?? <span className="soft">The lab has written nothing about it yet.</span>}</p>
      <ul className="plain-links region-ways">
        <li>
          {channels > 0 ? (
            <Link
              to="/$app/$model/"
              params={{ app: 'experiments', model: 'channel' }}
              search={{ brain_region__lft__range: inside }}
            >
              {channels} channels
            </Link>
          ) : (
            'No channel lies in it'
          )}
        </li>
        {channels > 0 && (
          <li>
            <Link
              to="/$app/$model/"
              params={{ app: 'experiments', model: 'probeinsertion' }}
              search={{ trajectory_estimate__channels__brain_region__lft__range: inside }}
            >
              Insertions through it
            </Link>
          </li>
        )}
        <li>
          {fields_of_view > 0 ? (
            <Link
              to="/$app/$model/"
              params={{ app: 'experiments', model: 'fov' }}
              search={{ location__brain_region__lft__range: inside }}
            >
              {fields_of_view} fields of view
            </Link>
          ) : (
            'No field of view shows it'
          )}
        </li>
        <li>
          <ToRow model="experiments.brainregion" id={id}>
            What the lab knows about it
          </ToRow>
        </li>
      </ul>
    </Panel>
  )
}
