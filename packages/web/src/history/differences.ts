/** What a change did, field by field. */
import type { FieldFacts, HistoryEntry, ModelDescription } from '@alyx/client'

export interface Difference {
  readonly name: string
  readonly label: string
  readonly facts: FieldFacts | undefined
  readonly before: unknown
  readonly after: unknown
}

/** Columns of the database as the fields that they hold: `lab_id` is `lab`. */
const fieldOf = (description: ModelDescription, column: string): FieldFacts | undefined =>
  description.fields.find(({ name, kind }) => name === column || (kind === 'reference' && `${name}_id` === column))

/** A link is a row of its own: its number, and the keys of both ends, of which one is the row that has this history. */
function linkOf({ field, key, old, new: made }: HistoryEntry, description: ModelDescription): Difference {
  const facts = description.fields.find(({ name }) => name === field)
  const farEnd = (link: Readonly<Record<string, unknown>> | null): unknown => {
    const ends = Object.entries(link ?? {}).flatMap(([column, value]) => (column === 'id' ? [] : [value]))
    return ends.find((end) => String(end) !== key) ?? ends[0] ?? null
  }
  return { name: field!, label: facts?.label ?? field!, facts, before: farEnd(old), after: farEnd(made) }
}

export function differencesOf(entry: HistoryEntry, description: ModelDescription): readonly Difference[] {
  if (entry.field !== null) return [linkOf(entry, description)]
  const { old, new: made } = entry
  const columns = [...new Set([...Object.keys(old ?? {}), ...Object.keys(made ?? {})])]
  return columns.flatMap((column) => {
    const facts = fieldOf(description, column)
    const [before, after] = [old?.[column] ?? null, made?.[column] ?? null]
    // A new row has many columns that say nothing.
    if (JSON.stringify(before) === JSON.stringify(after) || (before ?? '') === (after ?? '')) return []
    return [{ name: facts?.name ?? column, label: facts?.label ?? column, facts, before, after }]
  })
}

/** What puts a row back to how it was before a change: only fields that may be written. */
export function wayBack(entry: HistoryEntry, description: ModelDescription): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    differencesOf(entry, description).flatMap(({ name, facts, before }) =>
      facts?.rights.change && !facts.read_only ? [[name, before]] : [],
    ),
  )
}
