import { type ChildProcess, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../bin/alyx.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Circumstances {
  /** Working folder. */
  readonly cwd: string
  readonly env?: Record<string, string>
  /** What standard input says. */
  readonly input?: string
}

/** Starts `alyx` as a person would, knowing nothing of the tests' own environment. */
export function startAlyx(words: readonly string[], { cwd, env = {}, input }: Circumstances): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: cwd, ...env },
    stdio: 'pipe',
  })
  child.stdin?.end(input ?? '')
  return child
}

/** Runs `alyx` to its end. */
export async function alyx(words: readonly string[], circumstances: Circumstances): Promise<Ended> {
  const child = startAlyx(words, circumstances)
  const [out, err, code] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ])
  return { code, out, err }
}
