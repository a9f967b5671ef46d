/** What the address of a list says: everything but these parameters is a filter of the native API. */
import type { ModelDescription } from '@alyx/client'

export type Address = Readonly<Record<string, string | readonly string[]>>

const VIEW_PARAMETERS = ['search', 'ordering', 'columns', 'view'] as const
type ViewParameter = (typeof VIEW_PARAMETERS)[number]
const isViewParameter = (name: string): name is ViewParameter => VIEW_PARAMETERS.includes(name as ViewParameter)

const single = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0]

export const searchOf = (address: Address): string => single(address.search) ?? ''
export const orderingOf = (address: Address): readonly string[] =>
  (single(address.ordering) ?? '').split(',').filter((path) => path !== '')

/** Columns that were chosen, or those of the declaration. */
export function columnsOf(address: Address, description: ModelDescription): readonly string[] {
  const chosen = (single(address.columns) ?? '').split(',').filter((path) => path !== '')
  if (chosen.length > 0) return chosen
  // What stands for two other fields has no value of its own, and rows that refer to this one can only be filtered by.
  const usual = description.list.filter(
    (path) =>
      description.fields.every(({ name, kind }) => name !== path || kind !== 'generic') &&
      description.related.every(({ name, many }) => !many || name !== path.split('.')[0]),
  )
  if (usual.length > 0) return usual
  return description.fields.filter(({ kind }) => kind !== 'json' && kind !== 'generic').map(({ name }) => name)
}

export interface Filter {
  readonly name: string
  readonly value: string
}

export const filtersOf = (address: Address): readonly Filter[] =>
  Object.entries(address).flatMap(([name, value]) =>
    isViewParameter(name) ? [] : (typeof value === 'string' ? [value] : value).map((one) => ({ name, value: one })),
  )

/** The address with other filters; `view=all` when none is left, so that the usual ones do not come back. */
export function withFilters(address: Address, filters: readonly Filter[]): Address {
  const kept = Object.fromEntries(Object.entries(address).filter(([name]) => isViewParameter(name) && name !== 'view'))
  const made: Record<string, string | string[]> = { ...(kept as Record<string, string>) }
  for (const { name, value } of filters) {
    const before = made[name]
    made[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value]
  }
  return filters.length === 0 ? { ...made, view: 'all' } : made
}

/** The address with one of its view parameters changed; an empty value leaves it out. */
export function withParameter(address: Address, name: ViewParameter, value: string): Address {
  const { [name]: _, ...rest } = address
  return value === '' ? rest : { ...rest, [name]: value }
}

/** Orders by a column, then backwards, then as before. `keep` leaves the other columns in place. */
export function ordered(ordering: readonly string[], path: string, keep: boolean): readonly string[] {
  const others = keep ? ordering.filter((one) => one !== path && one !== `-${path}`) : []
  if (ordering.includes(path)) return [...others, `-${path}`]
  if (ordering.includes(`-${path}`)) return others
  return [...others, path]
}

/** The part of an address that asks the server for rows. */
export function questionOf(address: Address): Record<string, string | readonly string[] | undefined> {
  const { columns: _, view: __, ...question } = address
  return question
}
