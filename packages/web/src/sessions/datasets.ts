/** Datasets of a session: what is there, what was asked to be shown, how to load one. */
import type { SessionDataset } from '@alyx/client'

/** How it is with the copies of a dataset. */
export type Presence = 'there' | 'partly' | 'local' | 'missing' | 'unregistered'

export const PRESENCES: Readonly<Record<Presence, string>> = {
  there: 'all copies there',
  partly: 'some copies missing',
  local: 'only in personal repositories',
  missing: 'no copy there',
  unregistered: 'no copy registered',
}

export function presenceOf({ copies }: Pick<SessionDataset, 'copies'>): Presence {
  if (copies.length === 0) return 'unregistered'
  const there = copies.filter(({ exists }) => exists)
  if (there.length === 0) return 'missing'
  if (there.every(({ personal }) => personal === true)) return 'local'
  return there.length === copies.length ? 'there' : 'partly'
}

const isMarked = (dataset: SessionDataset, mark: 'protected' | 'public') => dataset.tags.some((tag) => tag[mark])

/** Ways to narrow the datasets, besides words. */
export const STATES: Readonly<
  Record<string, { readonly words: string; readonly fits: (one: SessionDataset) => boolean }>
> = {
  there: { words: 'With a copy for everybody', fits: (one) => ['there', 'partly'].includes(presenceOf(one)) },
  gone: { words: 'Without a copy for everybody', fits: (one) => !['there', 'partly'].includes(presenceOf(one)) },
  incomplete: { words: 'With a missing copy', fits: ({ copies }) => copies.some(({ exists }) => !exists) },
  protected: { words: 'Protected', fits: (one) => isMarked(one, 'protected') },
  public: { words: 'Public', fits: (one) => isMarked(one, 'public') },
  old: { words: 'Not the default revision', fits: ({ default_dataset }) => !default_dataset },
  bad: { words: 'QC warning or worse', fits: ({ qc }) => qc >= 30 },
}

/** Those that have all words in their name, collection, type, revision or tags, and are in the state. */
export function narrowed(
  datasets: readonly SessionDataset[],
  words: string,
  state: string | undefined,
): readonly SessionDataset[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const fits = STATES[state ?? '']?.fits ?? (() => true)
  return datasets.filter((one) => {
    if (!fits(one)) return false
    const { name, collection, dataset_type, revision, tags } = one
    const text = [`${collection ?? ''}/${name}`, dataset_type, revision, ...tags.map(({ title }) => title)]
      .join(' ')
      .toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

export interface RepositorySum {
  readonly name: string
  readonly personal: boolean
  readonly there: number
  readonly missing: number
  readonly bytes: number
}

/** Copies by repository: those that everybody reaches first. */
export function repositoriesOf(datasets: readonly SessionDataset[]): readonly RepositorySum[] {
  const sums = new Map<string, RepositorySum>()
  for (const { copies, file_size } of datasets)
    for (const { repository: name, personal, exists } of copies) {
      const { there, missing, bytes } = sums.get(name) ?? { there: 0, missing: 0, bytes: 0 }
      sums.set(name, {
        name,
        personal: personal === true,
        there: there + (exists ? 1 : 0),
        missing: missing + (exists ? 0 : 1),
        bytes: bytes + (exists ? (file_size ?? 0) : 0),
      })
    }
  return [...sums.values()].toSorted((a, b) => Number(a.personal) - Number(b.personal) || a.name.localeCompare(b.name))
}

/** A text as Python writes it. */
const python = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** The call of ONE that loads a dataset. */
export function loadingCall(session: string, { name, collection, revision }: SessionDataset): string {
  const more = [
    `collection=${python(collection ?? '')}`,
    ...(revision === null ? [] : [`revision=${python(revision)}`]),
  ]
  return `one.load_dataset(${[python(session), python(name), ...more].join(', ')})`
}
