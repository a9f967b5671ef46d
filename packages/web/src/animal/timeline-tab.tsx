import type { Animal, TimelineEvent } from '@alyx/client'
import { Button, Group, MultiSelect, Text } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useAddress } from '../frame/use-address.ts'
import { shownMoment } from '../kinds/moments.tsx'
import { timelineQuery } from './queries.ts'
import { RowLink } from './row-link.tsx'

const PAGE = 100
/** As the server calls them. */
const KINDS = [
  'born',
  'weaned',
  'genotyped',
  'died',
  'disposed of',
  'session',
  'surgery',
  'other action',
  'injection',
  'chronic insertion',
  'restriction began',
  'restriction ended',
  'weighing',
  'water',
  'cull',
  'note',
  'moved in',
  'paired',
  'litter',
]

/** Everything that happened to an animal, the newest first. */
export default function TimelineTab({ animal }: { readonly animal: Animal }) {
  const [{ kinds = '', skip = '0' }, change] = useAddress()
  const offset = Number(skip) || 0
  const asked = { limit: String(PAGE), offset: String(offset), ...(kinds !== '' && { kinds }) }
  const { data } = useSuspenseQuery(timelineQuery(animal.id, asked))
  return (
    <section className="card part" aria-label="Timeline">
      <MultiSelect
        label="Kinds of events"
        placeholder={kinds === '' ? 'All' : ''}
        data={KINDS}
        value={kinds === '' ? [] : kinds.split(',')}
        onChange={(chosen) => change({ kinds: chosen.join(','), skip: undefined })}
        clearable
        clearButtonProps={{ 'aria-label': 'All kinds' }}
        maw={560}
      />
      {data.results.length === 0 ? (
        <Text c="dimmed" mt="md">
          Nothing of that kind happened.
        </Text>
      ) : (
        <ol className="timeline">
          {data.results.map((event) => (
            <li key={`${event.kind} ${event.id}`}>
              <time dateTime={event.at}>{shownMoment(event.at).replace(' 00:00', '')}</time>
              <b>{event.kind}</b>
              <span>
                <RowLink model={event.model} row={{ id: event.id, title: event.title || event.kind }} />
                <small> {detailsOf(event)}</small>
              </span>
            </li>
          ))}
        </ol>
      )}
      <Group mt="sm">
        {offset > 0 && (
          <Button variant="default" onClick={() => change({ skip: offset > PAGE ? String(offset - PAGE) : undefined })}>
            Newer
          </Button>
        )}
        {data.more && (
          <Button variant="default" onClick={() => change({ skip: String(offset + PAGE) })}>
            Earlier
          </Button>
        )}
      </Group>
    </section>
  )
}

/** What a record says beside its title: texts and numbers, not keys. */
function detailsOf({ title, details }: TimelineEvent): string {
  const said = Object.entries(details ?? {}).flatMap(([name, value]) => {
    if (['session', 'image', 'end_time', 'until', 'qc', 'start_time'].includes(name)) return []
    const text = Array.isArray(value)
      ? value.join(', ')
      : typeof value === 'boolean' || value === null
        ? ''
        : String(value)
    // "20.1 g" says the weight already.
    if (text === '' || (typeof value === 'number' && title.startsWith(`${value} `))) return []
    return typeof value === 'number' ? [`${name.replaceAll('_', ' ')} ${text}`] : [text]
  })
  return said.join(' · ')
}
