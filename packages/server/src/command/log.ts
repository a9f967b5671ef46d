import { type Logger, pino } from 'pino'
import type { Settings } from '../config.ts'

/** Names whose values never reach the log, wherever they are in what is logged. */
const SECRET_NAME =
  /^(authorization|proxy-authorization|cookie|set-cookie|password|passwd|pwd|secret|token|csrf\w*)$|password$|secret$|secretkey$|token$|^databaseurl$/i

const HIDDEN = '[hidden]'
/** Deeper than anything we log on purpose; what lies below is left as it is. */
const MAX_DEPTH = 6

/**
 * The server's log on standard output: a JSON object per line, or lines for people. Values are hidden by their names,
 * and passwords inside addresses of databases too.
 */
export async function openLog({ logLevel, logFormat }: Pick<Settings, 'logLevel' | 'logFormat'>): Promise<Logger> {
  const options = {
    level: logLevel,
    formatters: { log: (object: Record<string, unknown>) => withoutSecrets(object) as Record<string, unknown> },
    // Request objects are not plain, so the formatter leaves them to whoever turns them into plain ones.
    redact: { paths: SERIALIZED.flatMap((path) => [`req.headers${path}`, `res.headers${path}`]), censor: HIDDEN },
  }
  if (logFormat === 'json') return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime })
  const { default: pretty } = await import('pino-pretty')
  return pino(options, pretty({ colorize: process.stdout.isTTY === true, ignore: 'pid,hostname', sync: true }))
}

const SERIALIZED = ['.authorization', '.cookie', '["set-cookie"]', '["x-csrftoken"]']

/** A copy of plain objects and lists in which secrets are hidden; the same value when it has none to hide. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, depth + 1))
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) && inner !== undefined && inner !== null ? HIDDEN : withoutSecrets(inner, depth + 1),
    ]),
  )
}
