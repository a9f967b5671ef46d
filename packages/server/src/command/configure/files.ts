import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Rendered } from './installation.ts'
import { SAME_GROUP } from './secrets.ts'

/**
 * - `missing`: nobody has written it
 * - `same`: as it should be
 * - `outdated`: as it was written the last time; answers or templates have changed since
 * - `changed`: somebody else changed it, or wrote it
 */
export type State = 'missing' | 'same' | 'outdated' | 'changed'

export interface Compared {
  readonly file: Rendered
  readonly state: State
  /** What lies there; '' when nothing does. */
  readonly there: string
}

/** Path to hash of what was written the last time. */
type Written = Readonly<Record<string, string>>

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Looks at files, and changes nothing. @param note  path of the note about what was written the last time */
export function compared(files: readonly Rendered[], base: string, note: string): Compared[] {
  const written = readNote(note)
  return files.map((file) => {
    const path = join(base, file.path)
    if (!existsSync(path)) return { file, state: 'missing', there: '' }
    const there = readFileSync(path, 'utf8')
    if (there === file.content) return { file, state: 'same', there }
    return { file, state: written[file.path] === digest(there) ? 'outdated' : 'changed', there }
  })
}

/**
 * Writes files and remembers what was written. What somebody changed is kept beside, as `NAME.before`.
 *
 * @returns paths of what was kept beside
 */
export function write(files: readonly Compared[], { base, note }: { base: string; note: string }): string[] {
  const kept: string[] = []
  for (const { file, state } of files) {
    const path = join(base, file.path)
    mkdirSync(dirname(path), { recursive: true })
    if (state === 'changed') {
      renameSync(path, `${path}.before`)
      kept.push(`${file.path}.before`)
    }
    // Whole or not at all: nginx may be reading it.
    writeFileSync(`${path}.new`, file.content, { mode: file.mode })
    chmodSync(`${path}.new`, file.mode)
    renameSync(`${path}.new`, path)
  }
  const hashes = Object.fromEntries(files.map(({ file }) => [file.path, digest(file.content)]))
  writeFileSync(note, `${JSON.stringify({ ...readNote(note), ...hashes }, null, 2)}\n`)
  return kept
}

/** Gives what others may not read to the account that has to. */
export function handOver(files: readonly Rendered[], base: string, reader: number): void {
  for (const { path, mode } of files) {
    const file = join(base, path)
    if ((mode & 0o077) === 0 && existsSync(file)) chownSync(file, reader, SAME_GROUP)
  }
}

/** Files that more people may read than should. */
export const tooOpen = (files: readonly Rendered[], base: string): string[] =>
  files
    .filter(({ path, mode }) => {
      const found = statSync(join(base, path), { throwIfNoEntry: false })
      return found !== undefined && (found.mode & 0o777 & ~mode) !== 0
    })
    .map(({ path }) => path)

function readNote(note: string): Written {
  return existsSync(note) ? (JSON.parse(readFileSync(note, 'utf8')) as Written) : {}
}
