import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { atTheEnd } from '../../running/endings.ts'
import { root, temporaryFolder } from '../../running/places.ts'

export interface CeleryWorker {
  readonly name: string
  readonly pid: number
  /** Whether the signal went to the whole group: its children too. */
  end(signal?: NodeJS.Signals): Promise<void>
}

export interface WorkerOptions {
  readonly pool: 'prefork' | 'solo'
  readonly concurrency?: number
  /** Of a worker that was there before; a fresh one when absent. */
  readonly name?: string
  /** The usual one when absent. */
  readonly queue?: string
  /** As Celery works on Windows. */
  readonly likeWindows?: boolean
  /** BROKER, RAN, ALYX and TOKEN. */
  readonly environment: Readonly<Record<string, string>>
}

const STOP_PATIENCE_MS = 5_000
let number = 0

/** Starts a real worker of Celery with our steps. It connects when the broker is there. */
export async function celeryWorker(
  python: string,
  { pool, concurrency = 2, name = `w${++number}@${pool}`, queue, likeWindows, environment }: WorkerOptions,
): Promise<CeleryWorker> {
  const folder = await temporaryFolder('worker')
  const words = ['--app', 'steps', 'worker', '--pool', pool, '--hostname', name, '--loglevel', 'INFO', '--events']
  const child: ChildProcess = spawn(
    python,
    [
      '-m',
      'celery',
      '--workdir',
      folder,
      ...words,
      ...(pool === 'prefork' ? ['--concurrency', String(concurrency)] : []),
      ...(queue === undefined ? [] : ['--queues', queue]),
    ],
    {
      cwd: folder,
      env: {
        PATH: `${dirname(python)}:${process.env.PATH}`,
        HOME: folder,
        LANG: 'C.UTF-8',
        PYTHONPATH: join(root, 'e2e/services/celery'),
        PYTHONDONTWRITEBYTECODE: '1',
        C_FORCE_ROOT: '1',
        ...(likeWindows && { LIKE_WINDOWS: '1' }),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  )
  const log = createWriteStream(process.env.ALYX_VERBOSE ? `/tmp/alyx-celery-${name}.log` : join(folder, 'log'))
  child.stdout!.pipe(log)
  child.stderr!.pipe(log)
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    process.kill(-child.pid!, signal)
    if ((await Promise.race([gone, pause(STOP_PATIENCE_MS, 'late' as const, { ref: false })])) === 'late') {
      process.kill(-child.pid!, 'SIGKILL')
      await gone
    }
  }
  atTheEnd(() => end('SIGKILL'))
  return { name, pid: child.pid!, end }
}
