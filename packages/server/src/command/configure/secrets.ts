import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../explained.ts'

/** Bytes of chance in each: letters, digits, `-` and `_` alone, so that none needs quoting in an address or a shell. */
const STRENGTH = { 'secret-key': 48, 'database-password': 24, 'broker-password': 24, 'pgadmin-password': 18 } as const

export type Secrets = Readonly<Record<keyof typeof STRENGTH, string>>

const PRIVATE_FOLDER = 0o700
export const PRIVATE_FILE = 0o600
/** What may be read by its owner alone belongs to no group that matters. */
export const SAME_GROUP = -1

/** Accounts of this machine by name. */
export function accountId(name: string): number | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}

/**
 * The secrets of an installation. Those that are there stay; those that are missing are made up, and only kept where
 * `keep` says so.
 *
 * @param ownedBy  account that has to read them, where this may be decided
 */
export function secretsOf(folder: string, { keep, ownedBy }: { keep: boolean; ownedBy: number | undefined }): Secrets {
  if (keep) {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER })
    chmodSync(folder, PRIVATE_FOLDER)
    if (ownedBy !== undefined) chownSync(folder, ownedBy, SAME_GROUP)
  }
  const made = Object.entries(STRENGTH).map(([name, bytes]) => {
    const file = join(folder, name)
    const there = readSecret(file)
    const secret = there ?? randomBytes(bytes).toString('base64url')
    if (keep && there === undefined) writeFileSync(file, `${secret}\n`, { mode: PRIVATE_FILE, flag: 'wx' })
    if (keep && ownedBy !== undefined) chownSync(file, ownedBy, SAME_GROUP)
    return [name, secret]
  })
  return Object.fromEntries(made) as Secrets
}

function readSecret(file: string): string | undefined {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (!/^[\x21-\x7e]{12,}$/.test(secret))
      throw new Refusal(
        `${file} must hold 12 or more letters, digits and signs on one line. Remove it to have one made.`,
      )
    return secret
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Secrets that others than their owner may read. */
export const exposed = (folder: string): string[] =>
  Object.keys(STRENGTH)
    .map((name) => join(folder, name))
    .filter((file) => {
      const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
      return (mode & 0o077) !== 0
    })
