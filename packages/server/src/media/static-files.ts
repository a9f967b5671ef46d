import { existsSync } from 'node:fs'
import { cp, mkdir, readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileBelow } from './disk-store.ts'
import type { MediaFile } from './media-store.ts'

/** Where the build of the web application puts its page and its files. */
export const BUILT_PAGES = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/** Files for `/static/` that come with the server; those of a later folder lie beside those of an earlier one. */
export const SHIPPED_STATIC: readonly string[] = [fileURLToPath(new URL('../../static', import.meta.url)), BUILT_PAGES]

/** Types of what pages are made of. Everything is as it was installed, so that names say what files are. */
export const STATIC_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.pdf': 'application/pdf',
}

/**
 * Names that carry a hash of the content, as a regular expression that nginx understands too: such a file never changes.
 * Vite puts its own into `assets/`; others write `name.55e7cbb9ba48.css`.
 */
export const HASHED_NAME = '(?:^|/)assets/[^/]+$|[.-][0-9a-f]{8,}\\.[a-z0-9]+$'
const HASHED = new RegExp(HASHED_NAME)

const YEAR_SECONDS = 365 * 24 * 60 * 60
/** Of files that may change with an upgrade. */
export const MONTH_SECONDS = 30 * 24 * 60 * 60

export const IMMUTABLE = `public, max-age=${YEAR_SECONDS}, immutable`

export const staticLifetime = (path: string): string =>
  HASHED.test(path) ? IMMUTABLE : `public, max-age=${MONTH_SECONDS}`

/** A file of the first of some folders that has it. Nothing outside of them, and nothing hidden. */
export async function findStatic(roots: readonly string[], path: string): Promise<MediaFile | undefined> {
  for (const root of roots) {
    const found = await fileBelow(root, path)
    if (!found) continue
    const type = STATIC_TYPES[extname(path).toLowerCase()]
    return { ...found, type: type ?? 'application/octet-stream', inline: true }
  }
  return undefined
}

/** The page itself is filled in by the server for each answer; in a folder it would be shown as its list of files. */
const isServed = (path: string): boolean => path !== join(BUILT_PAGES, 'index.html') && !/^\./.test(basename(path))

/**
 * Copies what comes with the server to where a proxy serves it from. What is there stays: pages that are open ask for
 * files of the version before.
 *
 * @returns how many files were copied
 */
export async function collectStatic(root: string): Promise<number> {
  await mkdir(root, { recursive: true })
  let files = 0
  for (const from of SHIPPED_STATIC) {
    if (!existsSync(from)) continue
    await cp(from, root, { recursive: true, force: true, filter: isServed })
    const found = await readdir(from, { recursive: true, withFileTypes: true })
    files += found.filter((one) => one.isFile() && isServed(join(one.parentPath, one.name))).length
  }
  return files
}
