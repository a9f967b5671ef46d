import type { FieldFacts } from '@alyx/client'
import { Select } from '@mantine/core'
import { asText, captions, EMPTY, EQUAL, type InputProps, type KindParts } from './parts.ts'

const labelOf = (value: unknown, { choices = [] }: FieldFacts): string =>
  choices.find((choice) => String(choice.value) === asText(value))?.label ?? asText(value)

function ChoiceField(props: InputProps) {
  const { facts, value, onChange } = props
  const choices = (facts.choices ?? []).map((choice) => ({ value: String(choice.value), label: choice.label }))
  const original = (text: string) => facts.choices?.find((choice) => String(choice.value) === text)?.value ?? text
  const cleared = facts.nullable ? null : ''
  return (
    <Select
      {...captions(props)}
      data={choices.filter((choice) => choice.value !== '')}
      value={asText(value) === '' ? null : asText(value)}
      clearable={facts.nullable || facts.blank}
      searchable={choices.length > 8}
      allowDeselect={false}
      onChange={(text) => onChange(text === null ? cleared : original(text))}
      clearButtonProps={{ 'aria-label': `Clear ${facts.label}` }}
      comboboxProps={{ withinPortal: true }}
    />
  )
}

export const choice: KindParts = {
  cell: labelOf,
  Input: ChoiceField,
  comparisons: [EQUAL, EMPTY],
  toFilter: asText,
  fromFilter: (text) => text,
  width: 110,
  sorts: true,
  empty: '',
}
export const level: KindParts = { ...choice, empty: null }
