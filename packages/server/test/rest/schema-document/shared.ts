import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const shared = fileURLToPath(new URL('../../../../../../shared/', import.meta.url))

/** True where the recordings and the specification lie beside the project. */
export const sharedIsPresent = existsSync(shared)

/** A JSON document of the folder beside the project. */
export const sharedJson = (path: string) => JSON.parse(readFileSync(`${shared}${path}`, 'utf8'))

/** The exchanges of a recording beside the project. */
export const sharedLines = <T>(path: string): T[] =>
  readFileSync(`${shared}${path}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
