import type { Model } from '@alyx/models'
import { Refused } from '../../records/index.ts'
import { type JsonObject, type JsonValue, pythonTypeName } from '../../rest/python-json-body.ts'
import type { NativeHandler, NativeServices } from '../gate.ts'
import { requireSight } from '../list.ts'
import { keyIn } from '../models.ts'
import { Problem, problems } from '../problem.ts'
import { carry, jsonBody, plannedRemoval, send } from './one-row.ts'
import { isRefused, type Outcome } from './outcomes.ts'
import { changeRows, createRows, type RowChange, removeRows, type Writer } from './rows.ts'

/** Rows that one request may write. */
const MOST_ROWS = 5000

/** What a request asks for, of many rows. */
interface Asked {
  readonly create: readonly JsonValue[]
  readonly change: readonly RowChange[]
  readonly delete: readonly { readonly key: string; readonly ifMatch?: string | undefined }[]
  /** Say what would happen, and leave everything as it is. */
  readonly dryRun: boolean
  /** Write the rows that can be written, although others are refused. */
  readonly partial: boolean
}

type Results = Readonly<Record<'create' | 'change' | 'delete', readonly Outcome[]>>

/** Ends a transaction whose results are wanted and whose changes are not. */
class NotKept extends Error {
  readonly results: Results
  /** What would go along with the rows that are to be removed; undefined when some of them may not be. */
  readonly removal: object | undefined

  constructor(results: Results, removal: object | undefined) {
    super('not kept')
    this.results = results
    this.removal = removal
  }
}

/**
 * `POST …/bulk`: makes, changes and removes many rows in one transaction, in this order, and tells of each row what
 * became of it. One refused row undoes the whole request, unless `partial` is asked for; `dry_run` undoes it always.
 */
export const bulk =
  (model: Model, services: NativeServices): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    const body = await jsonBody(call)
    const asked = readAsked(model, body)
    try {
      const answer = await carry(call, services, model, body, async (writer) => {
        const removal = asked.dryRun ? await removalOf(writer, asked.delete) : undefined
        const results = await carryOut(writer, asked)
        if (asked.dryRun || (!asked.partial && refusedOf(results).length > 0)) throw new NotKept(results, removal)
        return { status: 200, json: JSON.stringify({ written: true, results: shown(results) }) }
      })
      return send(call, answer)
    } catch (error) {
      if (!(error instanceof NotKept)) throw error
      const { results, removal } = error
      const told = results.delete.some(isRefused) ? {} : { removal }
      if (asked.dryRun)
        return send(call, { status: 200, json: JSON.stringify({ written: false, results: shown(results), ...told }) })
      throw notWritten(results)
    }
  }

async function removalOf({ recorder, model }: Writer, rows: Asked['delete']): Promise<object | undefined> {
  if (rows.length === 0) return undefined
  try {
    return await plannedRemoval(
      recorder,
      model,
      rows.map(({ key }) => key),
    )
  } catch (error) {
    // Which of them it is, is found out row by row.
    if (error instanceof Refused) return undefined
    throw error
  }
}

async function carryOut(writer: Writer, asked: Asked): Promise<Results> {
  const create = await createRows(writer, asked.create)
  const change = await changeRows(writer, asked.change)
  return { create, change, delete: await removeRows(writer, asked.delete) }
}

const refusedOf = (results: Results) => Object.values(results).flat().filter(isRefused)

function notWritten(results: Results): Problem {
  const refused = refusedOf(results)
  const all = Object.values(results).flat().length
  return new Problem(
    refused[0]!.problem.status,
    'rows_refused',
    `${refused.length} of ${all} rows cannot be written, so none was. ${refused[0]!.problem.message}`,
    { details: { results: shown(results) } },
  )
}

const shown = (results: Results) =>
  Object.fromEntries(
    Object.entries(results)
      .filter(([, outcomes]) => outcomes.length > 0)
      .map(([verb, outcomes]) => [verb, outcomes.map(shownOutcome)]),
  )

function shownOutcome(outcome: Outcome): object {
  if (!isRefused(outcome)) return { id: outcome.key }
  const { code, message, fields, details } = outcome.problem
  return { error: { code, message, ...(fields && { fields }), ...(details !== undefined && { details }) } }
}

const NAMES = ['create', 'change', 'delete', 'dry_run', 'partial']

/** @throws Problem 400 with all that is wrong with the request as a whole */
function readAsked(model: Model, body: JsonValue): Asked {
  if (!(body instanceof Map))
    throw problems.invalidParameters({
      '': [`Expected an object with ${NAMES.join(', ')}, got ${pythonTypeName(body)}.`],
    })
  const faults: Record<string, string[]> = {}
  for (const name of body.keys())
    if (!NAMES.includes(name)) faults[name] = [`There is no "${name}" here: ${NAMES.join(', ')}.`]
  const list = (name: string): readonly JsonValue[] => {
    const given = body.get(name) ?? []
    if (Array.isArray(given)) return given
    faults[name] = ['Expected a list.']
    return []
  }
  const flag = (name: string): boolean => {
    const given = body.get(name) ?? false
    if (typeof given !== 'boolean') faults[name] = ['Expected true or false.']
    return given === true
  }
  const rowsNamed = (name: string) =>
    list(name).flatMap((one, at) => {
      const row = one instanceof Map ? one : (new Map([['id', one]]) as JsonObject)
      const key = keyIn(model, String(row.get('id') ?? ''))
      const ifMatch = row.get('if_match')
      if (key !== undefined && (ifMatch === undefined || typeof ifMatch === 'string')) return [{ row, key, ifMatch }]
      faults[name] = [`Row ${at} needs an "id"${ifMatch === undefined ? '' : ' and an "if_match" that is a text'}.`]
      return []
    })
  const asked: Asked = {
    create: list('create'),
    change: rowsNamed('change').map(({ row, key, ifMatch }) => ({ key, ifMatch, values: withoutNames(row) })),
    delete: rowsNamed('delete').map(({ key, ifMatch }) => ({ key, ifMatch })),
    dryRun: flag('dry_run'),
    partial: flag('partial'),
  }
  const rows = asked.create.length + asked.change.length + asked.delete.length
  if (rows > MOST_ROWS) faults[''] = [`At most ${MOST_ROWS} rows may be written at once, not ${rows}.`]
  const twice = [asked.change, asked.delete].some((ones) => new Set(ones.map(({ key }) => key)).size < ones.length)
  if (twice) faults[''] = [...(faults[''] ?? []), 'A row is named twice.']
  if (Object.keys(faults).length > 0) throw problems.invalidParameters(faults)
  return asked
}

const withoutNames = (row: JsonObject): JsonObject =>
  new Map([...row].filter(([name]) => name !== 'id' && name !== 'if_match'))
