import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, extname, join } from 'node:path'

/** Where the system finds a program; undefined when there is none that may be run. */
export function programPath(program: string, path = process.env.PATH ?? ''): string | undefined {
  const places = /[/\\]/.test(program) ? [program] : path.split(delimiter).map((folder) => join(folder, program))
  const endings =
    process.platform === 'win32' && extname(program) === '' ? (process.env.PATHEXT ?? '.EXE').split(';') : ['']
  return places.flatMap((place) => endings.map((ending) => place + ending)).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
