import { existsSync, realpathSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atTheEnd } from './endings.ts'

/** The root of the project. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Where it really is: programs in it run only under their own names. */
const recordings = realOf(join(root, '..', 'shared', 'conformance'))

/** Path of one of the recordings of Alyx 3.6.1 that may lie beside the project. */
export const recorded = (name: string): string => join(recordings, name)

/** Whether the recordings are there; the project works without them. */
export const hasRecordings = (): boolean => existsSync(recorded('read.jsonl'))

function realOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

/** An empty folder that is gone when the program ends. */
export async function temporaryFolder(purpose: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `alyx-${purpose}-`))
  atTheEnd(() => rm(folder, { recursive: true, force: true }))
  return folder
}
