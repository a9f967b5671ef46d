import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FileReplaced, type TablesPlace, type WritablePlace } from './place.ts'

const DRAFTS = '.being-written-'

const missing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}

/** Tables in a folder of this machine. */
export const folderPlace = (root: string): TablesPlace => ({
  name: root,
  async find(path) {
    const file = join(root, path)
    const found = await stat(file).catch(missing)
    if (!found?.isFile()) return undefined
    return {
      bytes: found.size,
      modified: found.mtime,
      async open(range) {
        const opened = await open(file).catch(() => {
          throw new FileReplaced(`${path} is gone`)
        })
        const { ino } = await opened.stat()
        if (ino !== found.ino) {
          await opened.close()
          throw new FileReplaced(`${path} is another one now`)
        }
        return opened.createReadStream(range)
      },
    }
  },
  publicAddress: () => undefined,
})

/** The same folder for writing; drafts lie in it, because only within one disk a file can be renamed at once. */
export const writableFolder = (folder: string): WritablePlace => ({
  name: folder,
  read: (name) => readFile(join(folder, name), 'utf8').catch(missing),
  size: async (name) => (await stat(join(folder, name)).catch(missing))?.size,
  async draftFolder() {
    await mkdir(folder, { recursive: true })
    // Whoever writes holds a lock: what others have left there belongs to nobody.
    for (const name of await readdir(folder))
      if (name.startsWith(DRAFTS)) await rm(join(folder, name), { recursive: true, force: true })
    return mkdtemp(join(folder, DRAFTS))
  },
  async publish(draft, name) {
    await rename(draft, join(folder, name))
    const opened = await open(folder)
    // So that the new name, too, survives a power cut. Not every system lets folders be flushed.
    await opened.sync().catch(() => undefined)
    await opened.close()
  },
  remove: (name) => rm(join(folder, name), { force: true }),
})
