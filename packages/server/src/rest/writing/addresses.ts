/** An address of a record, without its host: which collection it belongs to and the word that names the record. */
export interface Address {
  readonly route: string
  readonly word: string
}

/** Finds the collection of a path such as `/sessions/2c8f…`; undefined when it is no address of a record. */
export type Resolve = (path: string) => Address | undefined

/** Reads an address in a body; any host will do, because clients reach the server under several names. */
export function resolveAddress(
  resolve: Resolve,
  given: string,
  route: string,
): { readonly word: string } | { readonly fault: string } {
  const path = /^https?:\/\/[^/]*(\/[^?#]*)?/i.exec(given)?.[1] ?? given
  const address = path.startsWith('/') ? resolve(path) : undefined
  if (!address) return { fault: 'No URL match.' }
  return address.route === route ? { word: address.word } : { fault: 'Incorrect URL match.' }
}
