import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file of a backup. */
export interface Part {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** What a backup is and what it must contain: the last thing that is written into its folder. */
export interface Manifest {
  readonly format: 1
  /** ISO 8601, UTC. */
  readonly made_at: string
  readonly alyx: string
  readonly host: string
  readonly database: string
  /** Of the server, as 18.4. */
  readonly postgresql: string
  /** Applied migrations: `0002_contract_indexes`. */
  readonly migrations: readonly string[]
  /** Of the tables of Alyx, as `alyx migrate check` compares them. */
  readonly schema: string
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>
  /** Hash of the last seal of the history; null when nothing was sealed yet. */
  readonly history: string | null
  /** The file in the form of `pg_dump`, which other programs can restore, and who wrote it: pg_dump 15.14; null without one. */
  readonly dump?: { readonly file: string; readonly made_by: string } | null
  readonly media: { readonly kind: 'folder' | 'bucket' | 'left out'; readonly files: number }
  readonly parts: readonly Part[]
}

/** A backup that is not one, or not whole. The message says what is wrong, in a sentence. */
export class BrokenBackup extends Error {
  override readonly name = 'BrokenBackup'
}

export const MANIFEST = 'manifest.json'

/** @throws BrokenBackup */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined)
  if (text === undefined) throw new BrokenBackup(`${folder} is no backup: it has no ${MANIFEST}.`)
  try {
    const manifest = JSON.parse(text) as Manifest
    if (manifest.format === 1 && Array.isArray(manifest.parts)) return manifest
  } catch {
    // Told below.
  }
  throw new BrokenBackup(`${join(folder, MANIFEST)} cannot be read: it was made by a newer Alyx, or damaged.`)
}

export async function partOf(folder: string, file: string): Promise<Part> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(join(folder, file))) hash.update(piece)
  return { file, bytes: (await stat(join(folder, file))).size, sha256: hash.digest('hex') }
}

/** Compares every file with its checksum. @throws BrokenBackup naming the first that differs */
export async function checkParts(folder: string, { parts }: Manifest): Promise<void> {
  for (const part of parts) {
    const now = await partOf(folder, part.file).catch(() => undefined)
    if (now === undefined) throw new BrokenBackup(`${join(folder, part.file)} is missing.`)
    if (now.bytes !== part.bytes || now.sha256 !== part.sha256)
      throw new BrokenBackup(
        `${join(folder, part.file)} is not as it was written: ${now.bytes} bytes, was ${part.bytes}.`,
      )
  }
}
