import type { ModelSummary } from '@alyx/client'
import { Modal, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { client } from '../server/client.ts'
import { useModels } from '../server/queries.ts'
import { PLACES } from './places.ts'
import './search.css'

interface Hit {
  readonly id: string
  readonly title: string
  readonly hint: string
  /** Below `/admin`. */
  readonly to: string
}

const PAUSE_MS = 80
const PAGES_SHOWN = 4

/** Pages whose name has every word that was typed. */
function pagesCalled(models: readonly ModelSummary[], words: string): readonly Hit[] {
  const wanted = words.toLowerCase().split(/\s+/)
  const meant = (text: string) => wanted.every((word) => text.toLowerCase().includes(word))
  const places = PLACES.filter(({ title, words }) => meant(`${title} ${words}`)).map(({ title, to }) => ({
    id: to,
    title,
    hint: 'page',
    to,
  }))
  const lists = models
    .filter(({ plural, label, framework }) => !framework && meant(`${plural} ${label}`))
    .map(({ key, plural, app, model }) => ({ id: key, title: plural, hint: 'list', to: `/${app}/${model}/` }))
  return [...places, ...lists].slice(0, PAGES_SHOWN)
}

/** Finds anything by what somebody typed or pasted: names, sessions, files, keys, pages. */
export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const [q] = useDebouncedValue(typed.trim(), PAUSE_MS)
  const models = useModels()
  const navigate = useNavigate()
  const {
    data: found = [],
    error,
    isFetching,
  } = useQuery({
    queryKey: ['search', q],
    queryFn: ({ signal }) => client.search(q, signal),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })
  const rows = found.map(({ id, title, label, hint, page, model }) => ({
    id: `${model} ${id}`,
    title: title || id,
    hint: [label, hint].filter((word) => word).join(' · '),
    to: page.replace(/^\/admin/, ''),
  }))
  const hits: readonly Hit[] = q === '' ? [] : [...rows.slice(0, 12), ...pagesCalled(models, q)]
  const open = (hit: Hit | undefined) => {
    if (!hit) return
    onClose()
    void navigate({ to: hit.to })
  }
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((at + step + hits.length) % Math.max(1, hits.length))
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      open(hits[at])
    }
  }
  return (
    <Modal opened onClose={onClose} title="Find anything" size="lg" yOffset="10vh" centered={false}>
      <TextInput
        data-autofocus
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls="found"
        aria-activedescendant={hits[at] ? `found-${at}` : undefined}
        aria-label="What are you looking for?"
        placeholder="SW_001, SW_001/2026-03-02/1, a key, a file, a person, a page"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={keys}
      />
      <div id="found" role="listbox" aria-label="What was found" className="found">
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the input, which keeps the focus
          <div
            key={hit.id}
            id={`found-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onMouseEnter={() => setAt(index)}
            onClick={() => open(hit)}
          >
            <b>{hit.title}</b>
            <span className="soft">{hit.hint}</span>
          </div>
        ))}
      </div>
      {error && (
        <Text role="alert" c="var(--bad)" size="sm" mt="sm">
          {error.message}
        </Text>
      )}
      {q !== '' && !isFetching && !error && hits.length === 0 && (
        <Text c="dimmed" size="sm" mt="sm">
          Nothing is called that. Parts of names are enough; keys and sessions may stand anywhere in what you paste.
        </Text>
      )}
    </Modal>
  )
}
