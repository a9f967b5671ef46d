import { columnFields, columnName, type Default, type Model } from '@alyx/models'
import { type Db, sql } from '../database/index.ts'
import { alterStatements, type FillValue, reversed } from './alter.ts'
import { compareSchemas, describeDifference } from './compare.ts'
import { expectedSchema } from './expected.ts'
import { contentTypes, insertContentTypes, insertPermissions, registeredModels } from './framework-rows.ts'
import { literal } from './identifiers.ts'
import { readSchema } from './read.ts'

/** A migration for a person to read, to name and to complete. */
export interface Draft {
  /** The whole text of the file. */
  readonly text: string
  /** What it mends, one line each. */
  readonly differences: readonly string[]
}

/**
 * Drafts the migration that makes the database what the declarations say, with its way back, from the differences
 * between the two. A table or column that only the database has is dropped in the draft: the reader decides.
 *
 * @returns undefined when the two agree
 */
export async function draftMigration(models: readonly Model[], db: Db): Promise<Draft | undefined> {
  const differences = compareSchemas(expectedSchema(models), await readSchema(db))
  const rows = await missingRows(models, db)
  const up = [...alterStatements(differences, fillValues(models)), ...rows.up]
  if (up.length === 0) return undefined
  const back = alterStatements(differences.map(reversed), () => undefined)
  const described = [...differences.map(describeDifference), ...rows.described]
  return {
    text: [
      '-- Say here what changes for the laboratory, and whether older servers keep running meanwhile.',
      ...described.map((line) => `--   ${line}`),
      '',
      ...up,
      '',
      '-- down',
      '',
      ...rows.down,
      ...back,
      '',
    ].join('\n'),
    differences: described,
  }
}

/** A new model needs a content type and four permissions, as Django would give it. */
async function missingRows(models: readonly Model[], db: Db) {
  const [table] = await db.rows(sql`select to_regclass('public.django_content_type')`)
  if (table?.[0] === null) return { up: [], down: [], described: [] }
  const found = await db.rows(sql`select app_label, model from public.django_content_type`)
  const known = new Set(found.map(([app, model]) => `${app}.${model}`))
  const missing = contentTypes(models).filter(([app, model]) => !known.has(`${app}.${model}`))
  if (missing.length === 0) return { up: [], down: [], described: [] }
  const names = new Set(missing.map(([app, model]) => `${app}.${model}`))
  const registered = registeredModels(models).filter(({ app, model }) => names.has(`${app}.${model}`))
  const one = missing.map(([app, model]) => `(${literal(app)}, ${literal(model)})`).join(', ')
  return {
    up: [insertContentTypes(missing), insertPermissions(registered)],
    down: [
      `delete from auth_permission where content_type_id in (
  select id from django_content_type where (app_label, model) in (${one}));`,
      `delete from django_content_type where (app_label, model) in (${one});`,
    ],
    described: missing.map(([app, model]) => `missing content type and permissions of ${app}.${model}`),
  }
}

/** What the declarations say that a new row gets, as SQL for the rows already there. */
function fillValues(models: readonly Model[]): FillValue {
  const defaults = new Map(
    models.flatMap((model) =>
      columnFields(model).map(([name, field]) => [`${model.table}.${columnName(name, field)}`, field.default] as const),
    ),
  )
  return (table, { name }) => asSql(defaults.get(`${table}.${name}`))
}

function asSql(value: Default | undefined): string | undefined {
  if (value === undefined || 'setting' in value || 'rule' in value) return undefined
  if ('make' in value) return { uuid: 'gen_random_uuid()', now: 'now()', emptyList: `'{}'` }[value.make]
  if (value.value === null) return undefined
  return typeof value.value === 'string' ? literal(value.value) : String(value.value)
}
