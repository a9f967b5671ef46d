import { joinTable, type Model, modelNamed, primaryKey } from '@alyx/models'
import { type Db, identifier, raw, sql } from '../../../database/index.ts'
import type { Place } from './dump-error.ts'
import { LOADED } from './loader.ts'

interface Dangling {
  readonly place: Place
  readonly problem: string
}

/** The first loaded object, by line, that refers to a row that does not exist. Slow: asked only when there is one. */
export async function findDangling(db: Db, models: readonly Model[]): Promise<Dangling | undefined> {
  const found: Dangling[] = []
  for (const model of models) {
    for (const [name, field] of Object.entries(model.fields)) {
      if (field.kind !== 'reference' && (field.kind !== 'many' || field.through)) continue
      const to = modelNamed(field.to)
      const side =
        field.kind === 'reference'
          ? { table: model.table, fromColumn: primaryKey(model).column, toColumn: `${name}_id` }
          : joinTable(model, name, field)
      const [row] = await db.rows(sql`select loaded.line, loaded.pk, ${identifier('t', side.toColumn)}::text
from ${identifier(LOADED)} as loaded join ${identifier(side.table)} as t on ${identifier('t', side.fromColumn)}::text = loaded.pk
where loaded.model = ${model.key} and ${identifier('t', side.toColumn)} is not null
and not exists (${raw('select')} from ${identifier(to.table)} as target where ${identifier('target', primaryKey(to).column)} = ${identifier('t', side.toColumn)})
order by loaded.line limit 1`)
      if (!row) continue
      const place = { line: Number(row[0]), model: model.key, pk: row[1] ?? '', field: name }
      found.push({
        place,
        problem: `expected the key of a ${to.label}; neither the dump nor the database has ${to.key} ${row[2]}`,
      })
    }
  }
  return found.sort((a, b) => a.place.line - b.place.line)[0]
}
