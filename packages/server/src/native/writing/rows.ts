import type { Model } from '@alyx/models'
import type { Account } from '../../domains/labs/index.ts'
import type { Moment } from '../../query/index.ts'
import { brokenSets, type Key, type Recorder, type Row, uniqueSetMessage } from '../../records/index.ts'
import type { JsonObject, JsonValue } from '../../rest/python-json-body.ts'
import { viewOf } from '../../rest/writing/body-view.ts'
import { type Taken, takeIn, type Written } from '../../rest/writing/intake.ts'
import { judgeNew, judgeRows, type Verdict } from '../../rights/index.ts'
import { etagsOf, namesVersion } from '../etag.ts'
import { Problem, problems } from '../problem.ts'
import { plainKeys, unknownNames, writableOf } from './fields.ts'
import { invalidRow, type Outcome, writtenOrRefused } from './outcomes.ts'

/** Who writes, and what with. */
export interface Writer {
  readonly recorder: Recorder
  readonly account: Account
  readonly model: Model
  readonly moment: Moment
}

/** A change of one row. */
export interface RowChange {
  readonly key: Key
  readonly values: JsonValue
  /** Versions of the row that the change was made on; whatever it is now when absent. */
  readonly ifMatch?: string | undefined
}

const asObject = (value: JsonValue): JsonObject | undefined => (value instanceof Map ? value : undefined)

const notAnObject: Outcome = invalidRow({ '': ['Expected an object with the fields of a row.'] })

/** Makes rows; each is made or refused. Six statements for any number of them, besides what their rules ask. */
export async function createRows(
  { recorder, account, model }: Writer,
  bodies: readonly JsonValue[],
): Promise<Outcome[]> {
  const verdict = judgeNew(account, model)
  const objects = bodies.map(asObject)
  const early = objects.map((body) => (body ? judgedBody(model, 'create', verdict, body) : notAnObject))
  const { outcomes, written } = await taken(recorder, model, 'create', objects, early, [])
  return writtenOrRefused(recorder, outcomes, async (places) => {
    const saved = await recorder.create(
      model,
      places.map((at) => written[at]!.values as object),
      places.map((at) => written[at]!.links),
    )
    return saved.map(({ key }) => key)
  })
}

/** Changes rows; each is changed or refused. */
export async function changeRows(writer: Writer, changes: readonly RowChange[]): Promise<Outcome[]> {
  const { recorder, account, model, moment } = writer
  const { db } = recorder
  const keys = changes.map(({ key }) => key)
  const before = await recorder.lock(model, keys)
  const verdicts = await judgeRows(db, account, 'change', model, keys)
  const etags = changes.some(({ ifMatch }) => ifMatch !== undefined)
    ? await etagsOf(db, account, model, keys, moment)
    : new Map<string, string>()
  const objects = changes.map(({ values }) => asObject(values))
  const early = changes.map(({ key, ifMatch }, at): Outcome | undefined => {
    const body = objects[at]
    if (!before.has(key)) return { problem: problems.noSuchRow(model.label, key) }
    if (!body) return notAnObject
    const refused = judgedBody(model, 'change', verdicts.get(key) ?? { may: false }, body)
    if (refused) return refused
    const etag = etags.get(key)
    if (ifMatch !== undefined && etag !== undefined && !namesVersion(ifMatch, etag)) return { problem: outdated(etag) }
    return undefined
  })
  const { outcomes, written } = await taken(recorder, model, 'change', objects, early, keys, before)
  return writtenOrRefused(recorder, outcomes, async (places) => {
    const wanted = places.map((at) => ({
      key: keys[at]!,
      values: written[at]!.values as object,
      links: written[at]!.links,
    }))
    return (await recorder.change(model, wanted)).map(({ key, successor }) => successor ?? key)
  })
}

/** Removes rows with all that goes with them; each is removed or refused. */
export async function removeRows(
  { recorder, account, model, moment }: Writer,
  wanted: readonly { readonly key: Key; readonly ifMatch?: string | undefined }[],
): Promise<Outcome[]> {
  const { db } = recorder
  const keys = wanted.map(({ key }) => key)
  const verdicts = await judgeRows(db, account, 'delete', model, keys)
  const etags = wanted.some(({ ifMatch }) => ifMatch !== undefined)
    ? await etagsOf(db, account, model, keys, moment)
    : new Map<string, string>()
  const outcomes = wanted.map(({ key, ifMatch }): Outcome | undefined => {
    if (!verdicts.get(key)?.may) return { problem: forbidden('delete', model) }
    const etag = etags.get(key)
    if (ifMatch !== undefined && etag !== undefined && !namesVersion(ifMatch, etag)) return { problem: outdated(etag) }
    return undefined
  })
  return writtenOrRefused(recorder, outcomes, async (places) => {
    await recorder.remove(
      model,
      places.map((at) => keys[at]!),
    )
    return places.map((at) => keys[at]!)
  })
}

/** Why a body is refused before anything is looked up: its names, and the rights to its fields. */
function judgedBody(model: Model, verb: 'create' | 'change', verdict: Verdict, body: JsonObject): Outcome | undefined {
  if (!verdict.may) return { problem: forbidden(verb, model) }
  const unknown = unknownNames(model, verb, body)
  if (Object.keys(unknown).length > 0) return invalidRow(unknown)
  const { fields } = verdict
  const refused = fields ? [...body.keys()].filter((name) => !name.startsWith('$') && !fields.has(name)) : []
  if (refused.length === 0) return undefined
  const faults = Object.fromEntries(refused.map((name) => [name, ['You may not write this field.']]))
  return { problem: new Problem(403, 'forbidden', `You may not write ${refused.join(', ')}.`, { fields: faults }) }
}

export const forbidden = (verb: 'create' | 'change' | 'delete', { plural }: Model): Problem =>
  problems.forbidden(verb === 'create' ? `You may not make ${plural}.` : `You may not ${verb} these ${plural}.`)

const outdated = (etag: string): Problem =>
  new Problem(409, 'outdated', 'Somebody else changed the row since you read it. Nothing was written.', {
    headers: { etag },
  })

/** Bodies as values and links, with the faults of those that cannot be written. */
async function taken(
  recorder: Recorder,
  model: Model,
  verb: 'create' | 'change',
  bodies: readonly (JsonObject | undefined)[],
  early: readonly (Outcome | undefined)[],
  keys: readonly Key[],
  before: ReadonlyMap<Key, object> = new Map(),
): Promise<{ outcomes: (Outcome | undefined)[]; written: readonly (Written | undefined)[] }> {
  const outcomes = [...early]
  const places = bodies.flatMap((body, at) => (body && !outcomes[at] ? [at] : []))
  const views = places.map((at) => viewOf({ kind: 'json', value: plainKeys(model, bodies[at]!) }, verb === 'change'))
  const takes = await takeIn(recorder.db, views, {
    model,
    fields: writableOf(model, verb),
    partial: verb === 'change',
    keys: places.map((at) => keys[at]),
    resolve: () => undefined,
  })
  const written: (Written | undefined)[] = bodies.map(() => undefined)
  for (const [index, place] of places.entries()) {
    const take = takes[index] as Taken
    if ('faults' in take) outcomes[place] = invalidRow(Object.fromEntries(take.faults))
    else written[place] = take
  }
  const candidates = places.filter((at) => written[at])
  const broken = await brokenSets(
    recorder.db,
    model,
    candidates.map((at) => ({
      key: keys[at],
      values: { ...(before.get(keys[at] ?? '') as Row | undefined), ...written[at]!.values },
    })),
  )
  for (const [index, place] of candidates.entries()) {
    const sets = broken[index]!
    if (sets.length > 0) outcomes[place] = invalidRow({ '': sets.map(({ fields }) => uniqueSetMessage(fields)) })
  }
  return { outcomes, written }
}
