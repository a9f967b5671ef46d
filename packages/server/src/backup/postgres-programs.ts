import { execFile, spawn } from 'node:child_process'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'

/** A program of PostgreSQL on this machine. */
export interface PostgresProgram {
  readonly path: string
  /** As it says itself: 15.14. */
  readonly version: string
}

/** Where packages put them beside the search path: newer versions stand beside older ones, and only one is on the path. */
const FOLDERS: readonly (readonly [parent: string, version: RegExp, below: string])[] = [
  ['/usr/lib/postgresql', /^\d+$/, 'bin'],
  ['/usr', /^pgsql-\d+$/, 'bin'],
  ['/opt/homebrew/opt', /^(postgresql|libpq)(@\d+)?$/, 'bin'],
  ['/usr/local/opt', /^(postgresql|libpq)(@\d+)?$/, 'bin'],
  ['/Library/PostgreSQL', /^\d+$/, 'bin'],
  ['C:\\Program Files\\PostgreSQL', /^\d+$/, 'bin'],
]

async function packaged(): Promise<string[]> {
  const folders = FOLDERS.map(async ([parent, version, below]) =>
    (await readdir(parent).catch(() => []))
      .filter((name) => version.test(name))
      .map((name) => join(parent, name, below)),
  )
  return (await Promise.all(folders)).flat()
}

const majorOf = (version: string): number => Number.parseInt(version, 10)

/**
 * A program of PostgreSQL that can work with a server: its own version or a newer one, the nearest of those.
 *
 * @param server  version of the server, such as 18.4
 * @returns undefined when this machine has none
 */
export async function findProgram(
  name: 'pg_dump' | 'pg_restore',
  server: string,
): Promise<PostgresProgram | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  const found: PostgresProgram[] = []
  // The first is looked for on the search path.
  for (const path of [file, ...(await packaged()).map((folder) => join(folder, file))]) {
    const version = await versionOf(path)
    if (version !== undefined && majorOf(version) >= majorOf(server)) found.push({ path, version })
  }
  return found.toSorted((a, b) => majorOf(a.version) - majorOf(b.version))[0]
}

async function versionOf(path: string): Promise<string | undefined> {
  const said = await promisify(execFile)(path, ['--version']).catch(() => undefined)
  return said && /(\d+(?:\.\d+)*)/.exec(said.stdout)?.[1]
}

/** A program of PostgreSQL that did not do what it was asked; the message has its own words. */
class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed'
}

/**
 * An address for a program, whose words everybody on the machine can read: the password stays in a file.
 *
 * @param file  where it is written, in the form of `.pgpass`
 */
async function discreet(url: string, file: string): Promise<string> {
  const [, start, password, rest] = /^(\w+:\/\/[^/?@:]*):([^/?@]*)(@.*)$/s.exec(url) ?? []
  if (start === undefined) return url
  const escaped = decodeURIComponent(password!).replaceAll(/[\\:]/g, '\\$&')
  await writeFile(file, `*:*:*:*:${escaped}\n`, { mode: 0o600 })
  return `${start}${rest}${rest!.includes('?') ? '&' : '?'}passfile=${encodeURIComponent(file)}`
}

/**
 * Writes a dump in `pg_dump`'s own form, as the database is for a transaction that is under way.
 *
 * @param snapshot  what `pg_export_snapshot()` said in that transaction
 * @throws ProgramFailed
 */
export async function dumpWith(
  { path }: PostgresProgram,
  { url, snapshot, file }: { readonly url: string; readonly snapshot: string; readonly file: string },
): Promise<void> {
  const password = `${file}.password`
  try {
    const words = [
      '--format=custom',
      '--no-owner',
      '--no-privileges',
      '--schema=public',
      '--schema=alyx',
      '--extension=*',
    ]
    const address = await discreet(url, password)
    const child = spawn(path, [...words, `--snapshot=${snapshot}`, `--file=${file}`, `--dbname=${address}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await finished(child, 'pg_dump')
  } finally {
    await rm(password, { force: true })
  }
}

/** A dump in `pg_dump`'s own form as the plain SQL that it stands for; `done` ends, or fails, with the program. */
export function asPlainSql(
  { path }: PostgresProgram,
  file: string,
): { readonly sql: Readable; readonly done: Promise<void> } {
  const child = spawn(path, ['--no-owner', '--no-privileges', '--file=-', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  const done = finished(child, 'pg_restore')
  // Whoever reads finds out by then.
  done.catch(() => undefined)
  return { sql: child.stdout!, done }
}

async function finished(child: ReturnType<typeof spawn>, name: string): Promise<void> {
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const [said, code] = await Promise.all([text(child.stderr!), ended])
  if (code !== 0)
    throw new ProgramFailed(`${name} failed: ${said.trim().split('\n').slice(-3).join(' ') || `exit code ${code}`}`)
}
