import type { Relation } from '@alyx/models'
import { sql } from 'kysely'
import { type ResolvedPath, resolvePath, unknownName } from './conditions-path.ts'
import { FilterError, nearest, quoted } from './filter-error.ts'
import { type FilterValue, requireStorable } from './literals.ts'
import { KEY_LOOKUPS, lookups } from './lookups.ts'
import type { Lookup, Lookups, Operand } from './lookups-operand.ts'
import { type Fragment, Scope } from './scope.ts'
import { transformNames, transforms } from './transforms.ts'

export interface ConditionOptions {
  /** Rows for which the condition is not true, rows without anything to compare included. */
  readonly negate?: boolean
  /**
   * The value is the text of a query parameter: `in` and `range` take elements separated by commas, truth values are
   * `true`, `false`, `1` or `0` in any case, and whole numbers may have a fraction.
   */
  readonly text?: boolean
}

/** A comparison with everything known but the column. */
interface Comparison {
  readonly apply: (column: Fragment) => Fragment<boolean>
  /** It is true of rows that have nothing at the end of the path. */
  readonly ofAbsent: boolean
  /**
   * Which of the rows that have nothing to compare its negation keeps: all, those without a document (a document that
   * lacks the key is neither equal nor unequal), or none.
   */
  readonly negationKeeps: 'all' | 'withoutDocument' | 'none'
}

const LISTS = new Set(['in', 'range', 'has_keys', 'has_any_keys', 'overlap', 'contained_by'])

/** The value of a query parameter, as the lookup wants it. */
function fromText(value: FilterValue, lookup: string, type: Operand['type']): FilterValue {
  if (typeof value !== 'string') return value
  if (lookup === 'isnull') {
    const truth = new Map([
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ]).get(value.toLowerCase())
    return truth ?? value
  }
  if (LISTS.has(lookup)) return value.split(',').map((one) => fromText(one.trim(), 'exact', type))
  if ((type === 'integer' || type === 'year') && /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,9})?\s*$/i.test(value))
    return { number: value.trim(), value: Number(value) }
  return value
}

function unsupported(name: string, operand: Operand, allowed: readonly string[]): FilterError {
  const all = [...allowed, ...transformNames[operand.type]]
  const near = nearest(name, all)
  const hint = near.length > 0 ? ` Did you mean ${near.map((one) => `"${one}"`).join(' or ')}?` : ''
  return new FilterError(`${quoted(name)} is not a way to compare it.${hint} Possible: ${all.join(', ')}`)
}

/** Reads the names after the column. Applied to a stand-in column first, so that every mistake is found before any SQL. */
function comparisonOf(path: ResolvedPath, given: FilterValue, options: ConditionOptions): Comparison {
  const rest = [...path.rest]
  const named = (operand: Operand): Lookups => {
    const all: Lookups = lookups[operand.type]
    return path.isKey ? Object.fromEntries(KEY_LOOKUPS.map((name) => [name, all[name]!])) : all
  }
  const reach = (column: Fragment): { operand: Operand; lookup: string } => {
    let operand: Operand = { type: path.type, sql: column, ...(path.size && { size: path.size }) }
    for (const [at, name] of rest.entries()) {
      const last = at === rest.length - 1
      if (last && Object.hasOwn(named(operand), name)) return { operand, lookup: name }
      const next = path.isKey ? undefined : transforms[operand.type](operand, name)
      if (!next) {
        if (path.target && !Object.hasOwn(lookups[operand.type], name)) throw unknownName(path.target, name)
        throw unsupported(name, operand, Object.keys(named(operand)))
      }
      operand = next
    }
    return { operand, lookup: 'exact' }
  }
  const { operand, lookup: written } = reach(sql`null`)
  const isJson = operand.type === 'json' || operand.type === 'jsonValue'
  let lookup = written
  let value = options.text ? fromText(given, lookup, operand.type) : given
  if (value === null && (lookup === 'iexact' || (lookup === 'exact' && !isJson))) {
    lookup = 'isnull'
    value = true
  }
  if (value === null && !(isJson && lookup === 'exact'))
    throw new FilterError('None can only be equal (no lookup, exact or iexact); use isnull')
  const compare: Lookup = named(operand)[lookup]!
  const final = value
  const apply = (column: Fragment) => compare(reach(column).operand, final)
  apply(sql`null`)
  return {
    apply,
    ofAbsent: lookup === 'isnull' && value === true,
    negationKeeps: value === null ? 'none' : lookup !== 'isnull' && isInside(path, operand) ? 'withoutDocument' : 'all',
  }
}

/** True when the operand is a part of a document or list that may lack it. */
function isInside(path: ResolvedPath, operand: Operand): boolean {
  return (
    operand.type === 'jsonValue' ||
    ((path.type === 'floatList' || path.type === 'integerList') && operand.type !== path.type)
  )
}

/** The tables in which rows related to the row at `fromAlias` are found, and what makes them related. */
function linked(relation: Relation, fromAlias: string, to: Scope): { join: Fragment; on: Fragment<boolean> } {
  const from = sql.ref(`${fromAlias}.${relation.fromColumn}`)
  const { through } = relation
  if (!through) return { join: sql``, on: sql`${to.own(relation.toColumn)} = ${from}` }
  const alias = to.aliases.next()
  const side = (column: string) => sql.ref(`${alias}.${column}`)
  return {
    join: sql` join ${sql.table(through.table)} as ${sql.ref(alias)} on ${side(through.toColumn)} = ${to.own(relation.toColumn)}`,
    on: sql`${side(through.fromColumn)} = ${from}`,
  }
}

/**
 * `exists (select 1 from … where <link> and <rest>)` for the first step to many rows; columns of forward steps join.
 */
function build(
  scope: Scope,
  steps: readonly Relation[],
  path: ResolvedPath,
  comparison: Comparison,
): Fragment<boolean> {
  const many = steps.findIndex((step) => step.toMany)
  if (many < 0) {
    const { alias } = scope.follow(steps.map((step) => step.name))
    return comparison.apply(sql.ref(`${alias}.${path.column}`))
  }
  const relation = steps[many]!
  const after = steps.slice(many + 1)
  const { alias } = scope.follow(steps.slice(0, many).map((step) => step.name))
  return comparison.ofAbsent
    ? absence(scope, alias, relation, after, path, comparison)
    : presence(scope, alias, relation, after, path, comparison)
}

function presence(
  scope: Scope,
  alias: string,
  relation: Relation,
  after: readonly Relation[],
  path: ResolvedPath,
  comparison: Comparison,
): Fragment<boolean> {
  const { through } = relation
  if (through && after.length === 0 && path.column === relation.toColumn) {
    // The join table holds the keys: nothing to read in the table behind it.
    const between = scope.aliases.next()
    const side = (column: string) => sql.ref(`${between}.${column}`)
    return sql`exists (select 1 from ${sql.table(through.table)} as ${sql.ref(between)} where ${side(through.fromColumn)} = ${sql.ref(`${alias}.${relation.fromColumn}`)} and ${comparison.apply(side(through.toColumn))})`
  }
  const inner = new Scope(relation.to, scope.aliases)
  const link = linked(relation, alias, inner)
  const condition = build(inner, after, path, comparison)
  // Forward joins of the inner scope are known only now.
  const from = sql`${sql.table(relation.to.table)} as ${sql.ref(inner.alias)}${link.join}${inner.joins()}`
  return sql`exists (select 1 from ${from} where ${link.on} and ${condition})`
}

/** True of rows without related rows, and of rows related to one that has nothing at the end of the path. */
function absence(
  scope: Scope,
  alias: string,
  relation: Relation,
  after: readonly Relation[],
  path: ResolvedPath,
  comparison: Comparison,
): Fragment<boolean> {
  const none = sql<boolean>`not ${related(scope, alias, relation)}`
  if (after.length === 0 && !path.nullable && path.rest.length <= 1) return none
  return sql`(${none} or ${presence(scope, alias, relation, after, path, comparison)})`
}

/** There is a related row at all. */
function related(scope: Scope, alias: string, relation: Relation): Fragment<boolean> {
  const other = scope.aliases.next()
  const { table, column } = relation.through
    ? { table: relation.through.table, column: relation.through.fromColumn }
    : { table: relation.to.table, column: relation.toColumn }
  return sql`exists (select 1 from ${sql.table(table)} as ${sql.ref(other)} where ${sql.ref(`${other}.${column}`)} = ${sql.ref(`${alias}.${relation.fromColumn}`)})`
}

/** The rows for which a condition is not true. */
function negated(scope: Scope, path: ResolvedPath, comparison: Comparison): Fragment<boolean> {
  const condition = build(scope, path.steps, path, comparison)
  const toMany = path.steps.some((step) => step.toMany)
  if (toMany) return sql`not ${condition}`
  if (comparison.negationKeeps === 'all') return sql`(${condition}) is not true`
  if (comparison.negationKeeps === 'none') return sql`not (${condition})`
  const { alias } = scope.follow(path.steps.map((step) => step.name))
  return sql`(not (${condition}) or ${sql.ref(`${alias}.${path.column}`)} is null)`
}

/**
 * One condition on the rows of a scope, with the meaning of Alyx's filters. Rows never repeat, whatever the path: forward
 * references are joined to the scope, and steps to many rows are tested with EXISTS.
 *
 * `lab__name`, 'x' gives `"t1"."name" = $1` and joins the lab; `projects__name`, 'x' gives
 * `exists (select 1 from "actions_session_projects" as "t2" join … where … and "t1"."name" = $1)`.
 *
 * @param path   names joined by two underscores, ending in a column, a relation (compares its key) or a lookup
 * @throws FilterError when a name is unknown, or a value is not of the column's type
 */
export function conditionFor(
  scope: Scope,
  path: string,
  value: FilterValue,
  options: ConditionOptions = {},
): Fragment<boolean> {
  try {
    requireStorable(path)
    requireStorable(value)
    const resolved = resolvePath(scope.model, path.split('__'))
    const comparison = comparisonOf(resolved, value, options)
    return options.negate ? negated(scope, resolved, comparison) : build(scope, resolved.steps, resolved, comparison)
  } catch (error) {
    if (error instanceof FilterError) throw new FilterError(`${path.slice(0, 200)}: ${error.message}`, error.parameter)
    throw error
  }
}
