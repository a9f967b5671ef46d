import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openDatabase, sql } from '../../../packages/server/src/database/index.ts'
import { createAccount, issueToken } from '../../../packages/server/src/domains/labs/index.ts'
import { migrateDatabase } from '../../../packages/server/src/schema/index.ts'
import { atTheEnd } from '../../running/endings.ts'
import { root, temporaryFolder } from '../../running/places.ts'
import { embeddedPostgres, scratchDatabase } from '../../running/postgres.ts'

/** A task and its attempts, the newest first. */
export interface SeenTask {
  readonly status: string
  readonly attempts: readonly {
    readonly id: string
    readonly outcome: string | null
    readonly detail: string | null
    readonly started_at: string | null
    readonly error_type: string | null
    readonly error_message: string | null
    readonly progress: number | null
    readonly message: string | null
  }[]
}

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly ms: number
}

/** A server with its log, and what a person does with it. */
export interface Laboratory {
  readonly address: string
  readonly token: string
  /** What a worker needs to know of it. */
  readonly environment: Readonly<Record<string, string>>
  /** Starts the server anew with another broker; undefined: none. */
  serve(broker: string | undefined): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
  call(method: string, path: string, body?: object): Promise<Answer>
  /** Makes tasks of the application. @returns their keys */
  tasks(...tasks: readonly Readonly<Record<string, unknown>>[]): Promise<string[]>
  task(key: string): Promise<SeenTask>
  /** Until something is so. */
  until(sentence: string, is: () => Promise<boolean>, patienceMs?: number): Promise<void>
  ended(key: string, patienceMs?: number): Promise<SeenTask>
  /** Lines of the log about the broker, since the last start. */
  lines(): string[]
  /** Keys of tasks in the order in which steps began. */
  ran(): Promise<string[]>
  /** Whether a worker has said what it is. */
  knows(worker: string): Promise<boolean>
  /** Whether steps of all these tasks have begun. */
  haveRun(keys: readonly (string | undefined)[]): Promise<boolean>
  execute(statement: ReturnType<typeof sql>): Promise<number>
  rows(statement: ReturnType<typeof sql>): Promise<(string | null)[][]>
  memoryMiB(): Promise<number>
}

/** Queues of workers that are to be told apart, for tasks with the labels `solo` and `windows`. */
export const SOLO_QUEUE = 'celery-solo'
export const WINDOWS_QUEUE = 'celery-windows'

const PATIENCE_MS = 40_000
const ENDED = new Set(['Complete', 'Incomplete', 'Empty', 'Errored', 'Abandoned'])

export async function laboratory(): Promise<Laboratory> {
  const postgres = await embeddedPostgres()
  const url = await scratchDatabase(postgres, 'celery')
  const database = await openDatabase({ url, timeZone: 'UTC', maxConnections: 2 })
  atTheEnd(() => database.close())
  await migrateDatabase(database)
  await createAccount(database, { username: 'runner', passwordHash: '!', role: 'superuser' })
  const token = await issueToken(database, 'runner')
  const ran = join(await temporaryFolder('ran'), 'ran')
  const data = await temporaryFolder('data')
  let written = ''
  let address = ''
  let child: ReturnType<typeof spawn> | undefined
  const environment: Record<string, string> = { RAN: ran, TOKEN: token }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child!.once('exit', resolve))
    child.kill(signal)
    await gone
  }
  atTheEnd(() => stop('SIGKILL'))
  let port = '0'
  const lab: Laboratory = {
    get address() {
      return address
    },
    token,
    environment,
    stop,
    async serve(broker) {
      await stop()
      written = ''
      child = spawn(process.execPath, [join(root, 'packages/server/bin/alyx.js'), 'serve', '--port', port], {
        cwd: data,
        env: {
          PATH: process.env.PATH,
          HOME: data,
          DATABASE_URL: url,
          ALYX_DATA_FOLDER: data,
          ALYX_LOG_FORMAT: 'json',
          ALYX_THROTTLE_BURST_RATE: '100000/minute',
          ALYX_THROTTLE_DOCS_RATE: '100000/minute',
          ALYX_CELERY_ROUTES: JSON.stringify({ solo: SOLO_QUEUE, windows: WINDOWS_QUEUE }),
          ...(broker !== undefined && { ALYX_BROKER_URL: broker }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stdout!.on('data', (chunk) => {
        written += chunk
      })
      child.stderr!.on('data', (chunk) => {
        written += chunk
      })
      await lab.until('the server answers', async () => {
        const [, told] = /answers at (http:\/\/[\d.]+:\d+)/.exec(written) ?? []
        address = told ?? ''
        return told !== undefined
      })
      port = new URL(address).port
      environment.ALYX = address
    },
    async call(method, path, body) {
      const begun = performance.now()
      const answer = await fetch(`${address}${path}`, {
        method,
        headers: { authorization: `Token ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? {} : JSON.parse(text), ms: performance.now() - begun }
    },
    async tasks(...tasks) {
      const { status, body } = await lab.call('POST', '/api/v1/jobs/graphs', {
        tasks: tasks.map((task, at) => ({ ref: `t${at}`, executable: 'pypelines', ...task })),
      })
      assert.equal(status, 201, JSON.stringify(body))
      return (body.tasks as { id: string }[]).map(({ id }) => id)
    },
    task: async (key) => (await lab.call('GET', `/api/v1/jobs/tasks/${key}`)).body as unknown as SeenTask,
    async until(sentence, is, patienceMs = PATIENCE_MS) {
      const deadline = Date.now() + patienceMs
      while (!(await is())) {
        if (Date.now() > deadline) throw new Error(`not within ${patienceMs / 1000} s: ${sentence}`)
        await pause(100)
      }
    },
    async ended(key, patienceMs) {
      let seen: SeenTask | undefined
      const over = async () => {
        seen = await lab.task(key)
        return ENDED.has(seen.status)
      }
      await lab.until('', over, patienceMs).catch(() => {
        throw new Error(`it does not end: ${JSON.stringify(seen)}`)
      })
      return seen!
    },
    lines: () => written.split('\n').filter((line) => /"the broker is |"Celery/.test(line)),
    ran: async () => (await readFile(ran, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    knows: async (worker) =>
      (await database.rows(sql`select from alyx.worker where name = ${worker} and info ? 'pool' and info ? 'queues'`))
        .length > 0,
    haveRun: async (keys) => {
      const ran = new Set(await lab.ran())
      return keys.every((key) => ran.has(key!))
    },
    execute: (statement) => database.execute(statement),
    rows: (statement) => database.rows(statement),
    async memoryMiB() {
      const status = await readFile(`/proc/${child!.pid}/status`, 'utf8')
      const [, kib] = /VmRSS:\s+(\d+)/.exec(status) ?? []
      return Number(kib) / 1024
    },
  }
  return lab
}
