import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UNFINISHED } from './make.ts'
import { type Manifest, readManifest } from './manifest.ts'

/** A backup that lies in the folder of backups. */
export interface KeptBackup {
  readonly name: string
  readonly folder: string
  readonly manifest: Manifest
  readonly bytes: number
}

/** The backups of a folder, the newest first; what is none is passed over. */
export async function listBackups(root: string): Promise<KeptBackup[]> {
  const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found: KeptBackup[] = []
  for (const name of names.filter((one) => !one.startsWith('.'))) {
    const folder = join(root, name)
    const manifest = await readManifest(folder).catch(() => undefined)
    if (manifest)
      found.push({ name, folder, manifest, bytes: manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0) })
  }
  return found.toSorted((a, b) => b.manifest.made_at.localeCompare(a.manifest.made_at) || b.name.localeCompare(a.name))
}

/** Backups that may go: all but the newest `keep`, and the first of each month of the last year. */
export function dispensable(backups: readonly KeptBackup[], keep: number, today: Date): KeptBackup[] {
  const yearAgo = new Date(Date.UTC(today.getUTCFullYear() - 1, today.getUTCMonth(), today.getUTCDate())).toISOString()
  const monthly = new Map<string, string>()
  for (const { name, manifest } of backups.toReversed()) {
    const month = manifest.made_at.slice(0, 7)
    if (manifest.made_at >= yearAgo && !monthly.has(month)) monthly.set(month, name)
  }
  const kept = new Set(monthly.values())
  return backups.slice(Math.max(1, keep)).filter(({ name }) => !kept.has(name))
}

/** Removes what may go, and what killed backups left behind. @returns names of the backups that went */
export async function pruneBackups(root: string, keep: number, today: Date = new Date()): Promise<string[]> {
  const going = dispensable(await listBackups(root), keep, today)
  for (const { folder } of going) await rm(folder, { recursive: true, force: true })
  await removeUnfinished(root)
  return going.map(({ name }) => name)
}

/** Drafts whose process is not there any more. */
async function removeUnfinished(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    if (!name.startsWith(UNFINISHED)) continue
    const pid = Number(name.slice(UNFINISHED.length).split('-')[0])
    if (!isRunning(pid)) await rm(join(root, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
