import { type SessionDataset, type SessionOverview, sessionDatasets } from '@alyx/client'
import { Alert, Group, Select, Text, TextInput } from '@mantine/core'
import { IconCheck, IconLock, IconMinus, IconWorld, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { useAddressWord } from '../frame/address-word.ts'
import { bytesInWords } from '../kinds/bytes.ts'
import { verdictOfLevel } from '../kinds/verdict.ts'
import { VerdictSign } from '../kinds/verdict-sign.tsx'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { DatasetDrawer } from './dataset-drawer.tsx'
import { narrowed, type RepositorySum, repositoriesOf, STATES } from './datasets.ts'

const DATASET = 'data.dataset'
const NO_DATASETS: readonly SessionDataset[] = []

/** Everything that was registered for a session, and in which repositories it lies. */
export default function Datasets({ session }: { readonly session: SessionOverview }) {
  useLive(DATASET)
  const { data, error } = useQuery({
    queryKey: ['list', DATASET, 'session', session.id],
    queryFn: () => sessionDatasets(client.connection, session.id),
  })
  const all = data ?? NO_DATASETS
  const [words = '', setWords] = useAddressWord('find')
  const [state, setState] = useAddressWord('state')
  const [opened, setOpened] = useAddressWord('dataset')
  const shown = useMemo(() => narrowed(all, words, state), [all, words, state])
  const repositories = useMemo(() => repositoriesOf(all), [all])
  const open = all.find(({ id }) => id === opened)
  if (error)
    return (
      <Alert color="red" title="The datasets cannot be shown">
        {error.message}
      </Alert>
    )
  if (data?.length === 0)
    return (
      <div className="card panel">
        <Text>No dataset is registered for this session.</Text>
        <Text c="dimmed" size="sm">
          Rigs and pipelines register files as they copy them: with ONE it is{' '}
          <code>RegistrationClient(one).register_files(…)</code>, from any program <code>POST /register-file</code>.
          They appear here at once.
        </Text>
      </div>
    )
  return (
    <div className="stack">
      <Repositories sums={repositories} datasets={all} />
      <Group gap="sm" className="narrow" align="flex-end">
        <TextInput
          label="Find"
          placeholder="spikes probe00"
          value={words}
          onChange={({ currentTarget: { value } }) => setWords(value === '' ? undefined : value)}
        />
        <Select
          label="Show"
          data={Object.entries(STATES).map(([value, { words: label }]) => ({ value, label }))}
          placeholder="All"
          clearable
          clearButtonProps={{ 'aria-label': 'Show all' }}
          value={state ?? null}
          onChange={(next) => setState(next ?? undefined)}
        />
        <Text size="sm" c="dimmed" role="status">
          {data === undefined
            ? 'Looking…'
            : `${shown.length} of ${all.length} datasets, ${bytesInWords(shown.reduce((sum, { file_size }) => sum + (file_size ?? 0), 0))}`}
        </Text>
      </Group>
      <DatasetTable datasets={shown} repositories={repositories} onOpen={setOpened} />
      <DatasetDrawer session={session.id} dataset={open} onClose={() => setOpened(undefined)} />
    </div>
  )
}

function Repositories({
  sums,
  datasets,
}: {
  readonly sums: readonly RepositorySum[]
  readonly datasets: readonly SessionDataset[]
}) {
  if (datasets.length === 0) return null
  return (
    <ul className="repositories" aria-label="Copies by repository">
      {sums.map(({ name, personal, there, missing, bytes }) => (
        <li key={name} className="card">
          <b>{name}</b> {personal && <span className="soft">personal</span>}
          <div>
            {there} of {datasets.length} there, {bytesInWords(bytes)}
          </div>
          <div className={missing > 0 ? 'gone' : 'soft'}>{missing > 0 ? `${missing} missing` : 'none missing'}</div>
        </li>
      ))}
    </ul>
  )
}

/** A row is two lines high on narrow screens; the style sheet has the same numbers. */
const ROW_HEIGHT = 48
const AHEAD_ROWS = 12

interface DatasetTableProps {
  readonly datasets: readonly SessionDataset[]
  readonly repositories: readonly RepositorySum[]
  readonly onOpen: (dataset: string) => void
}

/** Only the rows on screen exist. */
function DatasetTable({ datasets, repositories, onOpen }: DatasetTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: datasets.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: AHEAD_ROWS,
  })
  const rows = virtual.getVirtualItems()
  const above = rows[0]?.start ?? 0
  const below = virtual.getTotalSize() - (rows.at(-1)?.end ?? 0)
  const filler = (height: number) =>
    height > 0 && (
      <tr aria-hidden>
        <td style={{ height, padding: 0, border: 0 }} colSpan={6 + repositories.length} />
      </tr>
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is walked through with the keyboard
    <div className="card dataset-table" ref={scroller} tabIndex={0}>
      <table aria-label="Datasets" aria-rowcount={datasets.length + 1}>
        <thead>
          <tr>
            <th scope="col">Dataset</th>
            <th scope="col">Type</th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col">Revision</th>
            <th scope="col">QC</th>
            <th scope="col">Tags</th>
            {repositories.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filler(above)}
          {rows.map(({ index }) => {
            const dataset = datasets[index]
            return (
              dataset && (
                <DatasetRow
                  key={dataset.id}
                  dataset={dataset}
                  at={index + 2}
                  repositories={repositories}
                  onOpen={onOpen}
                />
              )
            )
          })}
          {filler(below)}
        </tbody>
      </table>
      {datasets.length === 0 && (
        <Text p="md" c="dimmed" size="sm">
          No dataset fits. Other words, or “All”, show more.
        </Text>
      )}
    </div>
  )
}

function DatasetRow({
  dataset,
  at,
  repositories,
  onOpen,
}: {
  readonly dataset: SessionDataset
  readonly at: number
  readonly repositories: readonly RepositorySum[]
  readonly onOpen: (dataset: string) => void
}) {
  const { id, name, collection, dataset_type, file_size, revision, default_dataset, qc, tags } = dataset
  return (
    <tr aria-rowindex={at}>
      <th scope="row" title={`${collection ?? ''}/${name}`}>
        <button type="button" onClick={() => onOpen(id)}>
          {name}
        </button>
        <div className="soft">{collection || '(no collection)'}</div>
      </th>
      <td>{dataset_type}</td>
      <td className="number">{bytesInWords(file_size)}</td>
      <td>
        {revision ?? <span className="soft">–</span>}
        {!default_dataset && <div className="soft">not the default</div>}
      </td>
      <td>
        <VerdictSign verdict={verdictOfLevel(qc)} />
      </td>
      <td>
        <span className="marks" title={tags.map(({ title }) => title).join(', ')}>
          {tags.some((tag) => tag.protected) && (
            <span>
              <IconLock size={14} aria-hidden /> protected
            </span>
          )}
          {tags.some((tag) => tag.public) && (
            <span>
              <IconWorld size={14} aria-hidden /> public
            </span>
          )}
        </span>
      </td>
      {repositories.map(({ name: repository }) => (
        <td key={repository}>
          <CopyState copies={dataset.copies.filter((copy) => copy.repository === repository)} repository={repository} />
        </td>
      ))}
    </tr>
  )
}

function CopyState({ copies, repository }: { readonly copies: SessionDataset['copies']; readonly repository: string }) {
  if (copies.length === 0)
    return (
      <span className="soft" title={`Not registered in ${repository}`}>
        <IconMinus size={15} aria-hidden /> none
      </span>
    )
  const there = copies.find(({ exists }) => exists)
  if (!there)
    return (
      <span className="gone" title={`Registered in ${repository}, but not there`}>
        <IconX size={15} aria-hidden /> missing
      </span>
    )
  const sign = (
    <>
      <IconCheck size={15} color="var(--good)" aria-hidden /> there
    </>
  )
  return there.url ? (
    <a href={there.url} rel="noreferrer" target="_blank" title={`Fetch it from ${repository}`}>
      {sign}
    </a>
  ) : (
    <span>{sign}</span>
  )
}
