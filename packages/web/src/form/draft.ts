/** What a form holds before it is saved. */
import type { FieldFacts, ModelDescription, Row } from '@alyx/client'
import { Unfinished } from '../kinds/index.ts'

export type Draft = Readonly<Record<string, unknown>>

/** Whether a row may be written in a field: by its declaration, and by the rights to this very row. */
export function mayWrite(facts: FieldFacts, row: Row | undefined): boolean {
  if (facts.read_only) return false
  if (!row) return facts.rights.create
  if (!facts.rights.change) return false
  const change = row.$rights?.change ?? false
  return typeof change === 'boolean' ? change : change.includes(facts.name)
}

/** Values of a new row as they are before anybody typed: defaults that are plain values, and what the address says. */
export function emptyDraft({ fields }: ModelDescription): Draft {
  return Object.fromEntries(
    fields.flatMap((facts) => {
      const { default: filled, read_only } = facts
      // What nobody may write is not sent either: the server fills it.
      if (!read_only && filled && 'value' in filled && filled.value !== '') return [[facts.name, filled.value]]
      return []
    }),
  )
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Fields of a draft that say something else than the row. */
export const changedFields = (draft: Draft, row: Draft): readonly string[] =>
  Object.keys(draft).filter((name) => draft[name] instanceof Unfinished || !same(draft[name], row[name]))

/** Faults that can be told before the server is asked, by field. */
export function faultsOf(draft: Draft, fields: readonly FieldFacts[], isNew: boolean): Record<string, string> {
  const faults: Record<string, string> = {}
  for (const facts of fields) {
    const value = draft[facts.name]
    const empty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
    if (value instanceof Unfinished) faults[facts.name] = value.fault
    else if (facts.required && empty && (isNew || facts.name in draft)) faults[facts.name] = `${facts.label} is needed.`
    else if (facts.pattern && typeof value === 'string' && value !== '' && !patternOf(facts.pattern).test(value))
      faults[facts.name] = facts.pattern_message ?? 'This form is not allowed.'
  }
  return faults
}

const patternOf = (source: string): RegExp => new RegExp(`^(?:${source})$`, 'u')

export interface Section {
  readonly title: string
  readonly fields: readonly FieldFacts[]
}

/** The sections of the declaration, and everything that they forgot at the end. */
export function sectionsOf({ fields, sections, label }: ModelDescription): readonly Section[] {
  const byName = new Map(fields.map((facts) => [facts.name, facts]))
  const named = sections.map(({ title, fields: names }) => ({
    title,
    fields: names.flatMap((name) => byName.get(name) ?? []),
  }))
  const told = new Set(named.flatMap((section) => section.fields.map(({ name }) => name)))
  const rest = fields.filter(
    ({ name, kind, read_only }) => !told.has(name) && kind !== 'generic' && (name !== 'id' || !read_only),
  )
  if (rest.length === 0) return named
  const title = named.length === 0 ? label.charAt(0).toUpperCase() + label.slice(1) : 'More'
  const last = named.find((section) => section.title === title)
  return last
    ? named.map((section) => (section === last ? { title, fields: [...section.fields, ...rest] } : section))
    : [...named, { title, fields: rest }]
}
