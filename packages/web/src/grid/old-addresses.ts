/** Parameters of Alyx's own lists, which stand in bookmarks and mails, in the words of this one. */
import type { Address } from './address.ts'

const RENAMED: Readonly<Record<string, string>> = { q: 'search' }
/** Parameters that asked for pages, counts and shortcuts which lists do not have any more. */
const GONE: ReadonlySet<string> = new Set(['p', 'all', '_facets', 'o', 'e'])

/** A bookmark of Alyx as an address of these pages; other addresses as they are. */
export function translated(address: Address): Address {
  const entries = Object.entries(address)
  const old = entries.some(([name]) => name.endsWith('__id__exact') || name in RENAMED || GONE.has(name))
  if (!old) return address
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      GONE.has(name) ? [] : [[RENAMED[name] ?? name.replace(/__id__exact$/, ''), value]],
    ),
  )
}
