import type { ServerResponse } from 'node:http'
import type { Model } from '@alyx/models'
import type { FastifyInstance } from 'fastify'
import { HistoryTail, type News } from '../history/index.ts'
import { type NativeCall, type NativeServices, nativeRoute } from './gate.ts'
import { sees, served } from './models.ts'
import { Problem, problems } from './problem.ts'

/** A comment that keeps proxies from ending a quiet connection. */
const HEARTBEAT_MS = 15_000
/** Who takes this much later than it is sent is cut off: memory is for everybody. */
const MOST_WAITING_BYTES = 1024 * 1024
/** Pages that one person may have open. */
const MOST_STREAMS = 50
/** How long a stream lasts: the client comes back by itself, and who may listen is asked again. */
const LONGEST_MS = 10 * 60 * 1000

/**
 * `GET /api/v1/events?model=subjects.subject,actions.weighing`: changes that the caller may see, as they are committed,
 * from whichever door. Server-sent events `change` with `{model, key, operation, fields, user, source, at}`; no values.
 */
export function eventRoutes(app: FastifyInstance, services: NativeServices): void {
  const tail = new HistoryTail(services.database, {
    failed: (error) => app.log.warn({ err: error }, 'could not look for changes to tell'),
  })
  const open = new Map<string, Set<() => void>>()
  app.addHook('preClose', async () => {
    for (const streams of open.values()) for (const end of [...streams]) end()
  })
  nativeRoute(app, services, {
    url: '/events',
    handlers: {
      async GET(call) {
        const wanted = wantedModels(call)
        const streams = open.get(call.account.id) ?? new Set()
        open.set(call.account.id, streams)
        if (streams.size >= MOST_STREAMS)
          throw new Problem(429, 'too_many_streams', `You listen ${MOST_STREAMS} times already. Close some pages.`)
        if (call.request.method === 'HEAD') return call.reply.send()
        const { raw } = call.reply
        let end = (): void => undefined
        const stop = await tail.listen((news) => {
          if (wanted.has(news.model) && !write(raw, eventOf(news))) end()
        })
        call.reply.hijack()
        raw.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
          connection: 'keep-alive',
        })
        raw.write(': listening\n\n')
        const heart = setInterval(() => write(raw, ': still here\n\n'), HEARTBEAT_MS)
        const limit = setTimeout(() => end(), LONGEST_MS)
        end = () => {
          clearInterval(heart)
          clearTimeout(limit)
          stop()
          streams.delete(end)
          if (streams.size === 0) open.delete(call.account.id)
          raw.end()
        }
        streams.add(end)
        raw.on('close', () => end())
        return call.reply
      },
    },
  })
}

/** Models of the question, all that the caller may see when it names none. @throws Problem for one that is none */
function wantedModels({ query, account }: NativeCall): ReadonlySet<Model> {
  const visible = served.filter((model) => sees(account, model))
  for (const [name] of query.lists())
    if (name !== 'model') throw problems.invalidParameters({ [name]: ['There is only one parameter here: model.'] })
  const names = (query.get('model') ?? '').split(',').filter((name) => name !== '')
  if (names.length === 0) return new Set(visible)
  return new Set(
    names.map((name) => {
      const model = visible.find(({ key }) => key === name)
      if (!model)
        throw problems.invalidParameters({ model: [`There is no model "${name.slice(0, 60)}" that you may see.`] })
      return model
    }),
  )
}

function eventOf({ id, model, key, operation, fields, user, source, at }: News): string {
  const data = JSON.stringify({ model: model.key, key, operation, fields, user, source, at })
  return `id: ${id}\nevent: change\ndata: ${data}\n\n`
}

/** @returns false when the reader is too slow to be waited for */
function write(raw: ServerResponse, text: string): boolean {
  raw.write(text)
  return raw.writableLength < MOST_WAITING_BYTES
}
