import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, markOf, type ProcessMark } from './processes.ts'

/** Another worker uses the folder. */
class FolderTaken extends Error {
  override readonly name = 'FolderTaken'
}

const NAME = 'lock'

/**
 * Takes a folder for this process alone. What a killed worker left is taken over.
 *
 * @returns gives it back
 * @throws FolderTaken
 */
export function takeFolder(folder: string): () => void {
  const lock = join(folder, NAME)
  const own = join(folder, `${NAME}.${process.pid}`)
  const text = JSON.stringify(markOf(process.pid))
  writeFileSync(own, text)
  try {
    for (;;) {
      try {
        // Exists whole or not at all, and only for one.
        linkSync(own, lock)
        break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const holder = holderOf(folder)
      if (holder !== undefined && isRunning(holder))
        throw new FolderTaken(
          `Another worker (process ${holder.pid}) uses ${folder}. Two workers on one machine need two names.`,
        )
      // Whoever moves it away first goes on; for the others it is gone, and they look again.
      const aside = `${own}.stale`
      try {
        renameSync(lock, aside)
        if (sameHolder(readMark(aside), holder)) rmSync(aside)
        else renameSync(aside, lock)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
  } finally {
    rmSync(own, { force: true })
  }
  return () => {
    if (sameHolder(holderOf(folder), JSON.parse(text))) rmSync(lock, { force: true })
  }
}

/** Who has taken the folder, whether it still runs or not. */
export const holderOf = (folder: string): ProcessMark | undefined => readMark(join(folder, NAME))

function readMark(file: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessMark
  } catch {
    return undefined
  }
}

const sameHolder = (one: ProcessMark | undefined, other: ProcessMark | undefined): boolean =>
  one?.pid === other?.pid && one?.began === other?.began
