import type { Model } from '@alyx/models'
import type { FastifyInstance, FastifyReply } from 'fastify'
import {
  canBeKey,
  type HistoryEntry,
  type HistoryFilter,
  type HistoryPlace,
  listHistory,
  modelsWithHistory,
  modelWithHistory,
  OPERATIONS,
  type Operation,
  recordAsOf,
  SOURCES,
} from '../history/index.ts'
import { nearest } from '../query/index.ts'
import type { Services } from '../rest/gates.ts'
import { type NativeCall, nativeRoute, sendJson } from './gate.ts'
import { sees } from './models.ts'
import { problems } from './problem.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 500

/** Parameters of the history of one record, and of everything. */
const OF_A_RECORD = ['user', 'from', 'to', 'source', 'operation', 'request', 'limit', 'cursor'] as const
const OF_EVERYTHING = ['model', 'key', ...OF_A_RECORD] as const

/** What was changed, by whom and why, newest first; and records as they were. For members of the laboratory. */
export function historyRoutes(app: FastifyInstance, services: Services): void {
  nativeRoute(app, services, {
    url: '/history',
    policy: 'members',
    handlers: {
      async GET(call) {
        onlyKnown(call, OF_EVERYTHING)
        const name = call.query.get('model')
        const key = call.query.get('key')
        if (name === undefined && key !== undefined) throw refused('key', 'A key needs a model beside it.')
        const model = name === undefined ? undefined : requireModel(call, name)
        return answerList(call, { model, key: key === undefined || !model ? undefined : requireKey(model, key) })
      },
    },
  })
  nativeRoute(app, services, {
    url: '/history/:app/:model/:key',
    policy: 'members',
    handlers: {
      async GET(call) {
        const named = recordIn(call)
        const moment = call.query.get('as_of')
        if (moment === undefined) {
          onlyKnown(call, [...OF_A_RECORD, 'as_of'])
          return answerList(call, named)
        }
        onlyKnown(call, ['as_of'])
        return answerAsOf(call, named, moment, 'as_of')
      },
    },
  })
  nativeRoute(app, services, {
    url: '/history/:app/:model/:key/as-of/:moment',
    policy: 'members',
    handlers: {
      async GET(call) {
        onlyKnown(call, [])
        return answerAsOf(call, recordIn(call), (call.request.params as { moment: string }).moment, 'moment')
      },
    },
  })
}

interface NamedRecord {
  readonly model: Model
  readonly key: string
}

const refused = (parameter: string, sentence: string) => problems.invalidParameters({ [parameter]: [sentence] })

function onlyKnown({ query }: NativeCall, names: readonly string[]): void {
  for (const [name] of query.lists()) {
    if (names.includes(name)) continue
    const [near] = nearest(name, names)
    throw refused(name, `No parameter is called "${name}".${near ? ` Did you mean "${near}"?` : ''}`)
  }
}

function requireModel({ account }: NativeCall, name: string): Model {
  const model = modelWithHistory(name)
  if (model && sees(account, model)) return model
  const [near] = nearest(name, modelsWithHistory)
  throw refused('model', `No model called "${name}" has a history.${near ? ` Did you mean "${near}"?` : ''}`)
}

function requireKey(model: Model, text: string): string {
  const key = text.toLowerCase()
  if (!canBeKey(model, key)) throw refused('key', `"${text}" cannot be the key of a ${model.label}.`)
  return key
}

function recordIn({ request, account, path }: NativeCall): NamedRecord {
  const { app, model: name, key } = request.params as { app: string; model: string; key: string }
  const model = modelWithHistory(`${app}.${name}`)
  if (!model || !sees(account, model)) throw problems.noSuchModel(path)
  if (!canBeKey(model, key.toLowerCase())) throw problems.noSuchRow(model.label, key)
  return { model, key: key.toLowerCase() }
}

async function answerList(call: NativeCall, of: Pick<HistoryFilter, 'model' | 'key'>): Promise<FastifyReply> {
  const { query, database, reply } = call
  const filter: HistoryFilter = {
    ...of,
    user: query.get('user'),
    from: momentIn('from', query.get('from')),
    to: momentIn('to', query.get('to')),
    source: oneOf('source', query.get('source'), SOURCES),
    operation: oneOf('operation', query.get('operation'), OPERATIONS) as Operation | undefined,
    request: query.get('request'),
  }
  const { entries, next } = await listHistory(database, filter, {
    limit: limitIn(query.get('limit')),
    after: placeIn(query.get('cursor')),
  })
  return sendJson(reply, `{"results":[${entries.map(entryJson).join(',')}],"next":${JSON.stringify(cursorOf(next))}}`)
}

/** Documents go through as the texts that they are: numbers keep the form in which they were written. */
function entryJson({ old, new: made, user, username, ...entry }: HistoryEntry): string {
  const plain = JSON.stringify({ ...entry, user: user === null && username === null ? null : { id: user, username } })
  return `${plain.slice(0, -1)},"old":${old ?? 'null'},"new":${made ?? 'null'}}`
}

async function answerAsOf(
  call: NativeCall,
  { model, key }: NamedRecord,
  text: string,
  name: string,
): Promise<FastifyReply> {
  const moment = momentIn(name, text)!
  const { record, links, began, known } = await recordAsOf(call.database, model, key, moment)
  const values = record && Object.entries(record).map(([column, value]) => `${JSON.stringify(column)}:${value}`)
  const rest = JSON.stringify({ model: model.key, key, as_of: text, links, began, known })
  return sendJson(call.reply, `${rest.slice(0, -1)},"record":${values ? `{${values.join(',')}}` : 'null'}}`)
}

function oneOf(name: string, value: string | undefined, values: readonly string[]): string | undefined {
  if (value === undefined || values.includes(value)) return value
  throw refused(name, `"${value}" is none of: ${values.join(', ')}.`)
}

const MOMENT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/

function momentIn(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  // A plus sign that was not escaped arrives as a blank.
  const text = value.replace(/(:\d\d(?:\.\d+)?) (\d\d(?::?\d\d)?)$/, '$1+$2')
  if (MOMENT.test(text)) return text
  throw refused(name, `"${value}" is no moment: write 2026-03-01 or 2026-03-01T09:00:00+01:00.`)
}

function limitIn(value: string | undefined): number {
  if (value === undefined) return DEFAULT_LIMIT
  const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0
  if (limit >= 1 && limit <= MAX_LIMIT) return limit
  throw refused('limit', `The limit is a whole number from 1 to ${MAX_LIMIT}.`)
}

const cursorOf = (place: HistoryPlace | undefined): string | null =>
  place ? Buffer.from(place.join(' ')).toString('base64url') : null

const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (change|version) (\d{1,15})$/

function placeIn(cursor: string | undefined): HistoryPlace | undefined {
  if (cursor === undefined) return undefined
  const parts = PLACE.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (!parts) throw refused('cursor', 'This is not the "next" of a page: begin without a cursor.')
  return [parts[1]!, parts[2] as HistoryPlace[1], Number(parts[3])]
}
