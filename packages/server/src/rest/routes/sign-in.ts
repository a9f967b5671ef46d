import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CSRF_FORM_FIELD } from '../../auth/csrf.ts'
import { makePassword, verifyNobody, verifyPassword } from '../../auth/passwords.ts'
import type { WebSessions } from '../../auth/web-sessions.ts'
import type { Db } from '../../database/index.ts'
import { type Account, findAccount, rememberLogin, renewPasswordHash, tokenOf } from '../../domains/labs/index.ts'
import { type BodyFields, readFields } from '../body.ts'
import { contractRoute, type Services, sendJson } from '../gates.ts'
import { loginPage } from '../pages/login-page.ts'
import { pythonStr } from '../python-json-body.ts'
import { Refusal, refusals } from '../refusal.ts'
import { describedAs } from './described.ts'

const HTML = 'text/html; charset=utf-8'
const WRONG = 'Unable to log in with provided credentials.'

/** Tokens for programs, sessions for browsers. */
export function signInRoutes(app: FastifyInstance, services: Services, sessions: WebSessions): void {
  const account = signedInBy(services)
  contractRoute(app, services, {
    url: '/auth-token',
    policy: 'open',
    describe: describedAs('/auth-token'),
    offers: 'json',
    throttle: 'none',
    handlers: {
      async POST(call) {
        const { username, password } = credentials(await readFields(call.request))
        const found = await account(call.database, call.request, username, password)
        if (!found) throw new Refusal(400, { non_field_errors: [WRONG] })
        return sendJson(call, JSON.stringify({ token: await tokenOf(call.database, found.id) }))
      },
    },
  })

  app.get('/auth/login/', { config: { policy: 'open' }, exposeHeadRoute: true }, async (request, reply) =>
    sendLogin(request, reply, sessions, undefined),
  )
  app.post('/auth/login/', { config: { policy: 'open' } }, async (request, reply) => {
    const fields = await readFields(request)
    sessions.requireOwnForm(request, textOf(fields, CSRF_FORM_FIELD))
    const database = services.database.counted(request.count)
    const found = await account(database, request, textOf(fields, 'username') ?? '', textOf(fields, 'password') ?? '')
    if (!found) return sendLogin(request, reply.code(400), sessions, 'That name and password do not belong together.')
    await sessions.begin(database, request, reply, found)
    await rememberLogin(database, found.id)
    return reply.redirect(ownPath(textOf(fields, 'next')), 302)
  })
  app.post('/auth/logout/', { config: { policy: 'open' } }, async (request, reply) => {
    const fields = await readFields(request)
    sessions.requireOwnForm(request, textOf(fields, CSRF_FORM_FIELD))
    await sessions.end(services.database.counted(request.count), request, reply)
    return reply.redirect('/auth/login/', 302)
  })
}

function sendLogin(
  request: FastifyRequest,
  reply: FastifyReply,
  sessions: WebSessions,
  problem: string | undefined,
): FastifyReply {
  const token = sessions.formToken(request, reply)
  const { next } = request.query as { next?: string | string[] }
  return reply
    .type(HTML)
    .send(loginPage({ token, next: ownPath(typeof next === 'string' ? next : undefined), problem }))
}

/** A path of this server, or the front page: a link to the sign-in must not lead to another site afterwards. */
function ownPath(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/admin/'
}

export const textOf = (fields: BodyFields, name: string): string | undefined => {
  const value = fields.get(name)
  return typeof value === 'string' ? value : undefined
}

const NULL_CHARACTER = '\u0000'

/** Name and password of a body. @throws Refusal naming each that is missing, blank or no text */
function credentials(fields: BodyFields): { username: string; password: string } {
  const faults: Record<string, string[]> = {}
  const read = (name: string, trim: boolean): string => {
    const value = fields.get(name)
    const fault = (message: string) => {
      faults[name] = [message]
      return ''
    }
    if (value === undefined) return fault('This field is required.')
    if (value === null) return fault('This field may not be null.')
    if (typeof value === 'boolean' || Array.isArray(value) || value instanceof Map) return fault('Not a valid string.')
    const text = typeof value === 'string' ? value : pythonStr(value)
    const kept = trim ? text.trim() : text
    if (kept === '') return fault('This field may not be blank.')
    return kept.includes(NULL_CHARACTER) ? fault('Null characters are not allowed.') : kept
  }
  const username = read('username', true)
  const password = read('password', false)
  if (Object.keys(faults).length > 0) throw new Refusal(400, faults)
  return { username, password }
}

type Found = Account & { readonly passwordHash: string }

/** Compares a password with the account's. Costs the same for names that do not exist; too many failures have to wait. */
export function signedInBy({ throttles }: Services) {
  return async (db: Db, request: FastifyRequest, username: string, password: string): Promise<Found | undefined> => {
    // Before the password is looked at: comparing costs a processor a third of a second.
    const wait = throttles.signInWait(request.ip)
    if (wait !== undefined) throw refusals.throttled(wait)
    const found = await findAccount(db, username)
    if (!found) await verifyNobody(password)
    const verdict = found && (await verifyPassword(password, found.passwordHash))
    if (verdict?.outcome === 'unsupported')
      request.log.warn(
        { username, algorithm: verdict.algorithm },
        'a password is stored in a form that this server cannot check',
      )
    if (!found?.isActive || verdict?.outcome !== 'match') {
      const late = throttles.failedSignIn(request.ip)
      if (late !== undefined) throw refusals.throttled(late)
      return undefined
    }
    if (!verdict.needsUpgrade) return found
    const passwordHash = await makePassword(password)
    await renewPasswordHash(db, found.id, found.passwordHash, passwordHash)
    return { ...found, passwordHash }
  }
}
