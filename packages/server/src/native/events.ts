import { columnName, hasColumn, type Model, parentOf } from '@alyx/models'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { BadCredentials } from '../auth/bad-credentials.ts'
import { isLocal } from '../auth/caller.ts'
import { judge } from '../auth/policy.ts'
import type { Account } from '../domains/labs/index.ts'
import { HistoryTail, type News } from '../history/index.ts'
import { type NativeCall, type NativeServices, nativeRoute } from './gate.ts'
import { sees, served, shownFields } from './models.ts'
import { Problem, problems } from './problem.ts'

/** Limits of streams; the usual ones where nothing is said. */
export interface EventOptions {
  /** A comment this often keeps proxies from ending a quiet connection. */
  readonly heartbeatMs?: number
  /** Who may listen, and to what, is asked again this often. */
  readonly recheckMs?: number
  /** Who leaves more than this waiting is cut off: memory is for everybody. */
  readonly mostWaitingBytes?: number
  /** Streams that one person may have open. */
  readonly mostStreams?: number
}

const USUAL: Required<EventOptions> = {
  heartbeatMs: 15_000,
  recheckMs: 60_000,
  mostWaitingBytes: 1024 * 1024,
  mostStreams: 250,
}

/** As in the history, which tells who did what: nothing for public accounts. */
const POLICY = 'members'
const READING = ['GET', 'HEAD', 'OPTIONS']

/**
 * `GET /api/v1/events?model=subjects.subject,actions.weighing`: changes that the caller may see, as they are committed,
 * from whichever door. Server-sent events `change` with `{model, key, operation, fields, user, source, at}`, no values;
 * `reset` when what was missed since `Last-Event-ID` is not known any more.
 */
export function eventRoutes(app: FastifyInstance, services: NativeServices, options: EventOptions = {}): void {
  const limits = { ...USUAL, ...options }
  const tail = new HistoryTail(services.database, {
    failed: (error) => app.log.warn({ err: error }, 'could not look for changes to tell'),
  })
  const streams = new Streams(limits.mostStreams)
  app.addHook('preClose', async () => streams.endAll())
  // What this server wrote is told at once; what others wrote, at the next look.
  app.addHook('onResponse', async ({ method }) => {
    if (!READING.includes(method)) void tail.look()
  })
  nativeRoute(app, services, {
    url: '/events',
    policy: POLICY,
    handlers: { GET: (call) => answer(call, { services, tail, streams, limits }) },
  })
}

interface Surroundings {
  readonly services: NativeServices
  readonly tail: HistoryTail
  readonly streams: Streams
  readonly limits: Required<EventOptions>
}

async function answer(call: NativeCall, { services, tail, streams, limits }: Surroundings): Promise<FastifyReply> {
  const { request, reply } = call
  const names = namesIn(call)
  let wanted = wantedModels(call.account, names)
  if (request.method === 'HEAD') return reply.header('content-type', 'text/event-stream').send()
  const { raw } = reply
  const leave = streams.enter(call.account.id, () => raw.end())
  // From the very beginning: a client may go while the database is asked.
  raw.on('close', leave)
  /** News that come before the headers were sent. */
  let early: News[] | undefined = []
  const send = (text: string): void => {
    if (raw.writableEnded || raw.destroyed) return
    raw.write(text)
    // Its place is lost with the connection, but the client knows it and says so when it comes back.
    if (raw.writableLength > limits.mostWaitingBytes) raw.destroy()
  }
  const tell = (news: News): void => {
    if (early) early.push(news)
    else if (wanted.has(news.model)) send(eventOf(news))
  }
  const listening = await tail.listen(tell, lastEventOf(call)).catch((error) => {
    leave()
    throw error
  })
  if (raw.destroyed) {
    listening.stop()
    return reply.hijack()
  }
  begin(reply)
  if (listening.missed) for (const news of listening.missed) if (wanted.has(news.model)) send(eventOf(news))
  send(listening.missed ? `id: ${listening.place}\n\n` : `id: ${listening.place}\nevent: reset\ndata: {}\n\n`)
  const waiting = early
  early = undefined
  for (const news of waiting) tell(news)

  const heart = setInterval(() => send(': still here\n\n'), limits.heartbeatMs)
  const recheck = setInterval(async () => {
    const account = await admittedStill(call, services)
    if (account) wanted = wantedModels(account, names, 'what is left')
    if (!account || wanted.size === 0) raw.end()
  }, limits.recheckMs)
  raw.on('close', () => {
    listening.stop()
    clearInterval(heart)
    clearInterval(recheck)
  })
  return reply
}

function begin(reply: FastifyReply): void {
  const headers = Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  reply.hijack()
  reply.raw.writeHead(200, {
    ...Object.fromEntries(headers),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // A server that stops need not wait for a next request.
    connection: 'close',
  })
}

/** The account of the same credentials, if it may still listen. A database that cannot be asked changes nothing. */
async function admittedStill({ request, account }: NativeCall, services: NativeServices): Promise<Account | undefined> {
  try {
    const now = await services.identify(services.database, request)
    return now?.id === account.id && judge(POLICY, 'GET', now, isLocal(request)) === 'allowed' ? now : undefined
  } catch (error) {
    return error instanceof BadCredentials ? undefined : account
  }
}

/** Open streams by account. */
class Streams {
  readonly #most: number
  readonly #open = new Map<string, Set<() => void>>()

  constructor(most: number) {
    this.#most = most
  }

  /** @returns takes note of the end of the stream. @throws Problem when the account has too many */
  enter(account: string, end: () => void): () => void {
    const own = this.#open.get(account) ?? new Set()
    if (own.size >= this.#most)
      throw new Problem(429, 'too_many_streams', `You listen ${this.#most} times already. Close some pages.`)
    this.#open.set(account, own.add(end))
    return () => {
      own.delete(end)
      if (own.size === 0 && this.#open.get(account) === own) this.#open.delete(account)
    }
  }

  endAll(): void {
    for (const own of this.#open.values()) for (const end of own) end()
  }
}

function lastEventOf({ request }: NativeCall): string | undefined {
  const header = request.headers['last-event-id']
  return typeof header === 'string' && header !== '' ? header : undefined
}

/** @throws Problem for other parameters than the one there is */
function namesIn({ query }: NativeCall): readonly string[] {
  for (const [name] of query.lists())
    if (name !== 'model') throw problems.invalidParameters({ [name]: ['There is only one parameter here: model.'] })
  return (query.get('model') ?? '').split(',').filter((name) => name !== '')
}

/**
 * The named models with those that they extend, or all that the account sees when none is named.
 *
 * @throws Problem for a name that is no model to the account, unless what is left is asked for
 */
function wantedModels(account: Account, names: readonly string[], unknown?: 'what is left'): ReadonlySet<Model> {
  const visible = served.filter((model) => sees(account, model))
  if (names.length === 0) return new Set(visible)
  return new Set(
    names.flatMap((name) => {
      const model = visible.find(({ key }) => key === name)
      if (!model && !unknown)
        throw problems.invalidParameters({ model: [`There is no model "${name.slice(0, 60)}" that you may see.`] })
      return model ? [model, ...ancestors(model).filter((parent) => visible.includes(parent))] : []
    }),
  )
}

function ancestors(model: Model): readonly Model[] {
  const parent = parentOf(model)
  return parent ? [parent, ...ancestors(parent)] : []
}

/** Names of fields by column, of those that answers may show: of a credential not even the change is told. */
const fieldNames = new Map(
  served.map((model) => [
    model,
    new Map(shownFields(model).map(({ name, field }) => [hasColumn(field) ? columnName(name, field) : name, name])),
  ]),
)

function eventOf({ id, model, key, operation, columns, links, user, source, at }: News): string {
  const names = fieldNames.get(model)
  const fields = links ? [links] : columns.flatMap((column) => names?.get(column) ?? [])
  // Nothing of it can be seen.
  if (operation === 'update' && fields.length === 0) return `id: ${id}\n\n`
  const data = JSON.stringify({ model: model.key, key, operation, fields, user, source, at })
  return `id: ${id}\nevent: change\ndata: ${data}\n\n`
}
