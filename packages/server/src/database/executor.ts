import type { ClientBase, CustomTypesConfig, QueryResult } from 'pg'
import type { Statement, StatementCount } from './db.ts'
import { StatementNames } from './prepared.ts'
import { objectTypes, textTypes } from './values.ts'

/** The number of parameters is sent in 16 bits, and pg lets it overflow into a confusing protocol error. */
const MOST_VALUES = 65_535

/** Prepared statements one connection may hold; each keeps its plan in the server's memory. */
const PREPARED_PER_CONNECTION = 500

const names = new StatementNames()
const preparedOn = new WeakMap<ClientBase, Set<string>>()

/** How the answer is wanted: see `Db.rows`, `Db.objects`, `Db.execute`. */
export type Form = 'rows' | 'objects' | 'count'

/** Runs one statement on one connection. @throws pg's own errors, not yet translated */
export async function run(client: ClientBase, statement: Statement, form: Form): Promise<unknown> {
  const { text, values, planEachTime = false } = statement
  if (values.length > MOST_VALUES) {
    throw new RangeError(`a statement takes at most ${MOST_VALUES} values, this one has ${values.length}`)
  }
  const name = planEachTime ? undefined : preparedName(client, text)
  const result: QueryResult = await client.query({
    text,
    values: values as unknown[],
    ...(name === undefined ? {} : { name }),
    ...(form === 'rows' ? { rowMode: 'array' } : {}),
    types: (form === 'objects' ? objectTypes : textTypes) as CustomTypesConfig,
  })
  return form === 'count' ? (result.rowCount ?? 0) : result.rows
}

/** Whether the connection holds so many prepared statements that it should be closed after use. */
export function isFull(client: ClientBase): boolean {
  return (preparedOn.get(client)?.size ?? 0) >= PREPARED_PER_CONNECTION
}

function preparedName(client: ClientBase, text: string): string | undefined {
  const name = names.nameFor(text)
  if (name === undefined) return undefined
  let prepared = preparedOn.get(client)
  if (prepared === undefined) {
    prepared = new Set()
    preparedOn.set(client, prepared)
  }
  // A long transaction may fill its connection: what does not fit runs unprepared.
  if (!prepared.has(name) && prepared.size >= PREPARED_PER_CONNECTION) return undefined
  prepared.add(name)
  return name
}

/** Adds one statement and the time that `work` takes to the count, failures included. */
export async function counting<T>(count: StatementCount | undefined, work: () => Promise<T>): Promise<T> {
  if (count === undefined) return work()
  const start = performance.now()
  count.statements += 1
  try {
    return await work()
  } finally {
    count.milliseconds += performance.now() - start
  }
}
