import {
  all,
  columnFields,
  columnName,
  type ManyField,
  type Model,
  modelNamed,
  primaryKey,
  type ValueField,
  type ValueKind,
} from '@alyx/models'
import { type Database, type Db, identifier, sql } from '../../../src/database/index.ts'
import { exactNumber, parseExactly } from '../../../src/domains/labs/dumps/exact-json.ts'
import { inDependencyOrder } from '../../../src/domains/labs/dumps/order.ts'
import { insertLinks, insertRows } from '../../../src/query/bulk-insert.ts'

const TEXT = 'Zoë "quoted" \\ back\nline 日本 🐁 \u2028 \u007f <b> %s null NaN'
const JSON_TEXT =
  '{"int": 1, "float": 1.0, "big": 12345678901234567890123, "small": 1e-7, "list": [null, true, ""], "ключ": "\\u00e9 🐁"}'
const fitting = (text: string) => (field: { maxLength: number }) => [...text].slice(0, field.maxLength).join('')

/** A value of each kind that is easily lost on the way. */
const awkward: { [K in ValueKind]: (field: Extract<ValueField, { kind: K }>) => unknown } = {
  uuid: () => 'fedcba98-7654-4321-8fed-cba987654321',
  identity: () => 4_000_001,
  text: fitting(TEXT),
  longText: () => TEXT,
  email: fitting('zoë+x@example.org'),
  url: fitting('https://example.org/?a=1&b=%20#ü'),
  image: fitting('2026/01/02/ü.png'),
  integer: (field) =>
    ({ small: 32_767, normal: -2_147_483_647, big: exactNumber('9007199254740993') })[
      field.positive ? 'small' : field.size
    ],
  float: () => 0.30000000000000004,
  boolean: () => true,
  date: () => '1999-12-31',
  datetime: () => '2026-03-01T09:30:00.000001',
  json: () => parseExactly(JSON_TEXT),
  choice: (field) => field.choices.at(-1)?.[0] ?? '',
  level: (field) => field.choices.at(-1)?.[0] ?? 0,
  floatList: () => [0.1, -1e-300, exactNumber('25.0')],
  integerList: () => [1, -2, 3],
}

/** Every installation makes the same rows of these by itself, and dumps refer to them by name. */
const MADE = new Set(['migrations.migration', 'contenttypes.contenttype', 'auth.permission'])

/** Adds to every other table one row of awkward values, linked to whatever is there. */
export async function addAwkwardRows(database: Database): Promise<void> {
  await database.transaction(async (db) => {
    for (const model of inDependencyOrder(all)) {
      if (MADE.has(model.key)) continue
      const row = await awkwardRow(db, model)
      await insertRows(db, model, [row])
      await addLinks(db, model, row[primaryKey(model).column] as string)
    }
  })
}

async function awkwardRow(db: Db, model: Model): Promise<Record<string, unknown>> {
  const row: Record<string, unknown> = {}
  for (const [name, field] of columnFields(model)) {
    row[columnName(name, field)] =
      field.kind === 'reference'
        ? await lastKey(db, modelNamed(field.to))
        : (awkward[field.kind] as (field: ValueField) => unknown)(field)
  }
  return row
}

/** Key of a row of the model: the one added here when it has been. */
async function lastKey(db: Db, model: Model): Promise<string | null> {
  const { column } = primaryKey(model)
  const own = sql`${identifier(column)}::text in ('fedcba98-7654-4321-8fed-cba987654321', '4000001') desc`
  const [row] = await db.rows(
    sql`select ${identifier(column)} from ${identifier(model.table)} order by ${own}, 1 limit 1`,
  )
  return row?.[0] ?? null
}

async function addLinks(db: Db, model: Model, key: string): Promise<void> {
  const fields = Object.entries(model.fields).filter(
    (entry): entry is [string, ManyField] => entry[1].kind === 'many' && !entry[1].through,
  )
  for (const [name, field] of fields) {
    const to = await lastKey(db, modelNamed(field.to))
    if (to !== null) await insertLinks(db, model, name, [[key, to]])
  }
}
