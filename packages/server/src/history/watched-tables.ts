import { all, columnFields, columnName, joinTable, type Model, modelNamed, parentOf, primaryKey } from '@alyx/models'

/** A table whose changes the history remembers: that of a model, or the one that holds the links of a field. */
export interface WatchedTable {
  readonly table: string
  readonly model: Model
  /** Column that holds the key of the record: of the row itself, or of the record that a link belongs to. */
  readonly keyColumn: string
  /** For links: the field, and the column of the record at the other end. */
  readonly links?: { readonly field: string; readonly otherColumn: string; readonly to: Model }
}

/** Of the framework's own tables only the groups say something about the laboratory: who may do what. */
const isWatched = ({ framework, key }: Model): boolean => !framework || key === 'auth.group'

/** Every table whose changes are remembered. Credentials, sign-ins and logs are not among them. */
export const watchedTables: readonly WatchedTable[] = all.filter(isWatched).flatMap((model) => [
  { table: model.table, model, keyColumn: primaryKey(model).column },
  ...Object.entries(model.fields).flatMap(([name, field]): WatchedTable[] => {
    // What stands between as a model of its own has a history of its own.
    if (field.kind !== 'many' || field.through) return []
    const { table, fromColumn, toColumn } = joinTable(model, name, field)
    return [
      { table, model, keyColumn: fromColumn, links: { field: name, otherColumn: toColumn, to: modelNamed(field.to) } },
    ]
  }),
])

const byTable = new Map(watchedTables.map((watched) => [watched.table, watched]))
const watchedModels = new Map(watchedTables.map(({ model }) => [model.key, model]))

/** What a table of the history stands for; undefined for one that was watched once and is no more. */
export const watchedTable = (table: string): WatchedTable | undefined => byTable.get(table)

/** Names of the models that have a history. */
export const modelsWithHistory: readonly string[] = [...watchedModels.keys()]

/** The model of this name that has a history. */
export const modelWithHistory = (key: string): Model | undefined => watchedModels.get(key)

/** The tables that hold a record of the model: its own, those of the models it extends, and those of its links. */
export function tablesOfRecord(model: Model): readonly WatchedTable[] {
  const parent = parentOf(model)
  return [...(parent ? tablesOfRecord(parent) : []), ...watchedTables.filter(({ model: of }) => of.key === model.key)]
}

/** Columns of the model's table whose values nobody may see. */
export const secretColumns = (model: Model): readonly string[] =>
  columnFields(model)
    .filter(([, { secret }]) => secret)
    .map(([name, field]) => columnName(name, field))

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
const WHOLE_NUMBER = /^\d{1,18}$/

/** Whether a text can be the key of a record of the model at all. */
export const canBeKey = (model: Model, key: string): boolean =>
  ['identity', 'integer'].includes(primaryKey(model).field.kind) ? WHOLE_NUMBER.test(key) : UUID.test(key)
