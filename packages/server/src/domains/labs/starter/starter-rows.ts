import { readFile } from 'node:fs/promises'
import { type ColumnField, columnFields, columnName, hasColumn, type Kind, type Model } from '@alyx/models'

/** A row to insert: every column of the table, since Alyx's tables have no defaults of their own. */
export type StarterRow = Record<string, unknown>

/** What one cell of a table file means, by kind of field. An empty cell never comes here. */
const readCell: Partial<Record<Kind, (cell: string) => unknown>> = {
  integer: Number,
  reference: (cell) => (/^\d+$/.test(cell) ? Number(cell) : cell),
  json: (cell) => JSON.parse(cell),
}

const empty = (field: ColumnField): unknown => {
  if (field.default && 'value' in field.default) return field.default.value
  return null
}

/** A row in which only `values` (by field name) differ from what the declaration gives to a new one. */
export function starterRow(model: Model, values: Readonly<Record<string, unknown>>): StarterRow {
  for (const name of Object.keys(values)) {
    const field = model.fields[name]
    if (!field || !hasColumn(field)) throw new Error(`${model.key} has no column for "${name}"`)
  }
  return Object.fromEntries(
    columnFields(model).map(([name, field]) => [columnName(name, field), name in values ? values[name] : empty(field)]),
  )
}

/**
 * Rows of `data/<app.model>.tsv`: a line of field names, then one line per row, cells separated by tabs. Cells may be
 * missing at the end of a line. An empty cell stands for the declaration's default.
 */
export async function readStarterRows(model: Model): Promise<StarterRow[]> {
  const file = new URL(`./data/${model.key}.tsv`, import.meta.url)
  const [head, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n')
  const names = (head ?? '').split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    const values: Record<string, unknown> = {}
    for (const [at, name] of names.entries()) {
      const cell = cells[at]
      const field = model.fields[name]
      if (!cell || !field) continue
      values[name] = readCell[field.kind]?.(cell) ?? cell
    }
    return starterRow(model, values)
  })
}
