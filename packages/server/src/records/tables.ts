import {
  type ColumnField,
  columnFields,
  columnName,
  type ManyField,
  type Model,
  parentOf,
  primaryKey,
} from '@alyx/models'

/** One column of a record. */
export interface Column {
  readonly name: string
  /** Name of the field that it holds. */
  readonly fieldName: string
  readonly field: ColumnField
}

/** One of the tables that a record lies in. */
export interface Table {
  readonly model: Model
  /** Column that holds the key of the record. */
  readonly key: string
  readonly columns: readonly Column[]
}

const known = new WeakMap<Model, readonly Table[]>()
const knownColumns = new WeakMap<Model, readonly Column[]>()

/** Tables of a model: its own and, in front of it, that of the model that it extends. */
export function tablesOf(model: Model): readonly Table[] {
  let tables = known.get(model)
  if (!tables) {
    const parent = parentOf(model)
    const columns = columnFields(model).map(([fieldName, field]) => ({
      name: columnName(fieldName, field),
      fieldName,
      field,
    }))
    tables = [...(parent ? tablesOf(parent) : []), { model, key: primaryKey(model).column, columns }]
    known.set(model, tables)
  }
  return tables
}

/** All columns of a record; a column of the model itself hides one of the same name of the model that it extends. */
export function columnsOf(model: Model): readonly Column[] {
  let columns = knownColumns.get(model)
  if (!columns) {
    columns = tablesOf(model).flatMap((table) => table.columns)
    knownColumns.set(model, columns)
  }
  return columns
}

/** The many-to-many field of a record, and the model that declares it. */
export function manyField(
  model: Model,
  name: string,
): { readonly field: ManyField; readonly owner: Model } | undefined {
  const owner = tablesOf(model)
    .map((table) => table.model)
    .find((one) => one.fields[name]?.kind === 'many')
  return owner && { field: owner.fields[name] as ManyField, owner }
}
