import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { freeName } from './file-names.ts'
import { isHidden, servedAs } from './file-types.ts'
import type { MediaFile, MediaStore, WantedPath } from './media-store.ts'

/** A proxy that runs under another account reads the files. */
const FILE_MODE = 0o644
/** Random names that are all taken mean that something else is wrong. */
const MOST_NAMES = 10

/** Files of a folder of this machine, and nothing outside it. */
export function diskStore(root: string): MediaStore {
  return {
    async save(wanted, bytes) {
      if (/[/\\\0]/.test(wanted.base + wanted.ending))
        throw new Error(`"${wanted.base}${wanted.ending}" is no file name`)
      await mkdir(root, { recursive: true })
      const folder = await folderInside(root, wanted.folder)
      const draft = join(folder, `.${randomBytes(8).toString('hex')}.part`)
      try {
        await writeDurably(draft, bytes)
        const path = await reserve(root, wanted)
        // The reserved name is ours and empty: whoever looks sees nothing or everything.
        await rename(draft, join(root, path))
        await flushFolder(folder)
        return path
      } catch (error) {
        await rm(draft, { force: true })
        throw error
      }
    },

    async remove(path) {
      const file = await insideOf(root, path)
      if (file !== undefined) await rm(file, { force: true })
    },

    async find(path): Promise<MediaFile | undefined> {
      const found = await fileBelow(root, path)
      return found && { ...servedAs(path), ...found }
    },
  }
}

/** A file below a folder, wherever links lead inside of it; undefined for what is outside, hidden or no file. */
export async function fileBelow(
  root: string,
  path: string,
): Promise<Pick<MediaFile, 'bytes' | 'modified' | 'open'> | undefined> {
  const file = isHidden(path) ? undefined : await insideOf(root, path)
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined)
  if (file === undefined || !found?.isFile()) return undefined
  return {
    bytes: found.size,
    modified: found.mtime,
    open: async (range) => (await open(file, READ_NO_LINK)).createReadStream(range),
  }
}

/** Links were followed, and judged, before: one that appears afterwards is not followed any more. */
const READ_NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW

/** The real place of a path below the folder; undefined when there is none, or it is elsewhere. */
async function insideOf(root: string, path: string): Promise<string | undefined> {
  if (path.includes('\u0000')) return undefined
  try {
    const folder = await realpath(root)
    const file = await realpath(join(folder, path))
    return file.startsWith(folder + sep) ? file : undefined
  } catch {
    return undefined
  }
}

/** Makes a folder below the root. @throws Error when a link leads it elsewhere */
async function folderInside(root: string, folder: string): Promise<string> {
  const made = join(root, folder)
  await mkdir(made, { recursive: true })
  const [real, realRoot] = await Promise.all([realpath(made), realpath(root)])
  if (!real.startsWith(realRoot + sep))
    throw new Error(`the folder ${made} lies outside ${realRoot}: a link leads away`)
  return real
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Takes the first free name of those that a file may have; two who want the same one get two. */
async function reserve(root: string, wanted: WantedPath): Promise<string> {
  for (let attempt = 0; attempt < MOST_NAMES; attempt++) {
    const path = freeName(wanted, attempt > 0)
    try {
      await (await open(join(root, path), 'wx', FILE_MODE)).close()
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  throw new Error(`${MOST_NAMES} names for ${dirname(freeName(wanted, false))} were taken, which is not chance`)
}

/** A new name is only safe when its folder is written too. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
