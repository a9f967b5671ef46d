import { type Bell, readLog } from '../../jobs/index.ts'
import type { NativeHandler } from '../gate.ts'
import { problems } from '../problem.ts'
import { keyInPath, wholeParameter } from './body.ts'

const PART_BYTES = 256 * 1024
/** What was written is looked for this often: a person reads along, no program waits. */
const LOOK_MS = 1_000
const HEARTBEAT_MS = 15_000
/** Who leaves more than this waiting reads on when there is room again. */
const MOST_WAITING_BYTES = 1024 * 1024

/**
 * `GET …/log/stream?from=`: the log as server-sent events while it grows, `{"offset", "text"}` each with the next offset as
 * its id, so that a browser that comes back goes on where it was; `end` when the attempt has ended and all was told.
 */
export const follow =
  (bell: Bell): NativeHandler =>
  async (call) => {
    const { request, reply, database } = call
    const attempt = keyInPath(call, 'attempt')
    const last = request.headers['last-event-id']
    let at =
      typeof last === 'string' && /^\d{1,15}$/.test(last)
        ? Number(last)
        : wholeParameter(call, 'from', 0, Number.MAX_SAFE_INTEGER)
    if (!(await readLog(database, attempt, at, 4))) throw problems.noSuchRow('attempt', attempt)
    const headers = Object.fromEntries(Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined))
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, {
      ...(headers as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    })
    if (request.method === 'HEAD') return reply.raw.end() && reply
    let heard = performance.now()
    const send = (text: string): void => {
      heard = performance.now()
      raw.write(text)
    }
    while (!raw.destroyed && !raw.writableEnded && !bell.closed) {
      const part =
        raw.writableLength > MOST_WAITING_BYTES
          ? undefined
          : await readLog(database, attempt, at, PART_BYTES).catch(() => undefined)
      if (part && part.text !== '') {
        send(`id: ${part.next}\nevent: log\ndata: ${JSON.stringify({ offset: part.offset, text: part.text })}\n\n`)
        at = part.next
        continue
      }
      if (part?.ended) {
        send('event: end\ndata: {}\n\n')
        break
      }
      if (performance.now() - heard > HEARTBEAT_MS) send(': still here\n\n')
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    raw.end()
    return reply
  }
