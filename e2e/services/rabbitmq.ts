import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { chown, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { atTheEnd } from '../running/endings.ts'
import { temporaryFolder } from '../running/places.ts'
import { freePort } from './composition.ts'
import { accountOf } from './debians-postgres.ts'

const run = promisify(execFile)
/** Not what stands in /usr/sbin, which runs it for the whole machine. */
export const BROKER_PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const START_PATIENCE_MS = 90_000
const STOP_PATIENCE_MS = 20_000

/** A broker of our own, which may be ended and begun again with what it holds. */
export interface Broker {
  readonly port: number
  /** With user and password `guest`, in the virtual host `/`. */
  readonly url: string
  start(): Promise<void>
  /** @param signal  `SIGKILL`: as the power cut does it */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** The broker's own pages. */
export interface BrokerPages {
  readonly port: number
  /** A line of its configuration: under which path it serves them. */
  readonly prefix: string
}

/** Prepares a broker with a name, ports and a folder of its own; not started yet. */
export async function broker(pages?: BrokerPages): Promise<Broker> {
  const folder = await temporaryFolder('rabbitmq')
  const [port, distribution, names] = [await freePort(), await freePort(), await freePort()]
  const settings = [`listeners.tcp.1 = 127.0.0.1:${port}`]
  if (pages) settings.push(pages.prefix, 'management.tcp.ip = 127.0.0.1', `management.tcp.port = ${pages.port}`)
  await writeFile(
    join(folder, 'rabbitmq.conf'),
    settings.map((line) => `${line}\n`),
  )
  await writeFile(join(folder, 'plugins'), pages ? '[rabbitmq_management].\n' : '[].\n')
  const account = process.getuid?.() === 0 ? await accountOf('rabbitmq') : undefined
  for (const path of ['', 'rabbitmq.conf', 'plugins'])
    if (account) await chown(join(folder, path), account.uid, account.gid)
  let child: ReturnType<typeof spawn> | undefined
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    process.kill(-child.pid!, signal)
    if ((await Promise.race([gone, pause(STOP_PATIENCE_MS, 'late' as const, { ref: false })])) === 'late') {
      process.kill(-child.pid!, 'SIGKILL')
      await gone
    }
    await run('epmd', ['-port', String(names), '-kill']).catch(() => undefined)
  }
  atTheEnd(() => stop())
  return {
    port,
    url: `amqp://guest:guest@127.0.0.1:${port}//`,
    stop,
    async start() {
      child = spawn(BROKER_PROGRAM, [], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          RABBITMQ_NODENAME: `alyx${port}@localhost`,
          RABBITMQ_DIST_PORT: String(distribution),
          // Names of nodes are kept by a daemon that outlives them: one of our own, ended with it.
          ERL_EPMD_PORT: String(names),
          ERL_EPMD_ADDRESS: '127.0.0.1',
          RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
          RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
          RABBITMQ_MNESIA_BASE: folder,
          RABBITMQ_LOG_BASE: folder,
          RABBITMQ_PID_FILE: join(folder, 'pid'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
        ...account,
      })
      const log = createWriteStream(join(folder, 'out'), { flags: 'a' })
      child.stdout!.pipe(log)
      child.stderr!.pipe(log)
      await answering(port)
    },
  }
}

async function answering(port: number): Promise<void> {
  const deadline = Date.now() + START_PATIENCE_MS
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (open) return
    if (Date.now() > deadline) throw new Error(`the broker does not answer after ${START_PATIENCE_MS / 1000} s`)
    await pause(250)
  }
}
