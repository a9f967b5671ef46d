import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, closeSync, constants, lstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { chmod, chown, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseStartError } from '../start-problem.ts'
import { type Account, asAccount, isReachable } from './account.ts'
import { HANDED_OVER, PORT, readPostmasterFile, SOCKET_NAME } from './postmaster-file.ts'
import { PROGRAM_ENV } from './programs.ts'

/** The only role, a superuser; who may connect is decided by the folder, see `authentication` below. */
export const ROLE = 'alyx'

const LONGEST_SOCKET_PATH_BYTES = 103 // macOS; Linux has 107
const LARGEST_LOG_BYTES = 10 * 1024 * 1024
const POLL_MS = 10

/** Where a cluster lives and how its programs are run. */
export interface Cluster {
  /** PostgreSQL's own data folder, `<data>/postgres-18`. */
  folder: string
  /** The folder with bin, lib and share. */
  programs: string
  account: Account
  fsync: boolean
}

/** Makes an empty cluster. It appears under its name at one moment, so an interrupted first start leaves no half of one. */
export async function createCluster(cluster: Cluster): Promise<void> {
  const { folder, account } = cluster
  const prefix = `${basename(folder)}.new-`
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(prefix)) await rm(join(dirname(folder), name), { recursive: true, force: true })
  }
  const unfinished = await mkdtemp(join(dirname(folder), prefix))
  try {
    await chmod(unfinished, 0o700)
    if (account.steppedDown) await chown(unfinished, account.uid, account.gid)
    await initialise(cluster, unfinished)
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
}

async function initialise({ programs, account, fsync }: Cluster, folder: string): Promise<void> {
  const handed = handOver(folder, account)
  const child = spawn(
    join(programs, 'bin/initdb'),
    [
      `--pgdata=${handed.path}`,
      `--username=${ROLE}`,
      // Authentication: the socket lies in a folder that only its owner (and root) can enter, which is the whole lock.
      '--auth=trust',
      '--encoding=UTF8',
      // Text is ordered by code point and folded by Unicode's own tables, both built into PostgreSQL: the same on every
      // machine, for ever. With the system's locale an upgrade of its C library silently corrupts indexes on text.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(fsync ? [] : ['--no-sync']),
    ],
    { ...asAccount(account), cwd: '/', env: PROGRAM_ENV, stdio: ['ignore', 'ignore', 'pipe', handed.file] },
  )
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    complaints += text
  })
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code !== 0) throw startError(folder, complaints)
  } catch (error) {
    throw cannotRun(programs, error)
  } finally {
    handed.close()
  }
}

/** Starts the server. @returns its process and the folder with its socket, at once; see `whenReady` */
export async function spawnPostmaster(cluster: Cluster): Promise<{ child: ChildProcess; socketFolder: string }> {
  const { folder, programs, account, fsync } = cluster
  const handed = handOver(folder, account)
  const socketFolder = await socketFolderFor(folder, account)
  const log = openLog(`${folder}.log`)
  const settings = {
    listen_addresses: '',
    // Quoted: the setting is a list, and folders may have commas and spaces in their names.
    unix_socket_directories: `"${(socketFolder === folder ? handed.path : socketFolder).replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    log_line_prefix: '%m [%p] ',
    // Errors of statements are logged without the statement and the values in it.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  }
  try {
    const child = spawn(
      join(programs, 'bin/postgres'),
      [
        '-D',
        handed.path,
        '-p',
        String(PORT),
        ...Object.entries(settings).flatMap(([key, to]) => ['-c', `${key}=${to}`]),
      ],
      {
        ...asAccount(account),
        cwd: '/',
        env: PROGRAM_ENV,
        // A session of its own: Ctrl-C in the terminal is for us, who then stop the server when nobody needs it any more.
        detached: true,
        stdio: ['ignore', log, log, handed.file],
      },
    )
    child.once('error', () => undefined)
    child.unref()
    return { child, socketFolder }
  } finally {
    closeSync(log)
    handed.close()
  }
}

/**
 * Waits until the child takes connections, however long recovery after a crash lasts.
 *
 * @throws DatabaseStartError with what the server wrote last, when it ends instead
 */
export async function whenReady({ folder, programs }: Cluster, child: ChildProcess, logStart: number): Promise<void> {
  for (;;) {
    if (child.pid === undefined) throw cannotRun(programs, undefined)
    if (child.exitCode !== null || child.signalCode !== null) throw startError(folder, logSince(folder, logStart))
    // The file of a server that crashed is still there at first, hence the comparison of ids.
    const file = await readPostmasterFile(folder)
    if (file?.pid === child.pid && file.status === 'ready') return
    await pause(POLL_MS)
  }
}

/** Length of the server's log in bytes, to be given to `whenReady`. */
export function logLength(folder: string): number {
  return statSync(`${folder}.log`, { throwIfNoEntry: false })?.size ?? 0
}

/** Gives the whole folder to the account, which a backup restored by root needs. */
export async function giveTo(account: Account, folder: string): Promise<void> {
  if (!account.steppedDown || lstatSync(folder).uid === account.uid) return
  const names = await readdir(folder, { recursive: true })
  for (const name of names) await chown(join(folder, name), account.uid, account.gid)
  await chown(folder, account.uid, account.gid)
}

/**
 * How the account reaches the data folder. When a folder above is closed to it (root's home, usually), root opens the
 * data folder and hands the open file over: entering it by /proc/self/fd asks nothing of the folders above.
 */
function handOver(folder: string, account: Account): { path: string; file: number | 'ignore'; close(): void } {
  if (isReachable(dirname(folder), account)) return { path: folder, file: 'ignore', close: () => undefined }
  if (process.platform !== 'linux') {
    throw new DatabaseStartError(
      `PostgreSQL runs as ${account.name}, who cannot enter ${dirname(folder)}: choose another data folder.`,
    )
  }
  const file = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  const INHERITED_AS = 3
  return { path: `${HANDED_OVER}${INHERITED_AS}`, file, close: () => closeSync(file) }
}

/** The data folder, or a short private one when the socket's path would be longer than systems allow. */
async function socketFolderFor(folder: string, account: Account): Promise<string> {
  const fits = (place: string) => Buffer.byteLength(join(place, SOCKET_NAME)) <= LONGEST_SOCKET_PATH_BYTES
  if (fits(folder)) return folder
  const prefix = 'alyx-postgres-'
  const place = fits(join(tmpdir(), `${prefix}xxxxxx`)) && isReachable(tmpdir(), account) ? tmpdir() : '/tmp'
  const short = await mkdtemp(join(place, prefix))
  if (account.steppedDown) chownSync(short, account.uid, account.gid)
  return short
}

function openLog(file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`)
  return openSync(file, 'a', 0o600)
}

function logSince(folder: string, start: number): string {
  return readFileSync(`${folder}.log`).subarray(start).toString('utf8')
}

/** The reason in PostgreSQL's own words, or a clearer sentence where we know one. */
function startError(folder: string, text: string): DatabaseStartError {
  if (/No space left on device|wrote only \d+ of \d+ bytes/.test(text)) {
    return new DatabaseStartError(`The disk of ${dirname(folder)} is full: make room and start again.`)
  }
  const lines = text.trim().split('\n')
  // The first complaint is the cause; later ones are often its consequences.
  const reason = lines.find((line) => /FATAL|PANIC|error:/i.test(line)) ?? lines.at(-1) ?? ''
  return new DatabaseStartError(
    `PostgreSQL could not start in ${dirname(folder)}: ${reason.replace(/^.*?(FATAL|PANIC|error): */, '') || 'it said nothing'}.`,
    new Error(text),
  )
}

function cannotRun(programs: string, error: unknown): unknown {
  if (error instanceof DatabaseStartError) return error
  // The file is there, so what is missing is the loader: systems with another C library, such as Alpine.
  return new DatabaseStartError(
    `PostgreSQL's programs in ${programs} do not run on this system, which they need glibc for: ` +
      'install PostgreSQL 15 or later and set DATABASE_URL.',
    error,
  )
}
