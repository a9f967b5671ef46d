import { once } from 'node:events'
import type { Writable } from 'node:stream'
import {
  type ColumnField,
  columnFields,
  columnName,
  joinTable,
  type ManyField,
  type Model,
  modelNamed,
  primaryKey,
} from '@alyx/models'
import { type Database, type Db, identifier, join, raw, sql } from '../../../database/index.ts'
import { transportType } from '../../../query/bulk-insert.ts'
import { anonymous, isKeptInAnonymousDump } from './anonymous.ts'
import { exactNumber } from './exact-json.ts'
import { writeValue } from './field-values.ts'
import { isMatchedByName, type NaturalKey, naturalKeysByPk } from './natural-keys.ts'
import { dumpedModels, inDependencyOrder } from './order.ts'

export interface DumpOptions {
  /** Models to dump; all but credentials and what each installation makes for itself when absent. */
  readonly models?: readonly Model[]
  /** Blanks per level; one object per line when absent. */
  readonly indent?: number
  /** Also password hashes, tokens and logins. */
  readonly credentials?: boolean
  /** Nothing that tells who somebody is: no names of people, free texts, documents, addresses, pictures, credentials. */
  readonly anonymous?: boolean
  /** Called about once per thousand objects. */
  readonly onProgress?: (progress: { objects: number; model: string }) => void
}

const PAGE = 1000

/**
 * Writes the database as Django does: a JSON list of `{"model", "pk", "fields"}`, models in dependency order, rows by
 * key. `loadDump` and Django's `loaddata` read it. One moment of the database, however long it takes; memory stays small.
 *
 * Differences from Django: date-times keep their microseconds, and content types, permissions and groups are referred
 * to by name, because their numbers differ between databases.
 *
 * @param target stays open
 * @throws what the target throws, such as a full disk
 * @returns objects written, by model
 */
export async function dumpData(
  database: Database,
  target: Writable,
  options: DumpOptions = {},
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  let objects = 0
  let failure: Error | undefined
  // A full disk is heard between two writes; without a listener Node would stop the process.
  const fail = (error: Error) => {
    failure = error
  }
  const write = async (text: string) => {
    if (failure) throw failure
    if (!target.write(text)) await once(target, 'drain')
  }
  target.on('error', fail)
  await write('[')
  await database.transaction(
    async (db) => {
      const credentials = options.credentials === true && options.anonymous !== true
      const models = inDependencyOrder(options.models ?? dumpedModels(credentials))
      for (const model of options.anonymous ? models.filter(isKeptInAnonymousDump) : models) {
        let number = 0
        for await (const page of pagesOf(db, model, credentials)) {
          for (const whole of page) {
            number += 1
            const object = options.anonymous ? { ...whole, fields: anonymous(model, whole.fields, number) } : whole
            await write(`${objects++ ? ',' : ''}\n${objectText(object, options.indent ?? 0)}`)
          }
          counts[model.key] = (counts[model.key] ?? 0) + page.length
          options.onProgress?.({ objects, model: model.key })
        }
      }
    },
    { readOnly: true, isolation: 'repeatable read' },
  )
  await write('\n]\n')
  target.off('error', fail)
  return counts
}

function objectText(object: object, indent: number): string {
  const text = JSON.stringify(object, null, indent)
  if (indent === 0) return text
  const margin = ' '.repeat(indent)
  return margin + text.replaceAll('\n', `\n${margin}`)
}

interface Dumped {
  model: string
  pk: unknown
  fields: Record<string, unknown>
}

async function* pagesOf(db: Db, model: Model, credentials: boolean): AsyncGenerator<Dumped[]> {
  const key = primaryKey(model)
  const columns = columnFields(model).filter(([, field]) => !field.primaryKey && (credentials || !field.secret))
  const names = await namesOf(db, model)
  const selected = join(
    [key.column, ...columns.map(([name, field]) => columnName(name, field))].map((c) => identifier(c)),
  )
  for (let last: string | undefined; ; ) {
    const after =
      last === undefined ? raw('') : sql`where ${identifier(key.column)} > ${last}::${raw(transportType(key.field))}`
    const rows = await db.rows(
      sql`select ${selected} from ${identifier(model.table)} ${after} order by ${identifier(key.column)} limit ${raw(String(PAGE))}`,
    )
    const pks = rows.map(([pk]) => pk ?? '')
    const links = await linksOf(db, model, pks, names)
    const page = rows.map(([pk, ...values]) => ({
      model: model.key,
      pk: keyValue(model, pk ?? ''),
      fields: Object.fromEntries([
        ...columns.map(([name, field], at) => [name, dumpedValue(field, values[at] ?? null, names)]),
        ...[...links].map(([name, byPk]) => [name, byPk.get(pk ?? '') ?? []]),
      ]),
    }))
    if (page.length > 0) yield page
    if (page.length < PAGE) return
    last = pks.at(-1)
  }
}

/** Natural keys of the small tables that the model refers to by name, by model. */
async function namesOf(db: Db, model: Model): Promise<Map<string, Map<string, NaturalKey>>> {
  const names = new Map<string, Map<string, NaturalKey>>()
  for (const field of Object.values(model.fields)) {
    if (field.kind !== 'reference' && field.kind !== 'many') continue
    const to = modelNamed(field.to)
    if (isMatchedByName(to) && !names.has(to.key)) names.set(to.key, await naturalKeysByPk(db, to))
  }
  return names
}

function dumpedValue(
  field: ColumnField,
  text: string | null,
  names: ReadonlyMap<string, ReadonlyMap<string, NaturalKey>>,
): unknown {
  if (text === null) return field.kind === 'text' && field.emptyIsNull ? '' : null
  if (field.kind !== 'reference') return writeValue(text, field)
  return names.get(field.to)?.get(text) ?? keyValue(modelNamed(field.to), text)
}

/** A primary key as it is dumped: numbers as numbers. */
function keyValue(model: Model, text: string): unknown {
  return /^(integer|bigint)$/.test(transportType(primaryKey(model).field)) ? exactNumber(text) : text
}

/** Keys of the linked rows by field and by row, in the order in which they were linked. */
async function linksOf(
  db: Db,
  model: Model,
  pks: readonly string[],
  names: ReadonlyMap<string, ReadonlyMap<string, NaturalKey>>,
): Promise<Map<string, Map<string, unknown[]>>> {
  const found = new Map<string, Map<string, unknown[]>>()
  const fields = Object.entries(model.fields).filter(
    (entry): entry is [string, ManyField] => entry[1].kind === 'many' && !entry[1].through,
  )
  for (const [name, field] of fields) {
    const { table, fromColumn, toColumn } = joinTable(model, name, field)
    const to = modelNamed(field.to)
    const rows = await db.rows(
      sql`select ${identifier(fromColumn)}, ${identifier(toColumn)} from ${identifier(table)} where ${identifier(fromColumn)} = any(${pks}::${raw(transportType(primaryKey(model).field))}[]) order by id`,
    )
    const byPk = new Map<string, unknown[]>()
    for (const [from, target] of rows) {
      const keys = byPk.get(from ?? '') ?? []
      byPk.set(from ?? '', keys)
      keys.push(names.get(to.key)?.get(target ?? '') ?? keyValue(to, target ?? ''))
    }
    found.set(name, byPk)
  }
  return found
}
