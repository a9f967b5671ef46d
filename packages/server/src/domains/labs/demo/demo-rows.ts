import { columnFields, columnName, type Model, primaryKey, type RowOf } from '@alyx/models'
import type { Db } from '../../../database/index.ts'
import { insertLinks, insertRows, type Link } from '../../../query/bulk-insert.ts'
import { demoId } from './identity.ts'

/** Rows of the demo, collected in memory and written at the end with a statement or two per table. */
export class DemoRows {
  readonly #seed: string
  readonly #moment: string
  readonly #rows = new Map<Model, object[]>()
  readonly #byKey = new Map<string, object>()
  readonly #links = new Map<string, { model: Model; field: string; links: Link[] }>()

  /** @param moment when the rows were last saved, for fields that record it and for nothing else */
  constructor(seed: string, moment: string) {
    this.#seed = seed
    this.#moment = moment
  }

  /** Adds a row; fields that are left out get their declared default. @returns its key */
  add<M extends Model>(model: M, values: Partial<RowOf<M>>): string {
    const rows = this.#rows.get(model) ?? []
    this.#rows.set(model, rows)
    const key = primaryKey(model).column
    const given = values as Record<string, unknown>
    const id = (given[key] as string | undefined) ?? demoId(this.#seed, model.key, rows.length)
    const row: Record<string, unknown> = { [key]: id }
    for (const [name, field] of columnFields(model)) {
      const column = columnName(name, field)
      if (column === key) continue
      const rule = field.default
      const standard =
        rule && 'value' in rule
          ? rule.value
          : rule && 'make' in rule && rule.make === 'emptyList'
            ? []
            : field.touched
              ? this.#moment
              : null
      const value = given[column] ?? standard
      if (value === null && !field.nullable) throw new Error(`the demo gives ${model.key} no ${column}`)
      row[column] = value
    }
    rows.push(row)
    this.#byKey.set(`${model.key} ${id}`, row)
    return id
  }

  /** Changes a row added before. */
  change<M extends Model>(model: M, id: string, values: Partial<RowOf<M>>): void {
    const row = this.#byKey.get(`${model.key} ${id}`)
    if (!row) throw new Error(`the demo has no ${model.key} ${id}`)
    Object.assign(row, values)
  }

  /** Links a row to others through a many-to-many field. */
  link(model: Model, field: string, from: string, to: readonly (string | number)[]): void {
    const name = `${model.key}.${field}`
    const entry = this.#links.get(name) ?? { model, field, links: [] }
    this.#links.set(name, entry)
    for (const key of to) entry.links.push([from, key])
  }

  /** Rows so far, by model. */
  count(model: Model): number {
    return this.#rows.get(model)?.length ?? 0
  }

  /** Writes everything; inside a transaction, because references are checked at its end. @returns rows by model */
  async write(db: Db, onProgress?: (model: string, rows: number) => void): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const [model, rows] of this.#rows) {
      await insertRows(db, model, rows)
      counts[model.key] = rows.length
      onProgress?.(model.key, rows.length)
    }
    for (const { model, field, links } of this.#links.values()) await insertLinks(db, model, field, links)
    return counts
  }
}
