import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { recorded, temporaryFolder } from '../running/places.ts'

interface Failure {
  readonly id: string
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
  readonly why: string
}

export interface Replayed {
  readonly passed: number
  readonly failures: readonly Failure[]
}

/**
 * Replays a recording against a server, key order and texts of numbers included; what is known to be wrong in the
 * recording is compared with what is allowed instead.
 *
 * @param only a group, an id or the beginning of ids
 * @param reset shell command that brings the database back, run before each scenario of a recording of changes
 */
export async function replay(
  address: string,
  recording: string,
  { only, reset }: { only?: string | undefined; reset?: string } = {},
): Promise<Replayed> {
  const report = join(await temporaryFolder('replay'), 'report.json')
  const words = [recorded('replay.mjs'), '--base', address, '--file', recorded(recording)]
  words.push('--strict', '--check-deviations', '--quiet', '--json', report)
  if (only !== undefined) words.push('--only', only)
  if (reset !== undefined) words.push('--reset', reset)
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  await once(child, 'exit')
  if (!existsSync(report)) throw new Error(`the replay of ${recording} ended without a report`)
  return JSON.parse(await readFile(report, 'utf8'))
}

/** Names of the exchanges in a recording that are compared with what is allowed instead. */
export async function knownDefects(recording: string): Promise<Set<string>> {
  const lines = (await readFile(recorded(recording), 'utf8')).split('\n')
  // Not JSON.parse: answers may hold NaN.
  return new Set(
    lines.filter((line) => /"deviation":\{/.test(line)).map((line) => /^\{"id":"([^"]+)"/.exec(line)?.[1] ?? ''),
  )
}
