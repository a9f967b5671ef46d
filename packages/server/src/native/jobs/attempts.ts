import { appendLog, type Finish, finishAttempt, heartbeat, type Pulse, readLog, statusName } from '../../jobs/index.ts'
import { type NativeHandler, sendJson } from '../gate.ts'
import { Problem, problems } from '../problem.ts'
import { bodyOf, type Fields, flag, keyInPath, list, number, oneOf, text, uuid, whole, wholeParameter } from './body.ts'

const KIB = 1024
const MIB = KIB * KIB
const LONGEST_SENTENCE = 4 * KIB
const LONGEST_ERROR = 64 * KIB
/** Characters of one piece of a log. */
const LONGEST_PIECE = 4 * MIB
const MOST_HEARTBEATS = 200

const withoutAbsent = <T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never

const pulseIn = (fields: Fields): Pulse =>
  withoutAbsent({
    progress: fields.optional('progress', number(0, 1)),
    message: fields.optional('message', text(LONGEST_SENTENCE)),
    step: fields.optional('step', text(255)),
  }) as Pulse

/** `POST`: a worker is alive, and how far it is. */
export const pulse: NativeHandler = async (call) => {
  const attempt = keyInPath(call, 'attempt')
  const told = await bodyOf(call, pulseIn)
  return sendJson(call.reply, JSON.stringify(await heartbeat(call.database, call.account, attempt, told)))
}

/** `POST`: the same for all attempts of a worker; those that have ended are told, the others go on. */
export const pulses: NativeHandler = async (call) => {
  const attempts = await bodyOf(call, (fields) => fields.required('attempts', list(uuid, MOST_HEARTBEATS)))
  const results: object[] = []
  for (const attempt of attempts) {
    try {
      results.push({ attempt, ...(await heartbeat(call.database, call.account, attempt, {})) })
    } catch (error) {
      const { kind, details } = error as { kind?: string; details?: object }
      if (kind === undefined) throw error
      results.push({ attempt, refused: kind, ...details })
    }
  }
  return sendJson(call.reply, JSON.stringify({ results }))
}

/** `POST`: more of what a command printed. */
export const log: NativeHandler = async (call) => {
  const attempt = keyInPath(call, 'attempt')
  const piece = await bodyOf(call, (fields) => ({
    offset: fields.required('offset', whole(0, Number.MAX_SAFE_INTEGER)),
    text: fields.required('text', logText),
  }))
  const length = await appendLog(call.database, call.account, attempt, piece.offset, piece.text)
  return sendJson(call.reply, JSON.stringify({ length }))
}

/** Whatever a program prints, NUL included. */
const logText = {
  expected: `a text of at most ${LONGEST_PIECE} characters`,
  read: (value: unknown) =>
    typeof value === 'string' && value.length <= LONGEST_PIECE ? value.toWellFormed() : undefined,
}

/** `POST`: how an attempt ended. */
export const finish: NativeHandler = async (call) => {
  const attempt = keyInPath(call, 'attempt')
  const told = await bodyOf(
    call,
    (fields): Finish =>
      withoutAbsent({
        outcome: fields.required('outcome', oneOf('succeeded', 'failed', 'cancelled', 'released')),
        detail: fields.optional('detail', text(64)),
        errorType: fields.optional('error_type', text(255)),
        errorMessage: fields.optional('error_message', text(LONGEST_ERROR)),
        transient: fields.optional('transient', flag),
        version: fields.optional('version', text(255)),
        elapsedSeconds: fields.optional('elapsed_seconds', number(0, Number.MAX_SAFE_INTEGER)),
      }) as Finish,
  )
  const { status, retry_at } = await finishAttempt(call.database, call.account, attempt, told)
  return sendJson(call.reply, JSON.stringify({ status: statusName(status), retry_at }))
}

const DEFAULT_PART_BYTES = 256 * KIB

/** `GET …/log?from=&limit=`: a part of the log; `offset` is beyond `from` where something was cut out. */
export const readPart: NativeHandler = async (call) => {
  const attempt = keyInPath(call, 'attempt')
  const from = wholeParameter(call, 'from', 0, Number.MAX_SAFE_INTEGER)
  const limit = wholeParameter(call, 'limit', DEFAULT_PART_BYTES, LONGEST_PIECE)
  if (limit < 4) throw new Problem(400, 'invalid_parameters', 'limit is at least 4 bytes, the longest character.')
  const part = await readLog(call.database, attempt, from, limit)
  if (!part) throw problems.noSuchRow('attempt', attempt)
  return sendJson(call.reply.header('cache-control', 'private, no-store'), JSON.stringify(part))
}

/** `GET …/log.txt`: all that is kept of the log, to save. */
export const download: NativeHandler = async (call) => {
  const attempt = keyInPath(call, 'attempt')
  if (!(await readLog(call.database, attempt, 0, 1))) throw problems.noSuchRow('attempt', attempt)
  async function* parts(): AsyncGenerator<string> {
    for (let at = 0; ; ) {
      const part = await readLog(call.database, attempt, at, LONGEST_PIECE)
      if (!part || part.text === '') return
      if (part.offset > at) yield `\n[${part.offset - at} bytes were cut out here]\n`
      yield part.text
      at = part.next
    }
  }
  const { Readable } = await import('node:stream')
  return call.reply
    .header('content-type', 'text/plain; charset=utf-8')
    .header('content-disposition', `attachment; filename="${attempt}.log"`)
    .header('cache-control', 'private, no-store')
    .send(Readable.from(parts()))
}
