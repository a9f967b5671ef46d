import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { atTheEnd } from './endings.ts'
import { root, temporaryFolder } from './places.ts'

export interface RunningServer {
  /** http://127.0.0.1:<port> */
  readonly address: string
  readonly pid: number
  /** Twice is harmless. */
  stop(): Promise<void>
}

export interface ServerOptions {
  /** `start` sets up a new laboratory first. */
  readonly command?: 'serve' | 'start'
  /** Of that command. */
  readonly flags?: readonly string[]
  /** On top of what a server for tests gets. */
  readonly settings: Readonly<Record<string, string>>
}

/** A first start makes a database and a demo laboratory, on a machine that is busy. */
const START_PATIENCE_MS = 120_000
const STOP_PATIENCE_MS = 10_000

/**
 * Starts the server as people do, on a free port, and waits until it answers.
 *
 * @throws Error with what it wrote when it ends instead
 */
export async function startServer({ command = 'serve', flags = [], settings }: ServerOptions): Promise<RunningServer> {
  // By its own first line, which knows how Node is to be run, with the Node that runs this.
  const child = spawn(join(root, 'packages/server/bin/alyx.js'), [command, '--port', '0', ...flags], {
    // A folder without .env: only what is said here counts.
    cwd: await temporaryFolder('server'),
    env: {
      ...inherited(),
      TZ: 'UTC',
      ALYX_LOG_LEVEL: 'error',
      ALYX_LOG_FORMAT: 'json',
      ...(settings.ALYX_DATA_FOLDER === undefined && { ALYX_DATA_FOLDER: await temporaryFolder('data') }),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => stopChild(child)
  atTheEnd(stop)
  const address = await answering(child)
  return { address, pid: child.pid as number, stop }
}

/** Nothing of ours from outside, and what every program needs. */
function inherited(): Record<string, string | undefined> {
  const { PATH, HOME, LANG, TMPDIR } = process.env
  return { PATH: `${dirname(process.execPath)}:${PATH}`, HOME, LANG, TMPDIR }
}

async function answering(child: ChildProcess): Promise<string> {
  let written = ''
  const told = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        if (written.length < LONGEST_COMPLAINT) written += chunk
        const [, address] = /(?:ready|answers) at (http:\/\/[^\s.]+\.[^\s]+:\d+)/.exec(written) ?? []
        if (address !== undefined) resolve(address)
      })
    }
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the server ended with code ${code} instead of answering:\n${written}`)
  })
  const late = pause(START_PATIENCE_MS, undefined, { ref: false }).then(() => {
    throw new Error(`the server does not answer after ${START_PATIENCE_MS / 1000} s:\n${written}`)
  })
  late.catch(() => undefined)
  ended.catch(() => undefined)
  return Promise.race([told, ended, late])
}

const LONGEST_COMPLAINT = 100_000

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const late = await Promise.race([gone, pause(STOP_PATIENCE_MS, 'late' as const, { ref: false })])
  if (late === 'late') {
    child.kill('SIGKILL')
    await gone
  }
}
