import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The account that PostgreSQL runs under. */
export interface Account {
  name: string
  uid: number
  gid: number
  /** Whether we are root and step down to it. */
  steppedDown: boolean
}

/** In order of preference. `nobody` is shared with other services, so a `postgres` account is better where there is one. */
const UNPRIVILEGED = ['postgres', '_postgres', 'nobody']

/**
 * PostgreSQL refuses to run as root, so root steps down: to the owner of an existing data folder, else to `postgres` or
 * `nobody`. Everybody else runs it as themselves.
 *
 * @throws Error when root finds no account to step down to
 */
export function accountFor(dataFolder: string): Account {
  const uid = process.getuid?.() ?? -1
  const gid = process.getgid?.() ?? -1
  if (uid !== 0) return { name: `user ${uid}`, uid, gid, steppedDown: false }
  const accounts = readAccounts()
  const owner = statSync(dataFolder, { throwIfNoEntry: false })
  if (owner !== undefined && owner.uid !== 0) {
    const name = accounts.find((account) => account.uid === owner.uid)?.name ?? `user ${owner.uid}`
    return { name, uid: owner.uid, gid: owner.gid, steppedDown: true }
  }
  for (const name of UNPRIVILEGED) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid !== 0)
    if (account !== undefined) return { ...account, steppedDown: true }
  }
  throw new Error('PostgreSQL cannot run as root, and there is no account "postgres" or "nobody" to run it under')
}

/** How a child process becomes the account. */
export function asAccount({ uid, gid, steppedDown }: Account): { uid?: number; gid?: number } {
  return steppedDown ? { uid, gid } : {}
}

/**
 * Whether the account can read a file or enter a folder, judged by the permissions of the path and of all folders above
 * it. Access lists are not read: then the answer may be a no too many, which costs a copy.
 */
export function isReachable(path: string, account: Account): boolean {
  if (!account.steppedDown) return true
  try {
    let at = realpathSync(path)
    if (!permits(at, account, 0o4)) return false
    while (dirname(at) !== at) {
      at = dirname(at)
      if (!permits(at, account, 0o1)) return false
    }
    return true
  } catch {
    return false
  }
}

/** @param bits of the last octal digit: 4 reads, 1 enters or executes */
function permits(path: string, { uid, gid }: Account, bits: number): boolean {
  const stat = statSync(path)
  const wanted = stat.isDirectory() ? bits | 0o1 : bits
  const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0
  return ((stat.mode >> shift) & wanted) === wanted
}

function readAccounts(): { name: string; uid: number; gid: number }[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', , uid, gid] = line.split(':')
      // macOS writes nobody's ids as -2; system calls take them unsigned.
      return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }
    })
}
