import type { Reference } from '@alyx/client'
import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { choicesQuery, titleQuery } from '../server/queries.ts'

const PAUSE_MS = 150
const OFFERED = '50'

interface RowFilterProps {
  readonly label: string
  readonly model: string
  /** The key of a row; all of them when absent. */
  readonly value: string | undefined
  readonly onChange: (key: string | undefined) => void
}

/** Narrows a page to one row of a model, which is looked for by the server while somebody types. */
export function RowFilter({ label, model, value, onChange }: RowFilterProps) {
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed, PAUSE_MS)
  const { data: title } = useQuery({ ...titleQuery(model, value ?? ''), enabled: value !== undefined })
  const { data: found = [] } = useQuery({
    ...choicesQuery(model, { search: asked === title ? '' : asked, limit: OFFERED }),
    placeholderData: (before) => before,
  })
  const chosen: readonly Reference[] = value ? [{ id: value, title: title ?? '…' }] : []
  const known = new Map([...chosen, ...found].map((row) => [row.id, row]))
  return (
    <Select
      label={label}
      placeholder="All"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `All: ${label}` }}
      data={[...known.values()].map((row) => ({ value: row.id, label: row.title || row.id }))}
      filter={({ options }) => options}
      value={value ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage="Nothing of that name"
      onChange={(key) => onChange(key ?? undefined)}
    />
  )
}
