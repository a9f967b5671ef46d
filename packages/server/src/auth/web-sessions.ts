import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '../database/index.ts'
import { type Account, endWebSession, findAccountById, findWebSession, keepWebSession } from '../domains/labs/index.ts'
import { BadCredentials } from './bad-credentials.ts'
import { CSRF_COOKIE, CSRF_HEADER, csrfProblem, csrfSecretOf, maskCsrfSecret, newCsrfSecret } from './csrf.ts'
import {
  decodeSession,
  encodeSession,
  isSessionOfPassword,
  loginSession,
  looksLikeSessionKey,
  newSessionKey,
  SESSION_COOKIE,
  SESSION_SECONDS,
  sessionUserId,
} from './django-session.ts'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])
const CSRF_SECONDS = 365 * 24 * 60 * 60
const MILLISECONDS_PER_SECOND = 1000

/** Sign-ins of browsers: a cookie that names a row of Django's own table. */
export interface WebSessions {
  /** Who is signed in here. @throws BadCredentials when the request may have been sent by another site's page */
  accountOf(db: Db, request: FastifyRequest): Promise<Account | undefined>
  /** Signs a browser in under a new key, so that a key planted before the sign-in is worth nothing. */
  begin(
    db: Db,
    request: FastifyRequest,
    reply: FastifyReply,
    account: Account & { readonly passwordHash: string },
  ): Promise<void>
  end(db: Db, request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Token for a form, and its cookie. */
  formToken(request: FastifyRequest, reply: FastifyReply): string
  /** @throws BadCredentials unless the request comes from a form of ours */
  requireOwnForm(request: FastifyRequest, field: string | undefined): void
}

export interface WebSessionSettings {
  readonly secretKey: string
  /** With `https`, cookies and forms are treated as encrypted, whatever a proxy forgot to say. */
  readonly httpMode: 'private-http' | 'https'
  /** The site whose pages may send forms besides the address that was asked: `https://alyx.example.org`. */
  readonly publicUrl: string
}

export function webSessions({ secretKey, httpMode, publicUrl }: WebSessionSettings): WebSessions {
  // A server that nobody named is found at localhost, where anybody's programs listen.
  const trustedOrigins = new URL(publicUrl).hostname === 'localhost' ? [] : [publicUrl]
  const isSecure = (request: FastifyRequest) => httpMode === 'https' || request.protocol === 'https'
  const requireOwnForm: WebSessions['requireOwnForm'] = (request, field) => {
    const problem = csrfProblem(
      {
        secure: isSecure(request),
        host: request.host,
        origin: request.headers.origin,
        referer: request.headers.referer,
        cookie: request.cookies[CSRF_COOKIE],
        field,
        header: request.headers[CSRF_HEADER] as string | undefined,
      },
      trustedOrigins,
    )
    if (problem !== undefined) throw new BadCredentials(`CSRF Failed: ${problem}`)
  }
  const cookieOptions = (request: FastifyRequest) =>
    ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(request) }) as const
  return {
    requireOwnForm,
    async accountOf(db, request) {
      const key = request.cookies[SESSION_COOKIE]
      if (key === undefined || !looksLikeSessionKey(key)) return undefined
      const stored = await findWebSession(db, key)
      const session = stored === undefined ? undefined : decodeSession(stored, secretKey)
      const id = session && sessionUserId(session)
      const account = id === undefined ? undefined : await findAccountById(db, id)
      if (!session || !account?.isActive || !isSessionOfPassword(session, account.passwordHash, secretKey))
        return undefined
      if (!READING.has(request.method)) requireOwnForm(request, undefined)
      return account
    },
    async begin(db, request, reply, account) {
      const previous = request.cookies[SESSION_COOKIE]
      if (previous !== undefined && looksLikeSessionKey(previous)) await endWebSession(db, previous)
      const key = newSessionKey()
      const data = encodeSession(
        loginSession(account.id, account.passwordHash, secretKey),
        secretKey,
        Date.now() / MILLISECONDS_PER_SECOND,
      )
      await keepWebSession(db, key, data, SESSION_SECONDS)
      reply.setCookie(SESSION_COOKIE, key, { ...cookieOptions(request), maxAge: SESSION_SECONDS })
      reply.setCookie(CSRF_COOKIE, newCsrfSecret(), {
        ...cookieOptions(request),
        httpOnly: false,
        maxAge: CSRF_SECONDS,
      })
    },
    async end(db, request, reply) {
      const key = request.cookies[SESSION_COOKIE]
      if (key !== undefined && looksLikeSessionKey(key)) await endWebSession(db, key)
      reply.clearCookie(SESSION_COOKIE, { path: '/' })
    },
    formToken(request, reply) {
      const known = csrfSecretOf(request.cookies[CSRF_COOKIE] ?? '')
      const secret = known ?? newCsrfSecret()
      if (known === undefined)
        reply.setCookie(CSRF_COOKIE, secret, { ...cookieOptions(request), httpOnly: false, maxAge: CSRF_SECONDS })
      return maskCsrfSecret(secret)
    },
  }
}
