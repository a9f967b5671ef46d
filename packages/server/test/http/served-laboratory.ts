import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { type Logger, symbols } from 'pino'
import { buildApp, type Departure } from '../../src/app.ts'
import { openLog } from '../../src/command/log.ts'
import { readSettings } from '../../src/config.ts'
import type { Database } from '../../src/database/index.ts'
import { createAccount, issueToken, type Role } from '../../src/domains/labs/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'

export type Answer = LightMyRequestResponse
export type LogLine = Readonly<Record<string, unknown>>

/** The whole application on a copy of the demo laboratory. */
export interface ServedLaboratory {
  readonly app: FastifyInstance
  readonly database: Database
  readonly folder: string
  /** Every line logged since the start or the last `forget`, as it would be written. */
  readonly log: { readonly lines: () => LogLine[]; readonly text: () => string; readonly forget: () => void }
  /** Token of a superuser, made for the tests. */
  readonly token: string
  /** A request of that superuser. */
  get(path: string, options?: Omit<InjectOptions, 'url'>): Promise<Answer>
  /** A request of nobody, unless its headers say otherwise. */
  ask(options: InjectOptions): Promise<Answer>
  close(): Promise<void>
}

export interface ServedOptions {
  readonly settings?: Readonly<Record<string, string>>
  readonly maxConnections?: number
  readonly statementTimeoutMs?: number
  readonly connectTimeoutMs?: number
  /** The database to serve, dropped at the end; the demo laboratory when absent. */
  readonly scratch?: ScratchDatabase
  /** What stands between the application and its database. */
  readonly between?: (database: Database) => Database
  /** What says that the server is about to stop. */
  readonly departure?: Departure
}

/** Shorter than a test may take, so that a question without end fails by name. */
const STATEMENT_TIMEOUT_MS = 10_000

export async function servedLaboratory(served: ServedOptions = {}): Promise<ServedLaboratory> {
  const { settings = {}, between = (database) => database, departure, ...options } = served
  const scratch = served.scratch ?? (await demoDatabase({ statementTimeoutMs: STATEMENT_TIMEOUT_MS, ...options }))
  const folder = await mkdtemp(join(tmpdir(), 'alyx-served-'))
  const read = readSettings(
    { ALYX_DATA_FOLDER: folder, ALYX_LOG_FORMAT: 'json', ALYX_THROTTLE_BURST_RATE: '1000000/second', ...settings },
    folder,
  )
  const log = await openLog(read)
  const written = captured(log)
  const app = await buildApp({
    database: between(scratch.database),
    settings: read,
    log,
    ...(departure && { departure }),
  })
  await app.ready()
  const token = await tokenOfNew(scratch.database, 'tester', 'superuser')
  const ask = (request: InjectOptions) => app.inject(request)
  return {
    app,
    database: scratch.database,
    folder,
    token,
    ask,
    get: (url, request = {}) =>
      ask({ url, ...request, headers: { authorization: `Token ${token}`, ...request.headers } }),
    log: {
      text: () => written.join(''),
      lines: () => written.map((line) => JSON.parse(line)),
      forget: () => written.splice(0),
    },
    async close() {
      await app.close()
      await scratch.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Lets the log write into memory what it would send to standard output. */
function captured(log: Logger): string[] {
  const lines: string[] = []
  Object.assign(log, { [symbols.streamSym]: { write: (line: string) => lines.push(line) } })
  return lines
}

/** A new account without a password, and its token. */
export async function tokenOfNew(database: Database, username: string, role: Role): Promise<string> {
  await createAccount(database, { username, role, passwordHash: '' })
  return issueToken(database, username)
}

/** One part of the header `Set-Cookie`, by name. */
export const cookieOf = (answer: Answer, name: string): string | undefined =>
  answer.cookies.find((cookie) => cookie.name === name)?.value
