import type { Database } from '../../database/index.ts'
import { record } from '../../recording/index.ts'
import type { Recorder } from '../../records/index.ts'
import type { Body, BodyFields } from '../body.ts'
import type { Call } from '../call.ts'
import { type Services, sendJson } from '../gates.ts'

/** What a write answers. */
export interface WriteAnswer {
  readonly status: number
  /** JSON text; absent for an answer without body. */
  readonly json?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Header in which a client may say why it makes a change. */
const REASON = 'x-change-reason'
const LONGEST_REASON = 1000

/**
 * Answers a request that writes: everything in one transaction, kept as a whole or not at all, with who, when and why
 * for the history.
 */
export async function writeCall(
  call: Call,
  services: Services,
  work: (recorder: Recorder) => Promise<WriteAnswer>,
  _asked: { readonly body?: Body | BodyFields } = {},
): Promise<unknown> {
  const { request, reply, account, database, moment } = call
  const reason = request.headers[REASON]
  const answer = await record(
    database as Database,
    {
      actor: account && { id: account.id, username: account.username },
      source: 'contract',
      settings: services.recording,
      moment,
      now: call.now,
      request: String(request.id),
      ...(typeof reason === 'string' && { reason: reason.slice(0, LONGEST_REASON) }),
      failed: (error) => request.log.error({ err: error }, 'what follows from a change failed'),
    },
    work,
  )
  reply.code(answer.status)
  if (answer.headers) reply.headers(answer.headers)
  return answer.json === undefined ? reply.send() : sendJson(call, answer.json)
}
