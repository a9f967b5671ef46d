import { useQuery } from '@tanstack/react-query'
import { partsOf } from '../kinds/index.ts'
import { titleQuery, useDescription } from '../server/queries.ts'

interface ModelFieldProps {
  readonly model: string
  readonly field: string
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  /** Instead of the words of the declaration. */
  readonly label?: string
  readonly help?: string
  readonly required?: boolean
  readonly error?: string | undefined
}

/** The input of a model's field, as its form has it. */
export function ModelField({ model, field, value, onChange, label, help, required = false, error }: ModelFieldProps) {
  const facts = useDescription(model).fields.find(({ name }) => name === field)
  if (!facts) return null
  const { Input } = partsOf(facts)
  return (
    <Input
      facts={{
        ...facts,
        required,
        nullable: !required,
        ...(label !== undefined && { label }),
        ...(help !== undefined && { help }),
      }}
      value={value}
      onChange={onChange}
      error={error}
    />
  )
}

export const keyOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : undefined

/** What a row is called, for an input that knows its key from the address. */
export function useTitle(model: string, key: string | undefined): string {
  return useQuery({ ...titleQuery(model, key ?? ''), enabled: key !== undefined }).data ?? '…'
}
