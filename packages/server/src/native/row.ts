import type { Model } from '@alyx/models'
import { valueIs } from '../query/index.ts'
import { judgeRows, VERBS, type Verdict } from '../rights/index.ts'
import { readAsked } from './asked.ts'
import { etagOf, namesVersion } from './etag.ts'
import { type NativeCall, type NativeHandler, sendJson } from './gate.ts'
import { requireSight } from './list.ts'
import { keyIn } from './models.ts'
import { problems } from './problem.ts'
import { representationOf } from './representation.ts'

/** The key that an address names. @throws Problem when no row can have it */
export function keyOf({ request }: NativeCall, model: Model): string {
  const { key: word } = request.params as { key: string }
  const key = keyIn(model, word)
  if (key === undefined) throw problems.noSuchRow(model.label, word)
  return key
}

/** What a verdict says in JSON: true, false, or the names of the fields. */
const verdictJson = (verdict: Verdict | undefined): unknown =>
  verdict?.may ? (verdict.fields ? [...verdict.fields] : true) : false

/** What the caller may do with a row: `{"view": true, "change": ["description"], "delete": false}`. */
async function rightsTo({ database, account }: NativeCall, model: Model, key: string): Promise<string> {
  const verbs = VERBS.filter((verb) => verb !== 'create')
  const verdicts = await Promise.all(verbs.map((verb) => judgeRows(database, account, verb, model, [key])))
  return JSON.stringify(Object.fromEntries(verbs.map((verb, at) => [verb, verdictJson(verdicts[at]!.get(key))])))
}

/**
 * One row with its version as `ETag`; 304 when the client has that version. `rights=true` adds `$rights`.
 *
 * At most five statements: who calls, the row, what is nested in it, rights to change and to delete.
 */
export const row =
  (model: Model): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    const { database, account, query, moment, request, reply, origin, mediaPath } = call
    const key = keyOf(call, model)
    const asked = readAsked(model, account, query, { parameters: ['fields', 'rights'] })
    const representation = representationOf(model, account, {
      whole: true,
      ...(asked.fields && { fields: asked.fields, names: asked.names! }),
    })
    const { where } = asked
    if (where) throw problems.invalidParameters({ '': ['a single row takes no filters'] })
    const found = await representation.reader.find(database, (scope) => valueIs(scope, 'pk', key), moment)
    const [only] = found.rows
    if (!only) throw problems.noSuchRow(model.label, key)
    const etag = etagOf(representation, only, found)
    reply.header('etag', etag).header('cache-control', 'private, no-cache')
    const known = request.headers['if-none-match']
    if (known !== undefined && namesVersion(known, etag)) return reply.code(304).send()
    const json = representation.write(only, { found, moment, origin, mediaPath })
    if (!asked.rights) return sendJson(reply, json)
    return sendJson(reply, `${json.slice(0, -1)},"$rights":${await rightsTo(call, model, key)}}`)
  }
