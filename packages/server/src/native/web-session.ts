import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { rememberLogin } from '../domains/labs/index.ts'
import { readFields } from '../rest/body.ts'
import { signedInBy, textOf } from '../rest/routes/sign-in.ts'
import { BASE, type NativeServices } from './gate.ts'
import { answerProblem, Problem } from './problem.ts'

/**
 * The sign-in of the web application: `GET` tells who is signed in and gives the CSRF token that writes need in the header
 * `X-CSRFToken`; `POST` with `username` and `password` signs in, `DELETE` out. The form at `/auth/login/` does the same
 * for browsers without scripts.
 */
export function webSessionRoutes(app: FastifyInstance, services: NativeServices): void {
  const { sessions } = services
  const account = signedInBy(services)
  const route = (
    method: 'GET' | 'POST' | 'DELETE',
    answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  ) =>
    app.route({
      url: `${BASE}/session`,
      method,
      config: { policy: 'open' },
      errorHandler: answerProblem,
      handler: (request, reply) => answer(request, reply.header('cache-control', 'private, no-store')),
    })

  route('GET', async (request, reply) => {
    const found = await sessions.accountOf(services.database.counted(request.count), request)
    return reply.send({ username: found?.username ?? null, csrf_token: sessions.formToken(request, reply) })
  })
  route('POST', async (request, reply) => {
    sessions.requireOwnForm(request, undefined)
    const fields = await readFields(request)
    const database = services.database.counted(request.count)
    const [username, password] = [textOf(fields, 'username') ?? '', textOf(fields, 'password') ?? '']
    const found = await account(database, request, username, password)
    if (!found) throw new Problem(400, 'invalid', 'That name and password do not belong together.')
    await sessions.begin(database, request, reply, found)
    await rememberLogin(database, found.id)
    return reply.send({ username: found.username })
  })
  route('DELETE', async (request, reply) => {
    sessions.requireOwnForm(request, undefined)
    await sessions.end(services.database.counted(request.count), request, reply)
    return reply.code(204).send()
  })
}
