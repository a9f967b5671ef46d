import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Embedded, startEmbedded } from '../../packages/server/src/database/index.ts'
import { root } from '../running/places.ts'
import { using } from '../running/postgres.ts'
import { holdSocket } from './held-socket.ts'
import { startWriting } from './writers.ts'

const PATIENCE_MS = 120_000

let folder: string
const children = new Set<ChildProcess>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-restart-'))
})
afterEach(async () => {
  for (const child of children) await ended(child, 'SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  readonly address: string
}

interface Circumstances {
  readonly env?: Readonly<Record<string, string>>
  /** A listening socket that the server is to take over. */
  readonly socket?: number
}

/** Starts a server with the Node that runs this, until it answers. */
async function start(words: readonly string[], { env = {}, socket }: Circumstances = {}): Promise<Started> {
  const child = spawn(process.execPath, [join(root, 'packages/server/bin/alyx.js'), ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ALYX_LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(socket === undefined ? [] : [socket])],
  })
  children.add(child)
  let screen = ''
  child.stdout!.on('data', (part) => (screen += part))
  child.stderr!.on('data', (part) => (screen += part))
  const address = await new Promise<string>((resolve, reject) => {
    child.once('close', () => reject(new Error(screen)))
    child.stderr!.on('data', () => {
      const [, found] = /(?:ready|answers) at (http:\/\/[\w.]+:\d+)/.exec(screen) ?? []
      if (found) resolve(found)
    })
  })
  return { child, address }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

const password = async () => (await readFile(join(folder, 'data/admin-password'), 'utf8')).trim()

/** Identifiers of the weighings that a database holds. */
const weighings = (url: string): Promise<Set<string>> =>
  using(url, async (database) => {
    const rows = await database.rows({ text: 'select id from actions_weighing', values: [] })
    return new Set(rows.map(([id]) => id!))
  })

describe('a server that is started again and again while eight rigs write', () => {
  let embedded: Embedded
  beforeEach(async () => {
    await ended((await start(['start', '--port', '0'])).child, 'SIGTERM')
    embedded = await startEmbedded({ folder: join(folder, 'data'), fsync: false })
  }, PATIENCE_MS)
  afterEach(() => embedded.stop())

  test(
    'loses and refuses no request, when the socket outlives it',
    async () => {
      const socket = holdSocket()
      try {
        const env = { DATABASE_URL: embedded.url, THROTTLE_BURST_RATE: '10000000/minute', LISTEN_FDS: '1' }
        const serve = () => start(['serve'], { env, socket: socket.fd })
        let server = await serve()
        const writing = await startWriting(socket.address, await password())
        for (let restart = 0; restart < 3; restart += 1) {
          await pause(1_000)
          await ended(server.child, 'SIGTERM')
          server = await serve()
        }
        await pause(500)
        const { acknowledged, failures } = await writing.stop()
        await ended(server.child, 'SIGTERM')

        expect(failures).toEqual([])
        expect(acknowledged.length).toBeGreaterThan(100)
        const kept = await weighings(embedded.url)
        expect(acknowledged.filter((id) => !kept.has(id))).toEqual([])
      } finally {
        socket.close()
      }
    },
    PATIENCE_MS,
  )
})

test(
  'no write that was acknowledged is lost when the server and its database are killed without warning',
  async () => {
    const acknowledged: string[] = []
    for (const whom of ['server', 'database', 'both']) {
      const { child, address } = await start(['start', '--port', '0'], {
        env: { THROTTLE_BURST_RATE: '10000000/minute' },
      })
      const writing = await startWriting(address, await password())
      await pause(1_500)
      if (whom !== 'server') process.kill(await postmaster(), 'SIGKILL')
      if (whom !== 'database') child.kill('SIGKILL')
      await pause(300)
      acknowledged.push(...(await writing.stop()).acknowledged)
      await ended(child, 'SIGKILL')
    }

    const { child } = await start(['start', '--port', '0'])
    const embedded = await startEmbedded({ folder: join(folder, 'data') })
    const kept = await weighings(embedded.url)
    await embedded.stop()
    await ended(child, 'SIGTERM')
    expect(acknowledged.length).toBeGreaterThan(100)
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([])
  },
  PATIENCE_MS,
)

async function postmaster(): Promise<number> {
  const [first] = (await readFile(join(folder, 'data/postgres-18/postmaster.pid'), 'utf8')).split('\n')
  return Number(first)
}
