import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file of source as the arrow rules see it. */
export interface SourceFile {
  /** From the root of the repository, with slashes: `packages/server/src/app.ts`. */
  readonly path: string
  /** Without its comments, so that a mention is not taken for a use. */
  readonly code: string
  /** What it imports: paths from the root for our own files, names for packages. */
  readonly imports: readonly string[]
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const IMPORT = /(?:\bfrom|\bimport|\bimport\s*\()\s*['"]([^'"\n]+)['"]/g
const STRING_OR_COMMENT =
  /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g

/** Reads one file's text. Exported so that rules can be tried on files that were never written. */
export function sourceFile(path: string, text: string): SourceFile {
  const code = text.replace(STRING_OR_COMMENT, (_, kept: string | undefined) => kept ?? '')
  const imports = [...code.matchAll(IMPORT)].map(([, name]) =>
    name!.startsWith('.') ? join(dirname(path), name!).replaceAll('\\', '/') : name!,
  )
  return { path, code, imports }
}

/** Every file of source in the repository's packages, tests excluded. */
export function allSourceFiles(): SourceFile[] {
  return readdirSync(join(ROOT, 'packages'))
    .flatMap((name) => filesBelow(join(ROOT, 'packages', name)))
    .map((file) => sourceFile(relative(ROOT, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')))
}

const NOT_SOURCE = new Set(['node_modules', 'test', 'dist'])

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_SOURCE.has(entry.name)) return []
    if (entry.isDirectory()) return filesBelow(join(folder, entry.name))
    return /\.(?:[cm]?[jt]s|tsx)$/.test(entry.name) ? [join(folder, entry.name)] : []
  })
}
