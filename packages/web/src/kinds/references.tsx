import type { Choice, Reference } from '@alyx/client'
import { MultiSelect, Select, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { choicesQuery } from '../server/queries.ts'
import { asText, captions, EMPTY, EQUAL, type InputProps, type KindParts } from './parts.ts'

/** Typing is faster than asking. */
const PAUSE_MS = 120

const isReference = (value: unknown): value is Reference => typeof value === 'object' && value !== null && 'id' in value

const references = (value: unknown): readonly Reference[] => (Array.isArray(value) ? value.filter(isReference) : [])

/** Rows that may be chosen while somebody types, those that are chosen already among them. */
function useChoices(model: string, chosen: readonly Reference[]) {
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState(false)
  const [asked] = useDebouncedValue(search, PAUSE_MS)
  const typed = chosen.some(({ title }) => title === asked) ? '' : asked
  const { data, isFetching } = useQuery({
    ...choicesQuery(model, { search: typed, limit: '30' }),
    enabled: open,
    placeholderData: (before) => before,
  })
  const known = new Map<string, Choice>()
  for (const one of chosen) known.set(one.id, { ...one, hint: null })
  for (const one of data ?? []) known.set(one.id, one)
  return { search, setSearch, setOpen, isFetching, known }
}

const optionsOf = (known: ReadonlyMap<string, Choice>) =>
  [...known.values()].map(({ id, title }) => ({ value: id, label: title || id }))

const optionWithHint =
  (known: ReadonlyMap<string, Choice>) =>
  ({ option }: { readonly option: { readonly value: string; readonly label: string } }) => {
    const hint = known.get(option.value)?.hint
    return (
      <div>
        <div>{option.label}</div>
        {hint && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
      </div>
    )
  }

function ReferenceField(props: InputProps) {
  const { facts, value, onChange } = props
  const chosen = isReference(value) ? value : undefined
  const { search, setSearch, setOpen, isFetching, known } = useChoices(facts.to ?? '', chosen ? [chosen] : [])
  return (
    <Select
      {...captions(props)}
      data={optionsOf(known)}
      value={chosen?.id ?? null}
      searchable
      clearable={facts.nullable || !facts.required}
      allowDeselect={false}
      filter={({ options }) => options}
      searchValue={search}
      onSearchChange={setSearch}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      nothingFoundMessage={isFetching ? 'Looking…' : 'Nothing of that name'}
      renderOption={optionWithHint(known)}
      clearButtonProps={{ 'aria-label': `Clear ${facts.label}` }}
      onChange={(id) => {
        const one = id === null ? undefined : known.get(id)
        onChange(one ? { id: one.id, title: one.title } : null)
      }}
    />
  )
}

function ManyField(props: InputProps) {
  const { facts, value, onChange } = props
  const chosen = references(value)
  const { search, setSearch, setOpen, isFetching, known } = useChoices(facts.to ?? '', chosen)
  return (
    <MultiSelect
      {...captions(props)}
      data={optionsOf(known)}
      value={chosen.map(({ id }) => id)}
      searchable
      hidePickedOptions
      filter={({ options }) => options}
      searchValue={search}
      onSearchChange={setSearch}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      nothingFoundMessage={isFetching ? 'Looking…' : 'Nothing of that name'}
      renderOption={optionWithHint(known)}
      onChange={(ids) => onChange(ids.flatMap((id) => (known.get(id) ? [{ id, title: known.get(id)!.title }] : [])))}
    />
  )
}

const idOf = (value: unknown): string => (isReference(value) ? value.id : asText(value))
/** A filter has the key alone; whoever shows it looks the title up. */
const fromKey = (text: string) => (text === '' ? null : { id: text, title: text })

export const reference: KindParts = {
  cell: (value) => (isReference(value) ? value.title : asText(value)),
  Input: ReferenceField,
  comparisons: [EQUAL, EMPTY],
  toFilter: idOf,
  fromFilter: fromKey,
  width: 140,
  sorts: true,
  empty: null,
}

export const many: KindParts = {
  cell: (value) =>
    Array.isArray(value) ? value.map((one) => (isReference(one) ? one.title : asText(one))).join(', ') : '',
  Input: ManyField,
  comparisons: [{ lookup: '', words: 'is', operand: 'row' }, EMPTY],
  toFilter: idOf,
  fromFilter: fromKey,
  width: 170,
  wide: true,
  sorts: false,
  empty: [],
}

export const generic: KindParts = {
  ...reference,
  Input: () => null,
  comparisons: [],
  sorts: false,
}
