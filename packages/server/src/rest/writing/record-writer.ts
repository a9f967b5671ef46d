import { type Model, primaryKey } from '@alyx/models'
import { keyIn, Reader } from '../../query/index.ts'
import {
  brokenSets,
  columnsOf,
  findKeys,
  type Key,
  type Recorder,
  Refused,
  type Row,
  type Saved,
  uniqueSetMessage,
} from '../../records/index.ts'
import { contractMay, type Verb, type Verdict } from '../../rights/index.ts'
import type { Body } from '../body.ts'
import type { Call } from '../call.ts'
import { hasForm, type Resource, resources } from '../contract/index.ts'
import type { Services } from '../gates.ts'
import { encodeSegment } from '../json.ts'
import { type JsonValue, writePythonJson } from '../python-json-body.ts'
import { Refusal, refusals } from '../refusal.ts'
import { type Echo, renderer } from '../render.ts'
import { fieldsOf, type View } from '../schema-document/fields-of.ts'
import { viewOf as representationOf, writableFields } from '../schema-document/representations.ts'
import type { Address, Resolve } from './addresses.ts'
import { type BodyView, viewOf, withoutNulls } from './body-view.ts'
import { type BodyFaults, takeIn, type Written } from './intake.ts'
import { type WritableField, writableTargets } from './targets.ts'
import { REQUIRED } from './values.ts'
import type { WriteAnswer } from './write-call.ts'
import type { Writing } from './writing.ts'

type Method = 'POST' | 'PUT' | 'PATCH'

/** Writes the records of one collection as bodies of the contract say. Made once per collection and method. */
export class RecordWriter {
  readonly #resource: Resource
  readonly #method: Method
  readonly #fields: readonly WritableField[]
  readonly #reader: Reader
  /** Values aside that an answer may repeat, each with the field that it follows. */
  readonly #asidesAfter: ReadonlyMap<string, string>
  readonly #render: ReturnType<typeof renderer>

  constructor(resource: Resource, method: Method) {
    this.#resource = resource
    this.#method = method
    const route = representationOf(resource, method) === 'detail' ? (resource.detail ?? resource.list) : resource.list
    this.#fields = writableTargets(
      resource.model,
      route.shape,
      writableFields(resource, method),
      resource.writes?.asides,
    )
    this.#asidesAfter = asidesAfter(resource, representationOf(resource, method))
    this.#reader = new Reader(resource.model, route.shape)
    this.#render = renderer(this.#reader.layout)
  }

  /** Makes one record, or as many as the body lists. */
  async create(recorder: Recorder, call: Call, services: Services, body: Body): Promise<WriteAnswer> {
    const { model, writes } = this.#resource
    requireRight(call, 'create', model)
    const many = writes?.bulk && body.kind === 'json' && Array.isArray(body.value)
    const bodies = many ? (body.value as JsonValue[]).map((value) => ({ kind: 'json' as const, value })) : [body]
    const views = bodies.map((one) => viewOf(one, false))
    const written = await this.#read(recorder, services, views, undefined, many === true)
    const saved = await recorder.create(
      model,
      written.map(({ values }) => values as object),
      written.map(({ links }) => links),
    )
    this.#echoRuled(saved, written)
    await this.#claim(
      recorder,
      saved.map(({ key }) => key),
      written,
    )
    const keys = saved.map(({ key }) => key)
    const texts = await this.#texts(recorder, call, services, keys, written)
    if (many) return { status: 201, json: `[${texts.map(({ json }) => json).join(',')}]` }
    const { json, address } = texts[0]!
    return { status: 201, json, ...(address !== undefined && { headers: { location: address } }) }
  }

  /** Changes the record that the last word of the address names. */
  async change(recorder: Recorder, call: Call, services: Services, word: string, body: Body): Promise<WriteAnswer> {
    const { model } = this.#resource
    const key = await requireRow(recorder, this.#resource, word)
    const verdict = requireRight(call, 'change', model, key)
    const before = (await recorder.lock(model, [key])).get(key)
    if (!before) throw refusals.notFound(model.name)
    const view = viewOf(body, this.#method === 'PATCH')
    const silent = this.#method === 'PATCH' ? (this.#resource.writes?.nullIsAbsent?.(view) ?? []) : []
    const views = [silent.length > 0 ? withoutNulls(view, silent) : view]
    const written = await this.#read(recorder, services, views, { key, before: before as Row }, false)
    const [{ values, links }] = written as [Written]
    requireFields(model, verdict, written[0]!, before as Row)
    const saved = await recorder.change(model, [{ key, values: values as object, links }])
    this.#echoRuled(saved, written)
    await this.#claim(recorder, [key], written)
    const [text] = await this.#texts(recorder, call, services, [key], written)
    return { status: 200, json: text!.json }
  }

  async #read(
    recorder: Recorder,
    services: Services,
    views: readonly BodyView[],
    old: { key: Key; before: Row } | undefined,
    asList: boolean,
  ): Promise<Written[]> {
    const { model, writes } = this.#resource
    const taken = await takeIn(recorder.db, views, {
      model,
      fields: this.#fields,
      partial: this.#method === 'PATCH',
      keys: views.map(() => old?.key),
      resolve: resolveInContract,
    })
    if (taken.some((one) => 'faults' in one))
      throw refusalOfFaults(
        taken.map((one) => ('faults' in one ? one.faults : new Map())),
        asList,
      )
    const written = taken as Written[]
    for (const [at, one] of written.entries()) {
      this.#fillIn(recorder, views[at]!, one)
      const writing: Writing = {
        recorder,
        model,
        method: this.#method,
        body: views[at]!,
        written: one,
        before: old?.before,
        key: old?.key,
        services,
      }
      await writes?.complete?.(writing)
    }
    await this.#judgeTogether(recorder, written, old, asList)
    return written
  }

  /** What the collection says of fields that the body leaves out. */
  #fillIn({ actor }: Recorder, body: BodyView, { values, links }: Written): void {
    if (this.#method === 'PATCH') return
    const { caller = [], callerLinks = [], reset = {} } = this.#resource.writes ?? {}
    const absent = (field: WritableField) => body.get(field) === undefined
    for (const field of this.#fields) {
      const { facts, target } = field
      if (target.to === 'reference' && caller.includes(facts.name) && absent(field) && actor)
        values[target.column] = actor.id
      if (this.#method === 'POST' && target.to === 'links' && callerLinks.includes(facts.name) && actor)
        if (absent(field)) links[target.name] = [actor.id]
      const again = reset[facts.name]
      if (this.#method === 'PUT' && again !== undefined && absent(field) && 'column' in target)
        values[target.column] = again as string | null
    }
  }

  /** What can only be judged when every field by itself is right. */
  async #judgeTogether(
    recorder: Recorder,
    written: readonly Written[],
    old: { key: Key; before: Row } | undefined,
    asList: boolean,
  ): Promise<void> {
    const { model } = this.#resource
    const faults = written.map(({ values }): BodyFaults => {
      const missing = this.#fields.filter(
        ({ facts, target }) =>
          this.#method === 'POST' &&
          facts.required &&
          facts.onlyToCreate &&
          'column' in target &&
          values[target.column] === undefined,
      )
      return new Map(missing.map(({ facts }) => [facts.name, [REQUIRED]]))
    })
    if (faults.some((one) => one.size > 0)) throw refusalOfFaults(faults, asList)
    const candidates = written.map(({ values }) => ({
      key: old?.key,
      values: { ...defaultsInSets(model), ...old?.before, ...values },
    }))
    const broken = await brokenSets(recorder.db, model, candidates)
    if (broken.every((sets) => sets.length === 0)) return
    throw refusalOfFaults(
      broken.map(
        (sets): BodyFaults =>
          sets.length === 0
            ? new Map()
            : new Map([['non_field_errors', sets.map(({ fields }) => uniqueSetMessage(fields))]]),
      ),
      asList,
    )
  }

  /** Makes rows of other models refer to these ones, and those that did and are not named any more to nobody. */
  async #claim(recorder: Recorder, keys: readonly Key[], written: readonly Written[]): Promise<void> {
    for (const { target } of this.#fields) {
      if (target.to !== 'claims') continue
      const [key] = keys
      const wanted = written[0]?.claims[target.name]
      if (!wanted || key === undefined) continue
      const [current] = await findKeys(recorder.db, [
        { model: target.model, fieldName: target.fieldName, values: [key] },
      ])
      const had = current!.get(key) ?? []
      const changes = [
        ...wanted.filter((one) => !had.includes(one)).map((one) => ({ key: one, values: { [target.column]: key } })),
        ...had.filter((one) => !wanted.includes(one)).map((one) => ({ key: one, values: { [target.column]: null } })),
      ]
      await recorder.change(target.model, changes as never)
    }
  }

  /** Documents to which a rule added are answered as they were written, before PostgreSQL sorts their keys. */
  #echoRuled(saved: readonly Saved[], written: readonly Written[]): void {
    for (const [at, { after, changed }] of saved.entries())
      for (const { facts, target } of this.#fields) {
        if (target.to !== 'column' || target.field.kind !== 'json' || !changed.has(target.column)) continue
        const text = (after as Row)[target.column]
        const { values, echo } = written[at]!
        if (typeof text === 'string' && text !== values[target.column]) echo.set(facts.name, text)
      }
  }

  /** What the answer repeats; a value that is absent stays so although it is read back as the empty text. */
  #echoOf({ values, echo, asides }: Written): Echo {
    const repeated = new Map(echo)
    for (const { facts, target } of this.#fields) {
      const mayBeNull = target.to === 'column' && target.field.kind === 'text' && target.field.nullable
      if (mayBeNull && this.#method === 'POST' && (values[target.column] ?? null) === null)
        repeated.set(facts.name, 'null')
    }
    const after = new Map<string, string>()
    if (this.#method === 'POST') return { instead: repeated, after }
    for (const [name, { given }] of asides) {
      const field = this.#asidesAfter.get(name)
      if (field !== undefined)
        after.set(field, `${after.get(field) ?? ''},${JSON.stringify(name)}:${writePythonJson(given)}`)
    }
    return { instead: repeated, after }
  }

  async #texts(recorder: Recorder, call: Call, services: Services, keys: readonly Key[], written: readonly Written[]) {
    const found = await this.#reader.find(recorder.db, (scope) => keyIn(scope, keys), call.moment, keys.length)
    const byKey = new Map(found.rows.map((row) => [row[0]!, row]))
    const url = this.#reader.layout.find(([name]) => name === 'url')?.[1]
    return keys.map((key, at) => {
      const row = byKey.get(key)!
      const rendering = {
        found,
        moment: call.moment,
        origin: call.origin,
        mediaPath: services.mediaPath,
        echo: this.#echoOf(written[at]!),
      }
      const address = url?.at === 'link' ? `${call.origin}${url.route}/${encodeSegment(row[url.index]!)}` : undefined
      return { json: this.#render(row, rendering), address }
    })
  }
}

/** Values aside that are shown when they were given, with the field that each follows in the representation. */
function asidesAfter(resource: Resource, view: View): ReadonlyMap<string, string> {
  const asides = resource.writes?.asides ?? {}
  const shown: [string, string][] = []
  let before = ''
  for (const { name, writeOnly } of fieldsOf(resource, view)) {
    if (!(name in asides)) before = name
    else if (!writeOnly) shown.push([name, before])
  }
  return new Map(shown)
}

/** What the caller may do. @throws Refusal 403 when that is nothing */
export function requireRight({ account }: Call, verb: Verb, model: Model, key?: Key): Verdict {
  const verdict = account ? contractMay(account, verb, model, key === account.id) : { may: false as const }
  if (!verdict.may) throw refusals.forbidden()
  return verdict
}

/** Values may be repeated by everybody, and changed where the caller has the right to. @throws Refused `forbidden` */
function requireFields(
  model: Model,
  verdict: Verdict,
  { values, links, claims }: Written,
  before: Readonly<Row>,
): void {
  const fields = verdict.may ? verdict.fields : new Set<string>()
  if (!fields) return
  const changed = columnsOf(model)
    .filter(({ name }) => values[name] !== undefined && values[name] !== before[name])
    .map(({ fieldName }) => fieldName)
  const refused = [...changed, ...Object.keys(links), ...Object.keys(claims)].filter((name) => !fields.has(name))
  if (refused.length > 0)
    throw new Refused('forbidden', `You may not change ${refused.join(', ')} of this ${model.label}.`)
}

/** The key of the row that an address names. @throws Refusal 404 when there is none, Refused when there are several */
export async function requireRow(recorder: Recorder, resource: Resource, word: string): Promise<Key> {
  const { model, detail } = resource
  const [found] = await findKeys(recorder.db, [{ model, fieldName: keyField(resource), values: [word] }])
  const keys = found!.get(word) ?? []
  if (keys.length > 1)
    throw new Refused(
      'conflict',
      `${keys.length} ${model.plural} are called "${word}": it is not clear which one is meant.`,
    )
  if (keys[0] === undefined || !detail) throw refusals.notFound(model.name)
  return keys[0]
}

/** A record that extends another is found by its own key, whatever the address calls it. */
const keyField = ({ model, detail }: Resource): string => {
  const field = detail?.lookup.field ?? 'id'
  return field in model.fields ? field : primaryKey(model).name
}

/** Values that a new row has when the body leaves out a field of a unique set. */
const defaultsInSets = (model: Model): Row =>
  Object.fromEntries(
    (model.unique ?? [])
      .flatMap(({ fields }) => fields)
      .flatMap((name) => {
        const field = model.fields[name]
        return field && 'default' in field && field.default && 'value' in field.default
          ? [[name, field.default.value] as const]
          : []
      }),
  )

function refusalOfFaults(faults: readonly BodyFaults[], asList: boolean): Error {
  if (!asList) return new Refusal(400, Object.fromEntries(faults[0]!))
  return new Refusal(
    400,
    faults.map((one) => Object.fromEntries(one)),
  )
}

const resolveInContract: Resolve = (path: string): Address | undefined => {
  const at = path.lastIndexOf('/')
  const route = path.slice(0, at)
  const found = resources.find((one) => one.path === route && one.detail)
  if (!found?.detail) return undefined
  const word = decoded(path.slice(at + 1))
  return word !== undefined && hasForm(found.detail.lookup, word) ? { route, word } : undefined
}

/** A word of an address without its escapes; undefined when they are broken. */
function decoded(word: string): string | undefined {
  try {
    return decodeURIComponent(word)
  } catch {
    return undefined
  }
}
