import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root, temporaryFolder } from '../running/places.ts'

/** A folder in which commands are run, with the settings that they get. */
export interface Place {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export function start({ folder, env }: Place, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(root, 'packages/server/bin/alyx.js'), ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export async function alyx(place: Place, ...words: string[]): Promise<Ended> {
  const child = start(place, words)
  const [out, err, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')])
  return { code: code as number | null, out, err }
}

/** Names of the backups of a place, the oldest first. */
export const backupsIn = async ({ folder }: Place): Promise<string[]> =>
  (await readdir(join(folder, 'data/backups')).catch(() => [])).filter((name) => !name.startsWith('.')).toSorted()

/** A place that works on a database, with pictures. */
export async function placeFor(url: string): Promise<Place> {
  const folder = await temporaryFolder('operations')
  await mkdir(join(folder, 'data/uploaded/notes'), { recursive: true })
  await writeFile(join(folder, 'data/uploaded/notes/mouse.png'), 'a picture')
  return { folder, env: { DATABASE_URL: url } }
}
