/** What a machine tells of a task while it runs it, and what people read of that. */
import { Readable } from 'node:stream'
import { appendLog, type Gathered, heartbeat, statusName } from '../../jobs/index.ts'
import { Refused } from '../../records/index.ts'
import { ifAny, type Kind, list, note, number, oneOf, otherwise, text, truth, uuid, whole } from '../kinds.ts'
import { acting, type Page, reading, sending } from '../page.ts'
import { problems } from '../problem.ts'
import { ATTEMPT, JOBS, KIB, MACHINES, present } from './fields.ts'
import { readKeptLog } from './kept-log.ts'

const MIB = KIB * KIB
const LONGEST_SENTENCE = 4 * KIB
const LONGEST_ERROR = 64 * KIB
/** Characters of one piece of a log. */
const LONGEST_PIECE = 4 * MIB
const MOST_HEARTBEATS = 200
const DEFAULT_PART_BYTES = 256 * KIB

const BYTES = { least: 0, most: Number.MAX_SAFE_INTEGER }
/** Whatever a program prints, characters that no other text may have included. */
const OUTPUT: Kind<string> = {
  schema: { type: 'string', maxLength: LONGEST_PIECE, description: 'What was printed.' },
  fromText: (written) => written,
  read(given, at, faults) {
    if (typeof given === 'string' && given.length <= LONGEST_PIECE) return given.toWellFormed()
    note(faults, at, `Expected a text of at most ${LONGEST_PIECE} characters.`)
    return ''
  },
}

const FROM = otherwise(whole('Bytes of UTF-8 before the part.', BYTES), 0)

export const attemptPages = (gathered: Gathered): readonly Page[] => [
  {
    url: '/jobs/attempts/:key/heartbeat',
    ...MACHINES,
    operations: {
      POST: acting({
        summary: 'A task is being worked on',
        description:
          'Renews the lease. Call it every third of `lease_seconds`. 409 with `superseded` when the attempt has ended: stop working on it.',
        answer: '`lease_until`, `cancel_requested` (stop, and finish as cancelled) and `log_bytes`.',
        path: ATTEMPT,
        body: {
          progress: ifAny(number('Share that is done.', { least: 0, most: 1 })),
          message: ifAny(text('What is being done, for people.', { most: LONGEST_SENTENCE })),
          step: ifAny(text('Part of the task that is being done.', { most: 255 })),
        },
        run: ({ call: { database, account }, path, body }) => heartbeat(database, account, path.key, present(body)),
      }),
    },
  },
  {
    url: '/jobs/heartbeats',
    ...MACHINES,
    operations: {
      POST: acting({
        summary: 'Many tasks are being worked on',
        answer: '`results` in the given order: what a heartbeat answers, or `refused` with why.',
        body: { attempts: list('Keys of attempts.', uuid('Key of an attempt.'), { most: MOST_HEARTBEATS }) },
        async run({ call: { database, account }, body }) {
          const results: object[] = []
          for (const attempt of body.attempts) {
            try {
              results.push({ attempt, ...(await heartbeat(database, account, attempt, {})) })
            } catch (error) {
              if (!(error instanceof Refused)) throw error
              results.push({ attempt, refused: error.kind, ...(error.details as object | undefined) })
            }
          }
          return { results }
        },
      }),
    },
  },
  {
    url: '/jobs/attempts/:key/log',
    ...MACHINES,
    operations: {
      GET: reading({
        summary: 'Read a part of a log',
        answer:
          '`offset` and `text`, `next` where the following part begins, `length` of the whole log and whether it has `ended`. `offset` is beyond `from` where something was cut out. What a worker left in a file on a mounted share is read there.',
        path: ATTEMPT,
        query: {
          from: FROM,
          limit: otherwise(whole('Bytes of the part.', { least: 4, most: LONGEST_PIECE }), DEFAULT_PART_BYTES),
        },
        async run({ call: { database }, services: { mounts }, path, query }) {
          const part = await readKeptLog(database, mounts, path.key, query.from, query.limit)
          if (!part) throw problems.noSuchRow('attempt', path.key)
          return part
        },
      }),
      POST: acting({
        summary: 'Append to a log',
        description:
          'What is known already is skipped, so that a piece may be sent twice. 409 with `length` when something before it is missing.',
        answer: '`length` of the log from now on.',
        path: ATTEMPT,
        body: { offset: whole('Bytes of UTF-8 before the text.', BYTES), text: OUTPUT },
        run: async ({ call: { database, account }, path, body }) => ({
          length: await appendLog(database, account, path.key, body.offset, body.text),
        }),
      }),
    },
  },
  {
    url: '/jobs/attempts/:key/finish',
    ...MACHINES,
    operations: {
      POST: acting({
        summary: 'A task has ended',
        description:
          'The same report again is answered and changes nothing. 409 with `superseded` when the attempt had been given up: the report is kept and changes nothing.',
        answer: '`status` of the task from now on; `retry_at` when it will be tried again, else null.',
        path: ATTEMPT,
        body: {
          outcome: oneOf('`released`: given back, and not counted as an attempt.', [
            'succeeded',
            'failed',
            'cancelled',
            'released',
          ]),
          detail: ifAny(text('Complete, Incomplete or Empty after a success; any word else.', { most: 64 })),
          error_type: ifAny(text('Kind of failure: those with the same are shown together.', { most: 255 })),
          error_message: ifAny(text('What went wrong.', { most: LONGEST_ERROR })),
          transient: ifAny(truth('It may well succeed the next time: try again.')),
          version: ifAny(text('Version of what ran.', { most: 255 })),
          elapsed_seconds: ifAny(number('How long it ran.', BYTES)),
        },
        async run({ call: { database, account }, path, body }) {
          const { error_type, error_message, elapsed_seconds, outcome, ...rest } = body
          const told = present({
            ...rest,
            errorType: error_type,
            errorMessage: error_message,
            elapsedSeconds: elapsed_seconds,
          })
          const report = { attempt: path.key, finish: { outcome, ...told } }
          const { status, retry_at } = await gathered.finish(database, account, report)
          return { status: statusName(status), retry_at }
        },
      }),
    },
  },
  {
    url: '/jobs/attempts/:key/log.txt',
    ...JOBS,
    operations: {
      GET: sending({
        summary: 'Save a log',
        answer: 'All that is kept of it, with a line where something was cut out.',
        mediaType: 'text/plain',
        path: ATTEMPT,
        async send({ call: { database, reply }, services: { mounts }, path: { key } }) {
          if (!(await readKeptLog(database, mounts, key, 0, 4))) throw problems.noSuchRow('attempt', key)
          async function* parts(): AsyncGenerator<string> {
            for (let at = 0; ; ) {
              const part = await readKeptLog(database, mounts, key, at, LONGEST_PIECE)
              if (!part || part.text === '') return
              if (part.offset > at) yield `\n[${part.offset - at} bytes were cut out here]\n`
              yield part.text
              at = part.next
            }
          }
          return reply
            .header('content-type', 'text/plain; charset=utf-8')
            .header('content-disposition', `attachment; filename="${key}.log"`)
            .header('cache-control', 'private, no-store')
            .send(Readable.from(parts()))
        },
      }),
    },
  },
]
