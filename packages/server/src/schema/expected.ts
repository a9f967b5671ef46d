import {
  type ColumnField,
  columnFields,
  columnName,
  columnOf,
  columnOrder,
  hasColumn,
  joinTable,
  type ManyField,
  type Model,
  modelNamed,
  primaryKey,
  type UniqueSet,
} from '@alyx/models'
import { columnType, prefixOperators } from './columns.ts'
import { quoted } from './identifiers.ts'
import { derivedName, implicitName } from './names.ts'
import { byName, type Column, type Constraint, type Index, type Schema, type Sequence, type Table } from './shape.ts'

const listed = (columns: readonly string[]) => columns.map(quoted).join(', ')

const btree = (columns: string, where = '') => `USING btree (${columns})${where}`

function primary(table: string, column: string): Constraint {
  return { name: `${table}_pkey`, kind: 'primary key', definition: `PRIMARY KEY (${quoted(column)})` }
}

function foreign(table: string, column: string, to: Model): Constraint {
  const key = primaryKey(to).column
  return {
    name: derivedName(table, [column], `_fk_${to.table}_${key}`),
    kind: 'foreign key',
    definition: `FOREIGN KEY (${quoted(column)}) REFERENCES ${quoted(to.table)}(${quoted(key)}) DEFERRABLE INITIALLY DEFERRED`,
  }
}

const notNegative = (table: string, column: string): Constraint => ({
  name: implicitName(table, column, 'check'),
  kind: 'check',
  definition: `CHECK ((${quoted(column)} >= 0))`,
})

const unique = (name: string, columns: readonly string[]): Constraint => ({
  name,
  kind: 'unique',
  definition: `UNIQUE (${listed(columns)})`,
})

const plainIndex = (table: string, column: string): Index => ({
  name: derivedName(table, [column]),
  definition: btree(quoted(column)),
  unique: false,
})

/** The second index of a text that is looked up by prefix: every key, unique or indexed text has one. */
const prefixIndex = (table: string, column: string, operators: string): Index => ({
  name: derivedName(table, [column], '_like'),
  definition: btree(`${quoted(column)} ${operators}`),
  unique: false,
})

function columnConstraints(model: Model, column: string, field: ColumnField): Constraint[] {
  const { table } = model
  const found: Constraint[] = []
  if (field.primaryKey) found.push(primary(table, column))
  else if (isUnique(field)) found.push(unique(implicitName(table, column, 'key'), [column]))
  if ('positive' in field && field.positive) found.push(notNegative(table, column))
  if (field.kind === 'reference' && !field.unconstrained) found.push(foreign(table, column, modelNamed(field.to)))
  return found
}

const isUnique = (field: ColumnField) => field.unique === true || (field.kind === 'reference' && field.single === true)

function columnIndexes(table: string, column: string, field: ColumnField): Index[] {
  const found: Index[] = []
  const alreadyUnique = field.primaryKey === true || isUnique(field)
  const indexed = field.indexed === true || field.kind === 'reference'
  if (indexed && !alreadyUnique) found.push(plainIndex(table, column))
  const operators = field.kind === 'reference' ? undefined : prefixOperators(columnType(field))
  if (operators && (indexed || alreadyUnique)) found.push(prefixIndex(table, column, operators))
  return found
}

const columnsOf = (model: Model, fields: readonly string[]) => fields.map((name) => columnOf(model, name))

function uniqueSet(model: Model, set: UniqueSet): { constraint: Constraint } | { index: Index } {
  const columns = columnsOf(model, set.fields)
  const name = set.name ?? derivedName(model.table, columns, '_uniq')
  if (!set.when) return { constraint: unique(name, columns) }
  const where = ` WHERE (${quoted(columnOf(model, set.when.field))} IS ${set.when.present ? 'NOT NULL' : 'NULL'})`
  return { index: { name, definition: btree(listed(columns), where), unique: true } }
}

/** PostgreSQL prints the bound of a float column as a cast number. */
const atLeast = (model: Model, check: { field: string; atLeast: number; name: string }): Constraint => ({
  name: check.name,
  kind: 'check',
  definition: `CHECK ((${quoted(columnOf(model, check.field))} >= (${check.atLeast.toFixed(1)})::double precision))`,
})

function modelTable(model: Model): Table {
  const fields = new Map(columnFields(model).map(([name, field]) => [columnName(name, field), field]))
  const columns: Column[] = columnOrder(model).map((name) => {
    const field = fields.get(name)
    if (!field) throw new Error(`${model.key}: the order on disk names "${name}", which no field has`)
    const identity = field.kind === 'identity'
    return { name, type: columnType(field), nullable: field.nullable === true, identity, default: null }
  })
  if (columns.length !== fields.size) throw new Error(`${model.key}: the order on disk leaves out a column`)

  const entries = [...fields]
  const sets = (model.unique ?? []).map((set) => uniqueSet(model, set))
  return {
    name: model.table,
    columns,
    constraints: [
      ...entries.flatMap(([column, field]) => columnConstraints(model, column, field)),
      ...sets.flatMap((set) => ('constraint' in set ? [set.constraint] : [])),
      ...(model.checks ?? []).map((check) => atLeast(model, check)),
    ].sort(byName),
    indexes: [
      ...entries.flatMap(([column, field]) => columnIndexes(model.table, column, field)),
      ...sets.flatMap((set) => ('index' in set ? [set.index] : [])),
      ...(model.indexes ?? []).map(({ name, fields }) => ({
        name,
        definition: btree(listed(columnsOf(model, fields))),
        unique: false,
      })),
    ].sort(byName),
  }
}

function manyTable(model: Model, name: string, field: ManyField): Table {
  const { table, fromColumn, toColumn } = joinTable(model, name, field)
  const to = modelNamed(field.to)
  const side = (column: string, key: ColumnField): Column => ({
    name: column,
    type: columnType(key),
    nullable: false,
    identity: false,
    default: null,
  })
  return {
    name: table,
    columns: [
      { name: 'id', type: 'integer', nullable: false, identity: true, default: null },
      side(fromColumn, primaryKey(model).field),
      side(toColumn, primaryKey(to).field),
    ],
    constraints: [
      primary(table, 'id'),
      unique(derivedName(table, [fromColumn, toColumn], '_uniq'), [fromColumn, toColumn]),
      foreign(table, fromColumn, model),
      foreign(table, toColumn, to),
    ].sort(byName),
    indexes: [plainIndex(table, fromColumn), plainIndex(table, toColumn)].sort(byName),
  }
}

const joinTables = (model: Model): Table[] =>
  Object.entries(model.fields).flatMap(([name, field]) =>
    !hasColumn(field) && field.kind === 'many' && !field.through ? [manyTable(model, name, field)] : [],
  )

const sequencesOf = (table: Table): Sequence[] =>
  table.columns
    .filter((column) => column.identity)
    .map(({ name, type }) => ({
      name: implicitName(table.name, name, 'seq'),
      type,
      ownedBy: `${table.name}.${name}`,
    }))

/**
 * The tables that the declarations stand for, exactly as a freshly migrated Alyx 3.6.1 database has them: columns in
 * their order on disk, constraints and indexes with Django's names, join tables, sequences of identity columns.
 */
export function expectedSchema(models: readonly Model[]): Schema {
  const tables = models.flatMap((model) => [modelTable(model), ...joinTables(model)]).sort(byName)
  return { tables, sequences: tables.flatMap(sequencesOf).sort(byName), others: [] }
}
