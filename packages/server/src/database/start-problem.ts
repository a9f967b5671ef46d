import { Client } from 'pg'
import type { DatabaseOptions } from './connection.ts'

/** The oldest PostgreSQL we test with, as in `server_version_num`. */
export const TOO_OLD = 150_000

/** The database cannot be used at start. The message is complete: what is wrong, and what to do. */
export class DatabaseStartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'DatabaseStartError'
  }
}

/** One clear sentence for a problem met at start, whatever it is; passwords never appear in it. */
export function explainStartProblem(error: unknown): string {
  if (error instanceof DatabaseStartError) return error.message
  return redacted(error instanceof Error ? error.message || codeOf(error) : String(error))
}

interface Target {
  where: string
  host: string
  port: number
  user: string
  database: string
}

/** Sentences for the problems that `openDatabase` meets. */
export const explainedFor = {
  tooOld(url: string, serverVersion: number): string {
    const [found, needed] = [Math.floor(serverVersion / 10_000), TOO_OLD / 10_000]
    return `PostgreSQL ${found} at ${targetOf(url)?.where} is too old: Alyx needs PostgreSQL ${needed} or later.`
  },

  any(options: DatabaseOptions, error: unknown): string {
    const target = targetOf(options.url)
    if (target === undefined) {
      return 'DATABASE_URL cannot be read: write it as postgres://user:password@host:5432/database, special characters of the password as %XX.'
    }
    const problem = PROBLEMS.find(({ when }) => when.test(`${codeOf(error)} ${messageOf(error)}`))
    return redacted((problem?.say ?? somethingElse)(target, messageOf(error), options))
  },
}

interface Problem {
  /** Matched against the code, a space, and the message. */
  when: RegExp
  say: (at: Target, message: string, options: DatabaseOptions) => string
}

const PROBLEMS: readonly Problem[] = [
  {
    when: /client password must be a string|no password supplied/,
    say: (at) => `PostgreSQL at ${at.where} asks for the password of user "${at.user}", and DATABASE_URL has none.`,
  },
  {
    when: /^28P01 /,
    say: (at) => `PostgreSQL at ${at.where} refuses the password of user "${at.user}": correct it in DATABASE_URL.`,
  },
  {
    when: /^28000 /,
    say: (at, message) => `PostgreSQL at ${at.where} does not let user "${at.user}" in: ${message}.`,
  },
  {
    when: /^3D000 /,
    say: (at) =>
      `There is no database "${at.database}" on PostgreSQL at ${at.where}: create it with ` +
      `createdb -h ${at.host} -p ${at.port} -U ${at.user} ${at.database}`,
  },
  {
    when: /^(ENOTFOUND|EAI_AGAIN) /,
    say: (at) => `The host "${at.host}" of DATABASE_URL is not known: check its spelling and the name server.`,
  },
  {
    when: /^(ECONNREFUSED|ENOENT) /,
    say: (at) => `Nothing answers at ${at.where}: start PostgreSQL there, or correct host and port in DATABASE_URL.`,
  },
  {
    when: /^EACCES /,
    say: (at) => `The socket of PostgreSQL at ${at.where} may not be opened by this user.`,
  },
  {
    when: /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH) |timeout/i,
    say: (at) => `PostgreSQL at ${at.where} cannot be reached in time: check the address, the network and firewalls.`,
  },
  {
    when: /does not support SSL/,
    say: (at) => `PostgreSQL at ${at.where} does not offer TLS, which DATABASE_URL asks for (sslmode).`,
  },
  {
    when: /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO) /,
    say: (at, message) =>
      `The TLS certificate of PostgreSQL at ${at.where} is not trusted (${message}): add sslrootcert=FILE to DATABASE_URL.`,
  },
  {
    when: /^53300 /,
    say: (at) => `PostgreSQL at ${at.where} has no free connection: raise its max_connections or end other clients.`,
  },
  {
    when: /^57P03 /,
    say: (at, message) => `PostgreSQL at ${at.where} is not ready yet (${message}): try again in a moment.`,
  },
  {
    when: /^22023 .*TimeZone/,
    say: (_, __, options) =>
      `PostgreSQL does not know the time zone "${options.timeZone}": use an IANA name such as Europe/London.`,
  },
]

const somethingElse: Problem['say'] = (at, message) => `PostgreSQL at ${at.where} cannot be used: ${message}.`

/** Where a URL leads, without its password; undefined when it cannot be read. */
function targetOf(url: string): Target | undefined {
  try {
    const { host, port, user = '', database = '' } = new Client({ connectionString: url })
    const where = host.startsWith('/') ? host : `${host}:${port}`
    return { where, host, port, user, database }
  } catch {
    return undefined
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message || codeOf(error) : String(error)).replace(/\.$/, '')
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}

function redacted(message: string): string {
  return message.replace(/(\w+:\/\/[^\s:/@]*):[^\s@]*@/g, '$1:***@')
}
