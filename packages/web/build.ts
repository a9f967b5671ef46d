/**
 * Builds the web application into `dist`, unless what is there was made from the same sources. Run by `alyx start`, by
 * `npm run build`, and while a container is made.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const HERE = import.meta.dirname
const DIST = join(HERE, 'dist')
const STAMP = join(DIST, 'made-from.txt')
/** Everything that the built files depend on: our sources, and which libraries are used. */
const SOURCES = [
  'src',
  'public',
  'index.html',
  'vite.config.ts',
  'package.json',
  '../client/src',
  '../models/src/field.ts',
]

const filesBelow = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

/** SHA-256 of the names and contents of all sources, as hexadecimal text. */
export function digestOfSources(root: string = HERE): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    const path = join(root, source)
    for (const file of /\.\w+$/.test(source) ? [path] : filesBelow(path))
      hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** True when `dist` holds what these sources make. */
export const isFresh = (): boolean => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digestOfSources()

/** Builds beside what is there and changes places at the end, so that a server never serves half of it. */
async function build(): Promise<void> {
  const digest = digestOfSources()
  const beside = `${DIST}.${process.pid}`
  const { build: bundle } = await import('vite')
  try {
    await bundle({ configFile: join(HERE, 'vite.config.ts'), logLevel: 'warn', build: { outDir: beside } })
    writeFileSync(join(beside, 'made-from.txt'), digest)
    rmSync(DIST, { recursive: true, force: true })
    renameSync(beside, DIST)
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !isFresh()) await build()
