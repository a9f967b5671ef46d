import type { Model } from '@alyx/models'
import type { FastifyReply } from 'fastify'
import { instantNow } from '../../recording/index.ts'
import { type Recorder, Refused } from '../../records/index.ts'
import { readBody } from '../../rest/body.ts'
import { type JsonValue, writePythonJson } from '../../rest/python-json-body.ts'
import { carriedOut, type WriteAnswer } from '../../rest/writing/write-call.ts'
import { judgeRows } from '../../rights/index.ts'
import { type NativeCall, type NativeHandler, type NativeServices, sendJson } from '../gate.ts'
import { requireSight } from '../list.ts'
import { addressOf } from '../models.ts'
import { Problem, problemOf } from '../problem.ts'
import { keyOf } from '../row.ts'
import { rowNow } from './answers.ts'
import { isRefused, type Outcome } from './outcomes.ts'
import { changeRows, createRows, forbidden, removeRows, type Writer } from './rows.ts'

/** The body of a request, which has to be JSON. @throws Problem 415 */
export async function jsonBody({ request }: NativeCall): Promise<JsonValue> {
  const body = await readBody(request)
  if (body.kind === 'json') return body.value
  throw new Problem(415, 'unsupported_media_type', 'The native API takes JSON: send Content-Type: application/json.')
}

/** Carries out what a request wants written, in one transaction. */
export const carry = (
  call: NativeCall,
  services: NativeServices,
  model: Model,
  body: JsonValue | undefined,
  work: (writer: Writer) => Promise<WriteAnswer>,
): Promise<WriteAnswer> =>
  carriedOut(
    { ...call, now: instantNow() },
    services,
    (recorder) => work({ recorder, account: call.account, model, moment: call.moment }),
    { source: 'native', ...(body !== undefined && { body: { kind: 'json', value: body } }) },
  )

export function send({ reply }: NativeCall, { status, headers = {}, json }: WriteAnswer): FastifyReply {
  reply.code(status).headers(headers)
  return json === undefined ? reply.send() : sendJson(reply, json)
}

/** The key of the only row of a request. @throws the problem that it was refused with */
function required([outcome]: readonly Outcome[]): string {
  if (!outcome || isRefused(outcome)) throw outcome?.problem ?? new Error('no row was written')
  return outcome.key
}

async function answerWith(call: NativeCall, writer: Writer, key: string, status: 200 | 201): Promise<WriteAnswer> {
  const now = await rowNow(writer.recorder.db, call, writer.model, key)
  if (!now) throw new Error(`the ${writer.model.label} ${key} is not there after it was written`)
  return {
    status,
    json: now.json,
    headers: { etag: now.etag, ...(status === 201 && { location: `${addressOf(writer.model)}/${key}` }) },
  }
}

/** `POST` to a list: makes one row and answers with it. */
export const create =
  (model: Model, services: NativeServices): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    const body = await jsonBody(call)
    const answer = await carry(call, services, model, body, async (writer) =>
      answerWith(call, writer, required(await createRows(writer, [body])), 201),
    )
    return send(call, answer)
  }

/** `PATCH` of a row: changes what the body mentions. With `If-Match` only when the row is as the client knows it. */
export const change =
  (model: Model, services: NativeServices): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    const key = keyOf(call, model)
    const values = await jsonBody(call)
    const ifMatch = call.request.headers['if-match']
    try {
      const answer = await carry(call, services, model, values, async (writer) => {
        const outcomes = await changeRows(writer, [{ key, values, ifMatch }])
        const now = required(outcomes)
        const answered = await answerWith(call, writer, now, 200)
        // A row that was left as it was, with another in its place: the client goes on with that one.
        if (now === key) return answered
        return { ...answered, headers: { ...answered.headers, location: `${addressOf(model)}/${now}` } }
      })
      return send(call, answer)
    } catch (error) {
      throw error instanceof Problem && error.code === 'outdated'
        ? await bothVersions(call, model, key, values, error)
        : error
    }
  }

/** The refusal of a change that was made on an older version, with the version of either side. */
async function bothVersions(call: NativeCall, model: Model, key: string, yours: JsonValue, problem: Problem) {
  const theirs = await rowNow(call.database, call, model, key)
  return new Problem(problem.status, problem.code, problem.message, {
    headers: problem.headers,
    details: { yours: JSON.parse(writePythonJson(yours)), theirs: theirs ? JSON.parse(theirs.json) : null },
  })
}

/** `DELETE` of a row: removes it with all that belongs to it, and says what that was. */
export const remove =
  (model: Model, services: NativeServices): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    const key = keyOf(call, model)
    const ifMatch = call.request.headers['if-match']
    const answer = await carry(call, services, model, undefined, async (writer) => {
      required(await removeRows(writer, [{ key, ifMatch }]))
      return { status: 204 }
    })
    return send(call, answer)
  }

/** `GET …/removal`: what would go if the row was removed, and what would forbid it. Changes nothing. */
export const removal =
  (model: Model, services: NativeServices): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    const key = keyOf(call, model)
    const verdicts = await judgeRows(call.database, call.account, 'delete', model, [key])
    if (!verdicts.get(key)?.may) throw forbidden('delete', model)
    const answer = await carry(call, services, model, undefined, async ({ recorder }) => {
      try {
        const told = { ...(await plannedRemoval(recorder, model, [key])), refused: null }
        return { status: 200, json: JSON.stringify(told) }
      } catch (error) {
        if (!(error instanceof Refused) || error.kind === 'missing') throw error
        const { code, message, details } = problemOf(error)!
        const refused = { code, message, ...(details !== undefined && { details }) }
        return { status: 200, json: JSON.stringify({ removed: {}, kept: {}, refused }) }
      }
    })
    return send(call, answer)
  }

/** What would go with rows, and what would stay and lose its link: numbers by model. @throws Refused as `remove` does */
export async function plannedRemoval(recorder: Recorder, model: Model, keys: readonly string[]) {
  const { rows, loosened } = await recorder.planRemoval(model, keys)
  return { removed: counted(rows), kept: keptOf(loosened) }
}

type Rows = ReadonlyMap<Model, ReadonlySet<string>>

const counted = (rows: Rows) =>
  Object.fromEntries(
    // A row that extends another is one record, told once.
    [...rows]
      .filter(([{ key }]) => ![...rows.keys()].some(({ parent }) => parent === key))
      .map(([one, set]) => [one.key, set.size]),
  )

/** Rows that stay and lose what they refer to, per model. */
function keptOf(loosened: readonly { readonly model: Model; readonly keys: ReadonlySet<string> }[]) {
  const kept = new Map<string, Set<string>>()
  for (const { model, keys } of loosened) kept.set(model.key, new Set([...(kept.get(model.key) ?? []), ...keys]))
  return Object.fromEntries([...kept].map(([name, keys]) => [name, keys.size]))
}
