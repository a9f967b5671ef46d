import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { Readable } from 'node:stream'

/** Types of what people upload to notes; anything else is only offered for saving. */
const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.bmp': 'image/bmp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
}

export interface MediaFile {
  readonly type: string
  readonly bytes: number
  /** Safe to show in a browser; otherwise it must be saved, because it could run as a page of ours. */
  readonly inline: boolean
  open(): Readable
}

/**
 * A file of the media folder.
 * @param path  relative, as stored in a record
 * @returns undefined when there is none, or when the path leads out of the folder, by `..` or by a link
 */
export async function findMediaFile(root: string, path: string): Promise<MediaFile | undefined> {
  if (path.includes('\u0000')) return undefined
  try {
    const folder = await realpath(root)
    const file = await realpath(join(folder, path))
    if (!file.startsWith(folder + sep)) return undefined
    const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }))
    if (!isFile) return undefined
    const type = TYPES[extname(file).toLowerCase()]
    return {
      type: type ?? 'application/octet-stream',
      bytes: size,
      inline: type !== undefined,
      open: () => createReadStream(file),
    }
  } catch {
    return undefined
  }
}
