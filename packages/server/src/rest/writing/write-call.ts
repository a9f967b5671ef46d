import type { Database } from '../../database/index.ts'
import { type RecordOptions, record } from '../../recording/index.ts'
import {
  claim,
  fingerprintOf,
  type KeptAnswer,
  type KeyedRequest,
  keep,
  type Recorder,
  Refused,
  type Source,
} from '../../records/index.ts'
import type { Body, BodyFields } from '../body.ts'
import type { Call } from '../call.ts'
import { type Services, sendJson } from '../gates.ts'
import { writePythonJson } from '../python-json-body.ts'

/** What a write answers. */
export interface WriteAnswer {
  readonly status: number
  /** JSON text; absent for an answer without body. */
  readonly json?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface WriteOptions {
  /** What was sent: by it a request is known again. */
  readonly body?: Body | BodyFields
  /** The door; that of the contract when absent. */
  readonly source?: Source
}

/** Header in which a client may say why it makes a change. */
const REASON = 'x-change-reason'
const LONGEST_REASON = 1000
/** Header by which a client that sends a request again gets the first answer again. */
const KEY = 'idempotency-key'
const LONGEST_KEY = 255

/** What is known of a request that writes, whichever door it came through. */
export type WritingRequest = Pick<Call, 'request' | 'account' | 'moment' | 'now'> & { readonly database: Database }

/**
 * Carries out a request that writes: everything in one transaction, kept as a whole or not at all, with who, when and why
 * for the history. One that comes again with the same `Idempotency-Key` gets the answer of the first.
 */
export async function carriedOut(
  call: WritingRequest,
  services: Pick<Services, 'recording'>,
  work: (recorder: Recorder) => Promise<WriteAnswer>,
  options: WriteOptions = {},
): Promise<WriteAnswer> {
  const keyed = keyedRequest(call, options)
  return record(call.database, recordOptions(call, services, options), (recorder) =>
    keyed ? onlyOnce(recorder, keyed, work) : work(recorder),
  )
}

/** Carries out a request of the contract that writes, and sends the answer. */
export async function writeCall(
  call: Call,
  services: Services,
  work: (recorder: Recorder) => Promise<WriteAnswer>,
  options: WriteOptions = {},
): Promise<unknown> {
  const answer = await carriedOut(call, services, work, options)
  call.reply.code(answer.status)
  if (answer.headers) call.reply.headers(answer.headers)
  return answer.json === undefined ? call.reply.send() : sendJson(call, answer.json)
}

function recordOptions(
  call: WritingRequest,
  services: Pick<Services, 'recording'>,
  { source = 'contract' }: WriteOptions,
): RecordOptions {
  const { request, account, moment, now } = call
  const reason = request.headers[REASON]
  return {
    actor: account && { id: account.id, username: account.username },
    source,
    settings: services.recording,
    moment,
    now,
    request: String(request.id),
    ...(typeof reason === 'string' && { reason: headerText(reason).slice(0, LONGEST_REASON) }),
    failed: (error) => request.log.error({ err: error }, 'what follows from a change failed'),
  }
}

/** Headers come byte by byte as Latin-1; what was written in UTF-8, as most programs do, is read as that. */
function headerText(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'))
  } catch {
    return header
  }
}

function keyedRequest({ request, account }: WritingRequest, { body }: WriteOptions): KeyedRequest | undefined {
  const key = request.headers[KEY]
  if (typeof key !== 'string' || key === '' || !account) return undefined
  if (key.length > LONGEST_KEY)
    throw new Refused('invalid', `An Idempotency-Key has at most ${LONGEST_KEY} characters.`)
  return { user: account.id, key, fingerprint: fingerprintOf(request.method, request.url, textOf(body)) }
}

/** A text that two bodies share only when they say the same. */
function textOf(body: Body | BodyFields | undefined): string {
  if (body === undefined) return ''
  if (!('kind' in body)) return writePythonJson(new Map(body))
  if (body.kind === 'json') return writePythonJson(body.value)
  const files = [...body.files].map(([name, { filename, bytes }]) => [name, filename, bytes.toString('base64')])
  return JSON.stringify([[...body.fields], files])
}

async function onlyOnce(
  recorder: Recorder,
  keyed: KeyedRequest,
  work: (recorder: Recorder) => Promise<WriteAnswer>,
): Promise<WriteAnswer> {
  const claimed = await claim(recorder.db, keyed)
  if (claimed.kind === 'repeated') return again(claimed.answer)
  if (claimed.kind === 'different')
    throw new Refused('reused', 'This Idempotency-Key was sent with another request. Nothing was changed.')
  if (claimed.kind === 'unanswered')
    throw new Refused('conflict', 'A request with this Idempotency-Key was sent before, and its answer is not known.')
  const answer = await work(recorder)
  await keep(recorder.db, keyed, { status: answer.status, headers: answer.headers ?? {}, body: answer.json ?? '' })
  return answer
}

const again = ({ status, headers, body }: KeptAnswer): WriteAnswer => ({
  status,
  headers: { ...headers, 'idempotency-replayed': 'true' },
  ...(body !== '' && { json: body }),
})
