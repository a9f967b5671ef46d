import type { ClientConfig } from 'pg'
import { type ChangeContext, contextText } from './change-context.ts'

export interface DatabaseOptions {
  /** postgres://user:password@host:port/name, or for a unix socket postgres://user@/name?host=/folder */
  url: string
  /** Wall clock of the lab, an IANA name: Alyx keeps local times in `timestamptz` columns. */
  timeZone: string
  maxConnections: number
  applicationName?: string
  statementTimeoutMs?: number
  /** How long to wait for a connection, a free one or a new one, before the database counts as unavailable; 10 s when absent. */
  connectTimeoutMs?: number
  /** Who changes what no transaction says anything about: kept with the change in the history. */
  context?: ChangeContext | undefined
  /** Hears of connections lost while nobody used them; the pool has already dealt with them. */
  onError?(error: Error): void
}

const CONNECT_TIMEOUT_MS = 10_000

/**
 * Settings of every session. They travel in the start-up message, not in a SET afterwards, so that no connection of the
 * pool can ever be without them.
 */
function sessionSettings(options: DatabaseOptions, statementTimeoutMs: number): string {
  const settings = {
    TimeZone: options.timeZone,
    // As Django leaves it: output is ISO, and 01/02/2020 in a text is the second of January.
    DateStyle: 'ISO,MDY',
    IntervalStyle: 'postgres',
    statement_timeout: String(statementTimeoutMs),
    // Compiling a plan costs more than running any of ours: pages of some hundred rows, found by index.
    jit: 'off',
    // The branches of one statement must come one after the other, each in its own order; and starting a worker takes
    // longer than a page.
    max_parallel_workers_per_gather: '0',
    // Unqualified names mean Alyx's tables, also for a role that is called as our own schema is.
    search_path: 'public',
    ...(options.context && { 'alyx.context': contextText(options.context) }),
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`)
    .join(' ')
}

/** Configuration of the pool's connections. */
export function pooledConfig(options: DatabaseOptions): ClientConfig {
  return config(options, options.statementTimeoutMs ?? 0)
}

/** Configuration of a connection of its own, whose statements may take as long as they need. */
export function ownConfig(options: DatabaseOptions): ClientConfig {
  return config(options, 0)
}

function config(options: DatabaseOptions, statementTimeoutMs: number): ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.applicationName ?? 'alyx',
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    options: sessionSettings(options, statementTimeoutMs),
  }
}
