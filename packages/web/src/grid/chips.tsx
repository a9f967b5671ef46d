import type { ModelDescription } from '@alyx/client'
import { Button, CloseButton, Group, Popover, Select, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { asText, type Comparison, type KindParts, kinds, partsOf } from '../kinds/index.ts'
import { describeQuery, titleQuery, useMe } from '../server/queries.ts'
import type { Filter } from './address.ts'
import { LOOKUPS, type NamedPath, readFilterName, usePaths } from './paths.ts'

interface ChipsProps {
  readonly description: ModelDescription
  readonly filters: readonly Filter[]
  readonly onChange: (filters: readonly Filter[]) => void
}

const WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(kinds)
    .flatMap(({ comparisons }) => comparisons)
    .map(({ lookup, words }) => [lookup, words]),
)

/** A filter as people say it: `Birth date from 2026-01-01`. */
function Sentence({ filter, named }: { readonly filter: Filter; readonly named: NamedPath }) {
  const { id } = useMe()
  const { negated, lookup } = readFilterName(filter.name, LOOKUPS)
  const { facts, label } = named
  const refers = facts?.to !== undefined && lookup === ''
  const { data: title } = useQuery({
    ...titleQuery(facts?.to ?? '', filter.value),
    enabled: refers && filter.value !== id,
  })
  const not = negated ? 'not ' : ''
  if (lookup === 'isnull')
    return (
      <>
        <b>{label}</b> {negated !== (filter.value === 'true') ? 'is empty' : 'is filled'}
      </>
    )
  const value = refers
    ? filter.value === id
      ? 'me'
      : (title ?? '…')
    : facts
      ? shown(filter.value, named)
      : filter.value
  return (
    <>
      <b>{label}</b> {not}
      {WORDS[lookup] ?? lookup.replaceAll('__', ' ')} <b>{value}</b>
    </>
  )
}

function shown(text: string, { facts }: NamedPath): string {
  if (!facts) return text
  if (facts.kind === 'boolean') return text === 'true' ? 'yes' : 'no'
  return facts.choices?.find(({ value }) => String(value) === text)?.label ?? text
}

/** The filters of a list, each with a way to take it away, and a way to add one. */
export function Chips({ description, filters, onChange }: ChipsProps) {
  const paths = usePaths(
    description,
    filters.map(({ name }) => readFilterName(name, LOOKUPS).path),
  )
  return (
    <Group gap={6} role="group" aria-label="Filters">
      {filters.map((filter, at) => (
        <span key={`${filter.name}=${filter.value}`} className="chip">
          <Sentence filter={filter} named={paths[at]!} />
          <CloseButton
            size="sm"
            aria-label={`Remove the filter ${paths[at]!.label}`}
            onClick={() => onChange(filters.filter((other) => other !== filter))}
          />
        </span>
      ))}
      <AddFilter description={description} onAdd={(filter) => onChange([...filters, filter])} />
      {filters.length > 1 && (
        <Button size="compact-sm" variant="subtle" onClick={() => onChange([])}>
          Show all
        </Button>
      )}
    </Group>
  )
}

function AddFilter({
  description,
  onAdd,
}: {
  readonly description: ModelDescription
  readonly onAdd: (filter: Filter) => void
}) {
  const [open, setOpen] = useState(false)
  return (
    <Popover opened={open} onChange={setOpen} width={320} position="bottom-start" trapFocus closeOnClickOutside={false}>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setOpen(!open)}
        >
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {open && (
          <FilterForm
            description={description}
            onAdd={(filter) => {
              setOpen(false)
              onAdd(filter)
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

/** Inputs of what is compared with something else than a value of the field. */
const OPERANDS: Partial<Record<Comparison['operand'], KindParts['Input']>> = {
  text: kinds.text.Input,
  day: kinds.date.Input,
  row: kinds.reference.Input,
}
const TRUTH = [
  { value: 'true', label: 'yes' },
  { value: 'false', label: 'no' },
]

function FilterForm({
  description,
  onAdd,
}: {
  readonly description: ModelDescription
  readonly onAdd: (filter: Filter) => void
}) {
  const first = description.filters.filter((name) => !name.includes('.'))
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length)
  const fields = [...description.fields, ...description.questions]
    .filter((facts) => partsOf(facts).comparisons.length > 0)
    .toSorted((a, b) => rank(a.name) - rank(b.name))
  const [name, setName] = useState<string | null>(fields[0]?.name ?? null)
  const [through, setThrough] = useState<string | null>(null)
  const chosen = fields.find((one) => one.name === name)
  const [target] = usePaths(description, [through && name ? `${name}.${through}` : (name ?? '')])
  const facts = target?.facts ?? chosen
  const comparisons: readonly Comparison[] = facts ? partsOf(facts).comparisons : []
  const [lookup, setLookup] = useState<string | null>(null)
  const comparison = comparisons.find((one) => one.lookup === lookup) ?? comparisons[0]
  const [value, setValue] = useState<unknown>(null)
  const truth = comparison?.operand === 'truth' || facts?.kind === 'boolean'
  const text = truth ? asText(value ?? 'true') : facts ? partsOf(facts).toFilter(value) : ''
  if (!chosen || !facts || !comparison) return <Text size="sm">There is nothing here to filter by.</Text>
  const asked = { ...facts, required: false, nullable: true, read_only: false }
  const Input = OPERANDS[comparison.operand] ?? partsOf(facts).Input
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const path = [name, ...(through ? [through] : [])].join('__')
        if (text !== '') onAdd({ name: comparison.lookup === '' ? path : `${path}__${comparison.lookup}`, value: text })
      }}
    >
      <Stack gap="xs">
        <Select
          label="Field"
          searchable
          allowDeselect={false}
          data={fields.map((one) => ({ value: one.name, label: one.label }))}
          value={name}
          onChange={(next) => {
            setName(next)
            setThrough(null)
            setLookup(null)
            setValue(null)
          }}
          comboboxProps={{ withinPortal: false }}
        />
        {chosen.to && (
          <FieldOfRelated
            model={chosen.to}
            description={description}
            from={chosen.name}
            value={through}
            onChange={(next) => {
              setThrough(next)
              setLookup(null)
              setValue(null)
            }}
          />
        )}
        <Select
          label="Comparison"
          allowDeselect={false}
          data={comparisons.map((one) => ({ value: one.lookup || '=', label: one.words }))}
          value={comparison.lookup || '='}
          onChange={(next) => {
            setLookup(next === '=' ? '' : next)
            setValue(null)
          }}
          comboboxProps={{ withinPortal: false }}
        />
        {truth ? (
          <Select
            label="Answer"
            allowDeselect={false}
            data={TRUTH}
            value={text}
            onChange={setValue}
            comboboxProps={{ withinPortal: false }}
          />
        ) : (
          <Input facts={{ ...asked, label: 'Value', help: '' }} value={value} onChange={setValue} />
        )}
        <Button type="submit" disabled={text === ''}>
          Add the filter
        </Button>
      </Stack>
    </form>
  )
}

/** A relation is compared itself, or by a field of the row that it leads to. */
function FieldOfRelated({
  model,
  description,
  from,
  value,
  onChange,
}: {
  readonly model: string
  readonly description: ModelDescription
  readonly from: string
  readonly value: string | null
  readonly onChange: (name: string | null) => void
}) {
  const { data } = useQuery(describeQuery(model))
  const itself = description.fields.find(({ name }) => name === from)?.label ?? from
  const fields = (data?.fields ?? []).filter((facts) => partsOf(facts).comparisons.length > 0)
  return (
    <Select
      label="Of it"
      searchable
      allowDeselect={false}
      data={[
        { value: '', label: `the ${itself.toLowerCase()} itself` },
        ...fields.map((one) => ({ value: one.name, label: one.label })),
      ]}
      value={value ?? ''}
      onChange={(next) => onChange(next === '' ? null : next)}
      comboboxProps={{ withinPortal: false }}
    />
  )
}
