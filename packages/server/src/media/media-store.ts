import type { Readable } from 'node:stream'

/** A stored file, as far as an answer needs to know it. */
export interface MediaFile {
  readonly type: string
  readonly bytes: number
  readonly modified: Date
  /** Safe to show in a browser; otherwise it must be saved, because it could run as a page of ours. */
  readonly inline: boolean
  /** Bytes from `start` to `end`, both included; the whole file when absent. */
  open(range?: { readonly start: number; readonly end: number }): Promise<Readable>
}

/** Where a new file wants to be: `2026/03/02/mouse.<id>.png` is folder, base and ending. */
export interface WantedPath {
  readonly folder: string
  readonly base: string
  readonly ending: string
}

/**
 * The folder of uploaded files, wherever it is. Paths are relative to it, with `/` between folders, as records hold
 * them. No path leads out of it.
 */
export interface MediaStore {
  /**
   * Keeps a file that survives a power cut, and never writes over another: one whose name is taken gets another.
   * @returns the path, at most 100 characters long, as a column holds it
   */
  save(wanted: WantedPath, bytes: Uint8Array): Promise<string>
  /** Removes a file; one that is not there any more is as good as removed. */
  remove(path: string): Promise<void>
  /** @returns undefined when there is none, or when the path leads out of the folder, by `..` or by a link */
  find(path: string): Promise<MediaFile | undefined>
}
