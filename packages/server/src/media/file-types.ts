import { extname } from 'node:path'

/** Types of what people upload to notes; anything else is only offered for saving. */
export const PICTURE_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.bmp': 'image/bmp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
}

/** How an uploaded file is served, by its name alone: what a store says of its type could have been sent by anybody. */
export function servedAs(path: string): { readonly type: string; readonly inline: boolean } {
  const type = PICTURE_TYPES[extname(path).toLowerCase()]
  return { type: type ?? 'application/octet-stream', inline: type !== undefined }
}

/** Files that are being written, and whatever else somebody keeps out of sight. */
export const isHidden = (path: string): boolean => /(^|\/)\./.test(path)
