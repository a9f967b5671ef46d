import type { Sex } from '@alyx/client'
import { Select, TextInput } from '@mantine/core'
import { keyOf, ModelField } from './model-field.tsx'

/** Where animals go: they stay, or move into a housing that is there, into one that is made, or to a cage that is only a name. */
export interface Destination {
  readonly way: 'stay' | 'housing' | 'new' | 'cage'
  readonly housing?: { readonly id: string; readonly title: string } | undefined
  readonly name: string
}
export const STAY: Destination = { way: 'stay', name: '' }

const WAYS = [
  { value: 'stay', label: 'Stay where they are' },
  { value: 'new', label: 'A new cage, with a housing' },
  { value: 'housing', label: 'A housing that is there' },
  { value: 'cage', label: 'Only the name of a cage' },
] as const

export const isComplete = ({ way, housing, name }: Destination): boolean =>
  way === 'stay' || (way === 'housing' ? housing !== undefined : name.trim() !== '')

/** `→ C12` in a preview. */
export function wordsFor({ way, housing, name }: Destination): string {
  if (way === 'stay') return 'stays'
  if (way === 'housing') return housing ? `→ ${housing.title}` : '→ ?'
  return `→ ${name.trim() || '?'}${way === 'new' ? ' (new)' : ''}`
}

export function DestinationFields({
  who,
  value,
  onChange,
  without = [],
}: {
  /** `females`. */
  readonly who: string
  readonly value: Destination
  readonly onChange: (value: Destination) => void
  readonly without?: readonly Destination['way'][]
}) {
  return (
    <div className="destination">
      <Select
        label={`Where the ${who} go`}
        allowDeselect={false}
        data={WAYS.filter((way) => !without.includes(way.value)).map((way) => ({ ...way }))}
        value={value.way}
        onChange={(way) => onChange({ ...value, way: way as Destination['way'] })}
      />
      {(value.way === 'new' || value.way === 'cage') && (
        <TextInput
          mt="xs"
          label={`Cage of the ${who}`}
          required
          maxLength={64}
          value={value.name}
          onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
        />
      )}
      {value.way === 'housing' && (
        <div className="below">
          <ModelField
            model="misc.housingsubject"
            field="housing"
            label={`Housing of the ${who}`}
            help=""
            required
            value={value.housing ?? null}
            onChange={(next) =>
              onChange({ ...value, housing: keyOf(next) ? (next as { id: string; title: string }) : undefined })
            }
          />
        </div>
      )}
    </div>
  )
}

export type Destinations = Readonly<Record<Sex, Destination>>
