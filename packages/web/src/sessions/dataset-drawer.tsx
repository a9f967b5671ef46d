import type { SessionDataset } from '@alyx/client'
import { Drawer, Group } from '@mantine/core'
import { Copy } from '../frame/copy.tsx'
import { Facts, Several } from '../frame/facts.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { bytesInWords } from '../kinds/bytes.ts'
import { shownMoment } from '../kinds/index.ts'
import { verdictOfLevel } from '../kinds/verdict.ts'
import { VerdictSign } from '../kinds/verdict-sign.tsx'
import { loadingCall, PRESENCES, presenceOf } from './datasets.ts'

interface DatasetDrawerProps {
  readonly session: string
  readonly dataset: SessionDataset | undefined
  readonly onClose: () => void
}

/** One dataset with all of its copies, and the words that load it. */
export function DatasetDrawer({ session, dataset, onClose }: DatasetDrawerProps) {
  return (
    <Drawer
      opened={dataset !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      lockScroll={false}
      title={dataset?.name ?? ''}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {dataset && <DatasetFacts session={session} dataset={dataset} />}
    </Drawer>
  )
}

function DatasetFacts({ session, dataset }: { readonly session: string; readonly dataset: SessionDataset }) {
  const call = loadingCall(session, dataset)
  return (
    <div className="stack dataset-facts plain-links">
      <ToRow model="data.dataset" id={dataset.id}>
        Open the dataset
      </ToRow>
      <Facts
        facts={[
          ['Collection', dataset.collection || '(none)'],
          ['Type', dataset.dataset_type],
          ['Format', dataset.format],
          ['Size', bytesInWords(dataset.file_size)],
          ['Revision', dataset.revision ?? 'none'],
          ['Default', dataset.default_dataset ? 'yes' : 'no: another revision is loaded unless it is named'],
          ['QC', <VerdictSign key="qc" verdict={verdictOfLevel(dataset.qc)} />],
          ['Made by version', dataset.version],
          [
            'Created',
            [dataset.created && shownMoment(dataset.created), dataset.created_by].filter(Boolean).join(' by '),
          ],
          [
            'Tags',
            dataset.tags.length > 0 && (
              <Several>
                {dataset.tags.map((tag) => (
                  <span key={tag.id}>
                    <ToRow model="data.tag" id={tag.id}>
                      {tag.title}
                    </ToRow>
                    {[tag.protected && 'protected', tag.public && 'public']
                      .filter(Boolean)
                      .map((word) => ` (${word})`)
                      .join('')}
                  </span>
                ))}
              </Several>
            ),
          ],
        ]}
      />
      {dataset.hash && (
        <div>
          <h3>Hash</h3>
          <Group gap={6} wrap="nowrap">
            <code>{dataset.hash}</code>
            <Copy text={dataset.hash} what="the hash" />
          </Group>
        </div>
      )}
      <div>
        <h3>Load it with ONE</h3>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is walked through with the keyboard */}
        <pre tabIndex={0}>{call}</pre>
        <Copy text={call} what="the call" wordy />
      </div>
      <div>
        <h3>Copies: {PRESENCES[presenceOf(dataset)]}</h3>
        <ul className="copies">
          {dataset.copies.map(({ id, repository, personal, path, exists, url }) => (
            <li key={id}>
              <Group justify="space-between" gap="xs">
                <b>{repository}</b>
                <span className={exists ? '' : 'gone'}>
                  {exists ? 'there' : 'missing'}
                  {personal ? ', personal' : ''}
                </span>
              </Group>
              <code>{path}</code>
              <Group gap="sm">
                {url && (
                  <a href={url} rel="noreferrer" target="_blank">
                    Fetch
                  </a>
                )}
                <ToRow model="data.filerecord" id={id}>
                  File record
                </ToRow>
                <Copy text={url ?? path} what={url ? 'the address' : 'the path'} />
              </Group>
            </li>
          ))}
        </ul>
        {dataset.copies.length === 0 && (
          <p className="soft">No repository is known to have it: whoever registered it named none.</p>
        )}
      </div>
    </div>
  )
}
