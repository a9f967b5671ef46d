import type { FastifyRequest } from 'fastify'
import type { Db } from '../database/index.ts'
import { type Account, findTokenOwner } from '../domains/labs/index.ts'
import { BadCredentials } from './bad-credentials.ts'
import type { WebSessions } from './web-sessions.ts'

/** Who calls; undefined for nobody. @throws BadCredentials for credentials that are worse than none */
export type Identify = (db: Db, request: FastifyRequest) => Promise<Account | undefined>

const NO_CREDENTIALS = 'Invalid token header. No credentials provided.'
const BLANKS = 'Invalid token header. Token string should not contain spaces.'
const CHARACTERS = 'Invalid token header. Token string should not contain invalid characters.'

/** A web session counts before a token, as in Alyx: a browser's own session is never shadowed by a header. */
export function identifier(webSessions: WebSessions): Identify {
  return async (db, request) =>
    (await webSessions.accountOf(db, request)) ?? (await tokenAccount(db, request.headers.authorization))
}

async function tokenAccount(db: Db, header: string | undefined): Promise<Account | undefined> {
  const words = (header ?? '').split(/\s+/).filter((word) => word !== '')
  if (words[0]?.toLowerCase() !== 'token') return undefined
  if (words.length === 1) throw new BadCredentials(NO_CREDENTIALS)
  if (words.length > 2) throw new BadCredentials(BLANKS)
  const key = words[1]!
  // biome-ignore lint/suspicious/noControlCharactersInRegex: every character outside ASCII, control characters too.
  if (/[^\x01-\x7f]/.test(key)) throw new BadCredentials(CHARACTERS)
  const account = await findTokenOwner(db, key)
  if (!account) throw new BadCredentials('Invalid token.')
  if (!account.isActive) throw new BadCredentials('User inactive or deleted.')
  return account
}
