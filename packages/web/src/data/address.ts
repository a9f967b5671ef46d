import type { Address, Filter } from '../grid/address.ts'

/** What is done with many datasets. */
export const DEEDS = {
  add: 'Add a tag',
  remove: 'Remove a tag',
  protect: 'Protect',
  unprotect: 'Lift protection',
  revision: 'Set the revision',
  release: 'Make a release',
} as const
export type Deed = keyof typeof DEEDS

/**
 * What the page of files shows; all of it stands in its address. Every other word is a filter of the list of datasets.
 */
export type DataAddress = Address & {
  readonly view?: string
  /** Keys of datasets that were selected, separated by commas; absent when filters choose. */
  readonly datasets?: string
  readonly deed?: string
  /** The tag that a deed is about. */
  readonly tag?: string
}

const OWN_WORDS = new Set(['view', 'datasets', 'deed', 'tag', 'columns', 'ordering'])

/** The words of the address that choose datasets, as the list of datasets understands them. */
export const questionIn = (address: Address): Record<string, string | readonly string[]> =>
  Object.fromEntries(Object.entries(address).filter(([name]) => !OWN_WORDS.has(name)))

/** The address of the list of datasets with these filters. */
export const listOf = (question: Address): Address => (Object.keys(question).length === 0 ? { view: 'all' } : question)

/** The words of an address that stand for filters. */
export function wordsOf(filters: readonly Filter[]): Record<string, string | string[]> {
  const words: Record<string, string | string[]> = {}
  for (const { name, value } of filters) {
    const before = words[name]
    words[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value]
  }
  return words
}
