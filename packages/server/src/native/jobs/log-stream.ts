import type { FastifyReply } from 'fastify'
import type { Bell, LogPart } from '../../jobs/index.ts'
import type { Mounts } from '../../mounts/index.ts'
import type { NativeCall } from '../gate.ts'
import { otherwise, whole } from '../kinds.ts'
import { type Page, sending } from '../page.ts'
import { problems } from '../problem.ts'
import { ATTEMPT, JOBS, KIB } from './fields.ts'
import { readKeptLog } from './kept-log.ts'

const PART_BYTES = 256 * KIB
/** What was written is looked for this often: a person reads along, no program waits. */
const LOOK_MS = 1_000
const HEARTBEAT_MS = 15_000
/** Who leaves more than this waiting reads on when there is room again. */
const MOST_WAITING_BYTES = KIB * KIB

export const logStreamPages = (bell: Bell): readonly Page[] => [
  {
    url: '/jobs/attempts/:key/log/stream',
    ...JOBS,
    operations: {
      GET: sending({
        summary: 'Follow a log',
        description:
          'Server-sent events: `log` with `{"offset", "text"}`, whose id is where the next one begins, so that a browser that comes back goes on where it was; `end` when the attempt has ended and all was told.',
        answer: 'Events, until the attempt has ended.',
        mediaType: 'text/event-stream',
        path: ATTEMPT,
        query: {
          from: otherwise(whole('Bytes of UTF-8 to leave out.', { least: 0, most: Number.MAX_SAFE_INTEGER }), 0),
        },
        send: ({ call, services: { mounts }, path, query }) =>
          follow(bell, mounts, call, path.key, lastHeard(call) ?? query.from),
      }),
    },
  },
]

function lastHeard({ request }: NativeCall): number | undefined {
  const last = request.headers['last-event-id']
  return typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : undefined
}

async function follow(
  bell: Bell,
  mounts: Mounts,
  call: NativeCall,
  attempt: string,
  from: number,
): Promise<FastifyReply> {
  const { request, reply, database } = call
  if (!(await readKeptLog(database, mounts, attempt, from, 4))) throw problems.noSuchRow('attempt', attempt)
  const { raw } = beginEvents(reply)
  if (request.method === 'HEAD') {
    raw.end()
    return reply
  }
  let at = from
  let heard = performance.now()
  const send = (text: string): void => {
    heard = performance.now()
    raw.write(text)
  }
  while (!raw.destroyed && !raw.writableEnded && !bell.closed) {
    const part: LogPart | undefined | 'not now' =
      raw.writableLength > MOST_WAITING_BYTES
        ? 'not now'
        : await readKeptLog(database, mounts, attempt, at, PART_BYTES).catch(() => 'not now' as const)
    if (part !== 'not now' && part && part.text !== '') {
      send(`id: ${part.next}\nevent: log\ndata: ${JSON.stringify({ offset: part.offset, text: part.text })}\n\n`)
      at = part.next
      continue
    }
    // An attempt may be removed with its task while somebody reads along.
    if (part === undefined || (part !== 'not now' && part.ended)) {
      send('event: end\ndata: {}\n\n')
      break
    }
    if (performance.now() - heard > HEARTBEAT_MS) send(': still here\n\n')
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  raw.end()
  return reply
}

function beginEvents(reply: FastifyReply): FastifyReply {
  const headers = Object.fromEntries(Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined))
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(headers as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'close',
  })
  return reply
}
