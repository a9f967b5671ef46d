import { columnName, hasColumn, type Model, modelNamed, Reversion } from '@alyx/models'
import { identifier, type Sql, sql } from '../database/index.ts'
import { parsedAsWritten } from './json-text.ts'
import { secretColumns } from './watched-tables.ts'

/** Table of the people who saved versions. */
export const people: Sql = identifier(modelNamed(Reversion.fields.user.to).table)

/** Keys of the people that a key or a name stands for, as an array that an index can be asked for. */
export const keysOfPerson = (user: string): Sql =>
  sql`array(select p.id from ${people} p where p.username = ${user} union select nullif(${UUID.test(user) ? user : ''}, '')::uuid)`

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/**
 * The record in Django's copy, by column as in all other entries; links are lists under the name of their field.
 *
 * @param serialized `[{"model": "misc.food", "pk": "…", "fields": {…}}]`
 * @returns text of a JSON object; undefined when the copy is not what Django writes
 */
export function recordOfVersion(serialized: string, model: Model | undefined): string | undefined {
  const copy = fieldsIn(serialized)
  if (!copy) return undefined
  const secrets = new Set(model ? secretColumns(model) : [])
  const columns = Object.entries(copy.fields).map(([name, value]): [string, unknown] => {
    const field = model?.fields[name]
    return [field && hasColumn(field) ? columnName(name, field) : name, value]
  })
  return JSON.stringify(Object.fromEntries([['id', copy.pk], ...columns.filter(([name]) => !secrets.has(name))]))
}

function fieldsIn(serialized: string): { pk: unknown; fields: object } | undefined {
  try {
    const [copy] = parsedAsWritten(serialized) as unknown[]
    const { pk, fields } = copy as { pk?: unknown; fields?: unknown }
    return typeof fields === 'object' && fields !== null ? { pk, fields } : undefined
  } catch {
    return undefined
  }
}
