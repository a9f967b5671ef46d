import { type ColumnField, type Model, primaryKey, type Relation, relationsOf } from '@alyx/models'
import { FilterError, nearest, quoted } from './filter-error.ts'
import { operandTypes } from './lookups.ts'
import type { Operand, OperandType } from './lookups-operand.ts'
import { namesOf, stepOf } from './path.ts'

/** Where the names of a filter path lead: over which relations, to which column, and what is left after it. */
export interface ResolvedPath {
  readonly steps: readonly Relation[]
  readonly column: string
  readonly type: OperandType
  readonly size?: NonNullable<Operand['size']>
  /** The column may be NULL in a row that exists. */
  readonly nullable: boolean
  /** The column refers to a row: only keys are compared. */
  readonly isKey: boolean
  /** Where the path ends when it ends at a relation. */
  readonly target?: Model
  /** Names after the column: transforms and a lookup. */
  readonly rest: readonly string[]
}

const MAX_STEPS = 16
const MAX_NAMES = 64

/**
 * Credentials, as table and column, or whole tables. Declared fields say `secret` themselves; this list stands behind
 * them, so that a forgotten word in a declaration opens nothing. Copies of records kept by the version control of the
 * reference application may hold any column, hence its `serialized_data`.
 */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'misc_labmember.password',
  'authtoken_token.key',
  'django_session.session_key',
  'django_session.session_data',
  'reversion_version.serialized_data',
])

/** Whether a column of a model's own table is a credential, or may hold one. */
export function isCredential(model: Model, column: string, field: ColumnField): boolean {
  return field.secret === true || CREDENTIALS.has(`${model.table}.${column}`)
}

/** A table whose key is a credential is no place for a filter to go: naming its rows names their keys. */
export function isHidden(model: Model): boolean {
  const { column, field } = primaryKey(model)
  return isCredential(model, column, field)
}

/** What `stepOf` says, without credentials. */
export function visibleStep(model: Model, name: string): ReturnType<typeof stepOf> {
  const step = stepOf(model, name)
  if (step?.is === 'column' && isCredential(model, step.column, step.field)) return undefined
  if (step?.is === 'relation' && isHidden(step.relation.to)) return undefined
  return step
}

/** Names that a filter path may begin with on a model, sorted. */
function filterNames(model: Model): string[] {
  return namesOf(model).filter((name) => visibleStep(model, name) !== undefined)
}

/** The refusal of a name that no field of the model has. */
export function unknownName(model: Model, name: string): FilterError {
  const names = filterNames(model)
  const near = nearest(name, names)
  const hint = near.length > 0 ? ` Did you mean ${near.map((one) => `"${one}"`).join(' or ')}?` : ''
  return new FilterError(`no field of ${model.label} is called ${quoted(name)}.${hint} Fields: ${names.join(', ')}`)
}

/** Type and size of a column; a reference has those of the key that it refers to. */
function columnType(model: Model, field: ColumnField, column: string): Pick<ResolvedPath, 'type' | 'size'> {
  if (field.kind === 'reference') {
    const relation = [...relationsOf(model).values()].find((one) => !one.reverse && one.fromColumn === column)
    if (!relation) throw new Error(`${model.key} has no relation behind "${column}"`)
    const key = primaryKey(relation.to)
    return columnType(relation.to, key.field, key.column)
  }
  const type = operandTypes[field.kind]
  return 'size' in field ? { type, size: field.size } : { type }
}

/** The end of a path at a relation: the key of the row it leads to. */
function keyOf(steps: readonly Relation[], rest: readonly string[]): ResolvedPath {
  const last = steps.at(-1)!
  const { field, column } = primaryKey(last.to)
  return trimmed({
    steps,
    column,
    ...columnType(last.to, field, column),
    nullable: false,
    isKey: true,
    target: last.to,
    rest,
  })
}

/** The column that holds a reference holds the key as well: no need to visit the row. */
function trimmed(path: ResolvedPath): ResolvedPath {
  const last = path.steps.at(-1)
  if (!last || last.toMany || last.reverse || path.column !== last.toColumn) return path
  return { ...path, steps: path.steps.slice(0, -1), column: last.fromColumn, nullable: last.optional }
}

/**
 * Resolves a filter path over the declared relations.
 * @param names  the path split at its double underscores
 * @throws FilterError when a name does not exist; credentials do not
 */
export function resolvePath(start: Model, names: readonly string[]): ResolvedPath {
  if (names.length > MAX_NAMES) throw new FilterError(`a path may have ${MAX_NAMES} names at most`)
  const steps: Relation[] = []
  let model = start
  for (let at = 0; at < names.length; at++) {
    const name = names[at]!
    let step = visibleStep(model, name)
    while (step?.is === 'inherited') {
      steps.push(step.parent)
      model = step.parent.to
      step = visibleStep(model, name)
    }
    if (step?.is === 'column') {
      const { field, column } = step
      return trimmed({
        steps,
        column,
        ...columnType(model, field, column),
        nullable: field.nullable === true,
        isKey: field.kind === 'reference',
        rest: names.slice(at + 1),
      })
    }
    if (!step) {
      if (at === 0 || steps.at(-1)?.to !== model) throw unknownName(model, name)
      return keyOf(steps, names.slice(at))
    }
    steps.push(step.relation)
    model = step.relation.to
    if (steps.length > MAX_STEPS) throw new FilterError(`a path may cross ${MAX_STEPS} relations at most`)
  }
  return keyOf(steps, [])
}
