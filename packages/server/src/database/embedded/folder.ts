import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DatabaseStartError } from '../start-problem.ts'

/**
 * Makes a folder and those above it.
 *
 * Node's own recursive mkdir never returns where a folder exists in which none can be made (/proc, automounts).
 */
export async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return
  await makeFolder(dirname(folder))
  await mkdir(folder).catch((error) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** Whether there is no cluster yet; an empty folder, such as a mounted volume's, is taken away to make room for it. */
export function isMissing(dataFolder: string): boolean {
  if (!existsSync(dataFolder)) return true
  if (existsSync(join(dataFolder, 'PG_VERSION'))) return false
  if (readdirSync(dataFolder).length > 0) {
    throw new DatabaseStartError(
      `${dataFolder} is not a folder of PostgreSQL: move it away, or choose another data folder.`,
    )
  }
  rmdirSync(dataFolder)
  return true
}

/** An empty database beside the old one would look as if everything were lost. */
export function refuseOtherMajor(folder: string, dataFolder: string): void {
  const other = readdirSync(folder).find((name) => /^postgres-\d+$/.test(name) && name !== basename(dataFolder))
  if (other === undefined) return
  throw new DatabaseStartError(
    `${folder} holds the data of another PostgreSQL (${other}), and this version of Alyx brings ${basename(dataFolder)}: ` +
      'dump the data with the version of Alyx that wrote them and load them here, or choose another data folder.',
  )
}

/** What a failure of the file system means to the person who starts the server. */
export function clearer(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseStartError) return error
  // Of a link that could not be made, `path` is what it would have said and `dest` where it would have been.
  const { code = '', dest, path = folder } = error as NodeJS.ErrnoException & { dest?: string }
  const place = dest ?? path
  if (code === 'ENOSPC')
    return new DatabaseStartError(`The disk of ${folder} is full: make room and start again.`, error)
  if (['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(code)) {
    return new DatabaseStartError(
      `The data folder cannot be used, ${place} cannot be read or written by this user.`,
      error,
    )
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new DatabaseStartError(`The data folder cannot be made: ${place} is in the way.`, error)
  }
  return new DatabaseStartError(`PostgreSQL cannot be started in ${folder}: ${error.message}.`, error)
}
