import { type ChannelPlace, insertionOverview } from '@alyx/client'
import { Text } from '@mantine/core'
import { keepPreviousData, queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Notes } from '../form/notes.tsx'
import { useAddressWord } from '../frame/address-word.ts'
import { Copy } from '../frame/copy.tsx'
import { Facts } from '../frame/facts.tsx'
import { Panel } from '../frame/panel.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { AnatomyHead } from './anatomy-head.tsx'
import './insertions.css'
import { ProbeDrawing } from './probe-drawing.tsx'
import { RecordedDatasets } from './recorded-datasets.tsx'
import { Trajectories } from './trajectories.tsx'

const INSERTION = 'experiments.probeinsertion'

const insertionQuery = (key: string, provenance?: number) =>
  queryOptions({
    queryKey: ['row', INSERTION, key, 'overview', provenance ?? 'believed'],
    queryFn: () => insertionOverview(client.connection, key, provenance),
  })

/** Where a probe was: trajectories side by side, its channels with their regions, and what it recorded. */
export function InsertionPage({ rowKey }: { readonly rowKey: string }) {
  const { data: insertion } = useSuspenseQuery(insertionQuery(rowKey))
  const [asked, setAsked] = useAddressWord('provenance')
  const believed = insertion.trajectories.find(({ channels }) => channels > 0)
  const shown = insertion.trajectories.find(({ provenance }) => String(provenance) === asked) ?? believed
  const other = useQuery({
    ...insertionQuery(rowKey, shown?.provenance),
    enabled: shown !== believed,
    placeholderData: keepPreviousData,
  })
  const channels = shown === believed ? insertion.channels : (other.data?.channels ?? [])
  useLive(INSERTION)
  return (
    <div className="page">
      <AnatomyHead
        title={insertion.name}
        model="probeinsertion"
        rowKey={rowKey}
        words="probe insertion"
        session={insertion.session}
        subject={insertion.subject}
      />
      <Panel title="Probe">
        <Facts
          facts={[
            ['Model', insertion.model],
            ['Serial number', insertion.serial],
            [
              'Chronic insertion',
              insertion.chronic_insertion && (
                <ToRow model="experiments.chronicinsertion" id={insertion.chronic_insertion}>
                  stays in the animal
                </ToRow>
              ),
            ],
            ['Last changed', insertion.last_updated && shownMoment(insertion.last_updated)],
            [
              'Key',
              <span key="key" className="keyed">
                <code>{rowKey}</code> <Copy text={rowKey} what="the key" />
              </span>,
            ],
          ]}
        />
        {insertion.json !== null && (
          <details className="fold">
            <summary>What pipelines left in the JSON</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is walked through with the keyboard */}
            <pre tabIndex={0}>{JSON.stringify(insertion.json, null, 2)}</pre>
          </details>
        )}
      </Panel>
      <Trajectories
        trajectories={insertion.trajectories}
        shown={shown?.provenance}
        onShow={(provenance) => setAsked(provenance === believed?.provenance ? undefined : String(provenance))}
      />
      <Panel
        title={shown ? `Channels: ${shown.label.toLowerCase()}` : 'Channels'}
        beside={
          shown && (
            <span className="plain-links">
              <Link
                to="/$app/$model/"
                params={{ app: 'experiments', model: 'channel' }}
                search={{ trajectory_estimate: shown.id }}
              >
                All {shown.channels} as a list
              </Link>
            </span>
          )
        }
      >
        {channels.length === 0 ? (
          <Text c="dimmed" size="sm">
            No channels are registered. They come with a histology track: programs register the place of every site, and
            the region that it was in.
          </Text>
        ) : (
          <div className="probe-part">
            <ProbeDrawing channels={channels} depth={shown?.depth ?? null} />
            <Sites channels={channels} />
          </div>
        )}
      </Panel>
      <RecordedDatasets by="probe_insertion" rowKey={rowKey} count={insertion.datasets} />
      <Panel title="Notes">
        <Notes about="experiments.probeinsertion" rowKey={rowKey} words="this insertion" />
      </Panel>
    </div>
  )
}

/** The same as the drawing, region by region, in words. */
function Sites({ channels }: { readonly channels: readonly ChannelPlace[] }) {
  const regions = [...Map.groupBy(channels, ({ region }) => region?.id)].map(([id, ones]) => {
    const heights = ones.flatMap(({ axial }) => (axial === null ? [] : [axial]))
    return {
      id,
      region: ones[0]!.region,
      count: ones.length,
      least: Math.min(...heights),
      most: Math.max(...heights),
    }
  })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is walked through with the keyboard
    <div className="sites plain-links" tabIndex={0}>
      <table className="values" aria-label="Channels by region">
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col" className="number">
              From the tip
            </th>
            <th scope="col" className="number">
              Channels
            </th>
          </tr>
        </thead>
        <tbody>
          {regions
            .toSorted((a, b) => b.most - a.most)
            .map(({ id, region, count, least, most }) => (
              <tr key={id ?? 'unknown'}>
                <td>
                  <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
                    <rect width="10" height="10" rx="2" fill={region?.colour ?? 'var(--line)'} />
                  </svg>
                  {region ? (
                    <>
                      <Link to="/regions/" search={{ region: String(region.id) }}>
                        {region.acronym}
                      </Link>{' '}
                      <span className="soft">{region.name}</span>
                    </>
                  ) : (
                    'not known'
                  )}
                </td>
                <td className="number">
                  {Math.round(least)}–{Math.round(most)} µm
                </td>
                <td className="number">{count}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  )
}
