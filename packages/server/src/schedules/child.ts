import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Ending } from './claims.ts'

/** A command that runs in a process, and a group of processes, of its own. */
export interface ChildRun {
  readonly ended: Promise<Ending>
  /** Ends it with everything it has started; its outcome is then "stopped". */
  stop(): void
}

const ALYX = [process.execPath, fileURLToPath(new URL('../../bin/alyx.js', import.meta.url))]
/** The end of what was printed tells what went wrong. */
const TAIL_BYTES = 16 * 1024
const SECOND_MS = 1000
/** Whoever does not end when asked to is ended. */
const PATIENCE_MS = 10 * SECOND_MS

/**
 * Runs a command line of `alyx` apart from the server, so that its memory and its mistakes stay there.
 *
 * @param program what is run instead, for tests
 */
export function startChild(
  words: readonly string[],
  timeoutSeconds: number,
  program: readonly string[] = ALYX,
): ChildRun {
  const [file = '', ...first] = program
  const child = spawn(file, [...first, ...words], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let outcome: Ending['outcome'] | undefined
  let tail = Buffer.alloc(0)
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES)
    })
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, name)
    } catch {
      // All of them have ended.
    }
  }
  let killing: NodeJS.Timeout | undefined
  const end = (as: 'timed out' | 'stopped'): void => {
    if (outcome !== undefined || child.pid === undefined) return
    outcome = as
    signal('SIGTERM')
    killing = setTimeout(() => signal('SIGKILL'), PATIENCE_MS)
  }
  const limit = setTimeout(() => end('timed out'), timeoutSeconds * SECOND_MS)
  const ended = new Promise<Ending>((resolve) => {
    const settle = (exitCode: number | null, said: string): void => {
      clearTimeout(limit)
      clearTimeout(killing)
      resolve({ outcome: outcome ?? (exitCode === 0 ? 'succeeded' : 'failed'), exitCode, output: said })
    }
    child.once('error', (error) => settle(null, error.message))
    child.once('close', (code) => settle(code, readable(tail)))
  })
  return { ended, stop: () => end('stopped') }
}

/** Text that PostgreSQL can keep: the first character may have been cut. */
function readable(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/^\uFFFD+/, '')
    .replaceAll('\u0000', '')
}
