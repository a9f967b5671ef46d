import type { Reference } from '@alyx/client'
import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { choicesQuery } from '../server/queries.ts'

const PAUSE_MS = 150
const OFFERED = '50'

interface RowSelectProps {
  readonly model: string
  /** Filters that the rows must fit. */
  readonly only?: Readonly<Record<string, string>>
  readonly label: string
  readonly description?: string
  readonly nothing: string
  readonly value: Reference | undefined
  readonly onChange: (row: Reference | undefined) => void
  readonly error?: string | undefined
}

/** One row of a model by its name, looked for while somebody types. */
export function RowSelect({ model, only, nothing, value, onChange, ...captions }: RowSelectProps) {
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed, PAUSE_MS)
  const { data = [], isFetching } = useQuery({
    ...choicesQuery(model, { ...only, search: asked === value?.title ? '' : asked, limit: OFFERED }),
    placeholderData: (before) => before,
  })
  const known = new Map<string, Reference>([...(value ? [value] : []), ...data].map((row) => [row.id, row]))
  return (
    <Select
      {...captions}
      required
      searchable
      allowDeselect={false}
      data={[...known.values()].map(({ id, title }) => ({ value: id, label: title || id }))}
      filter={({ options }) => options}
      value={value?.id ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={isFetching ? 'Looking…' : nothing}
      onChange={(id) => {
        const row = known.get(id ?? '')
        onChange(row && { id: row.id, title: row.title })
      }}
    />
  )
}
