import type { Readable } from 'node:stream'

/** A file among the tables, as far as an answer needs to know it. */
export interface StoredFile {
  readonly bytes: number
  readonly modified: Date
  /** Bytes from `start` to `end`, both included; all of them when absent. @throws FileReplaced */
  open(range?: { readonly start: number; readonly end: number }): Promise<Readable>
}

/** Between being found and being opened, a file gave way to a newer one. */
export class FileReplaced extends Error {
  override readonly name = 'FileReplaced'
}

/** The tables cannot be written where they were wanted. The message says what to do. */
export class TablesRefused extends Error {
  override readonly name = 'TablesRefused'
}

/**
 * Where cache tables lie: a folder, a bucket, or addresses that others look after. Files are named by paths below it,
 * `cache.zip` or `<tag>/cache.zip`.
 */
export interface TablesPlace {
  /** For messages. */
  readonly name: string
  /** @returns undefined when there is none */
  find(path: string): Promise<StoredFile | undefined>
  /**
   * An address from which anybody can fetch the file without this server; undefined where only this server can.
   */
  publicAddress(path: string): string | undefined
}

/** A place that can be written to, at one of its folders. */
export interface WritablePlace {
  readonly name: string
  read(name: string): Promise<string | undefined>
  /** Bytes of a file; undefined when there is none. */
  size(name: string): Promise<number | undefined>
  /** A folder of this machine for files that are not ready; whoever asks removes it. */
  draftFolder(): Promise<string>
  /** Puts a file of the draft folder in its place, whole; readers see the old one or the new one. */
  publish(draft: string, name: string): Promise<void>
  remove(name: string): Promise<void>
}
