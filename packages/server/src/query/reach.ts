import { type Model, primaryKey, type Relation, relationsOf } from '@alyx/models'
import { sql } from 'kysely'
import { stepOf } from './path.ts'
import { type Fragment, Scope } from './scope.ts'
import type { CustomLink } from './shape.ts'

/** The condition that a key is one of the page's: `"t0"."session_id" = any($1)`, or `= $1` for a page of one row. */
export type Among = (key: Fragment) => Fragment

/** A place in the tree of rows from which lists hang: the page's own rows, or rows of a list. */
export interface Anchor {
  readonly model: Model
  /** FROM clause and condition that lead from the page's rows to the anchor's rows, with a scope over them. */
  reach(among: Among): { readonly from: Fragment; readonly where: Fragment; readonly scope: Scope }
  readonly isRoot: boolean
}

export interface Reached {
  readonly from: Fragment
  readonly where: Fragment
  /** Scope of the rows reached; its own joins are not in `from` yet. */
  readonly scope: Scope
  /** Key of the anchor's row that a reached row belongs to. */
  readonly key: Fragment
  /** Order in which rows were linked, where a join table remembers it. */
  readonly throughOrder?: Fragment
}

/** Goes from an anchor along a path whose steps may lead to many rows. */
export function walk(anchor: Anchor, steps: readonly string[], among: Among): Reached {
  const direct = anchor.isRoot && steps.length === 1 ? directly(anchor.model, steps[0]!, among) : undefined
  if (direct) return direct
  const start = anchor.reach(among)
  const key = start.scope.key
  let scope = start.scope
  let from = start.from
  let throughOrder: Fragment | undefined
  const forwardSteps: string[] = []
  for (const name of steps) {
    const at = scope.follow(forwardSteps)
    const relation = stepRelation(at.model, name)
    if (!relation) throw new Error(`${at.model.key} has no step "${name}"`)
    if (!relation.toMany) {
      forwardSteps.push(name)
      continue
    }
    const next = new Scope(relation.to, scope.aliases)
    const joined = joinMany(relation, at.alias, next)
    from = sql`${from}${scope.joins()} ${joined.join}`
    throughOrder = joined.throughOrder
    scope = next
    forwardSteps.length = 0
  }
  if (forwardSteps.length > 0) throw new Error(`the path ${steps.join('.')} does not end at many rows`)
  return { from, where: start.where, scope, key, ...(throughOrder && { throughOrder }) }
}

/** The common case without the anchor's own table: rows that refer to the page's rows, plainly or through a join table. */
function directly(model: Model, name: string, among: Among): Reached | undefined {
  const relation = relationsOf(model).get(name)
  if (!relation?.toMany || relation.fromColumn !== primaryKey(model).column) return undefined
  const scope = new Scope(relation.to)
  const table = sql`${sql.table(relation.to.table)} as ${sql.ref(scope.alias)}`
  if (!relation.through) {
    const key = scope.own(relation.toColumn)
    return { from: table, where: among(key), scope, key }
  }
  const through = scope.aliases.next()
  const key = sql.ref(`${through}.${relation.through.fromColumn}`)
  const on = sql`${scope.own(relation.toColumn)} = ${sql.ref(`${through}.${relation.through.toColumn}`)}`
  return {
    from: sql`${sql.table(relation.through.table)} as ${sql.ref(through)} join ${table} on ${on}`,
    where: among(key),
    scope,
    key,
    throughOrder: sql.ref(`${through}.id`),
  }
}

export function walkCustom(anchor: Anchor, lead: readonly string[], custom: CustomLink, among: Among): Reached {
  if (lead.length > 0) throw new Error('a list of its own condition hangs from rows, not from an object')
  const start = anchor.reach(among)
  const scope = new Scope(custom.to, start.scope.aliases)
  const on = custom.on(scope, start.scope)
  const from = sql`${start.from}${start.scope.joins()} join ${sql.table(custom.to.table)} as ${sql.ref(scope.alias)} on ${on}`
  return { from, where: start.where, scope, key: start.scope.key }
}

/** Parts a path behind its last step to many rows: `labmembership.lab.name` into `[labmembership]` and `lab.name`. */
export function splitAfterMany(model: Model, path: readonly string[]): { steps: readonly string[]; last: string } {
  let at = model
  let split = 0
  for (const [index, name] of path.slice(0, -1).entries()) {
    const relation = stepRelation(at, name)
    if (!relation) break
    at = relation.to
    if (relation.toMany) split = index + 1
  }
  if (split === 0) throw new Error(`${model.key} has no step to many rows in "${path.join('.')}"`)
  return { steps: path.slice(0, split), last: path.slice(split).join('.') }
}

function stepRelation(model: Model, name: string): Relation | undefined {
  const step = stepOf(model, name)
  return step?.is === 'relation' ? step.relation : undefined
}

function joinMany(relation: Relation, fromAlias: string, next: Scope): { join: Fragment; throughOrder?: Fragment } {
  const from = sql.ref(`${fromAlias}.${relation.fromColumn}`)
  const table = sql`${sql.table(relation.to.table)} as ${sql.ref(next.alias)}`
  if (!relation.through) return { join: sql`join ${table} on ${next.own(relation.toColumn)} = ${from}` }
  const alias = next.aliases.next()
  const through = sql`join ${sql.table(relation.through.table)} as ${sql.ref(alias)} on ${sql.ref(`${alias}.${relation.through.fromColumn}`)} = ${from}`
  return {
    join: sql`${through} join ${table} on ${next.own(relation.toColumn)} = ${sql.ref(`${alias}.${relation.through.toColumn}`)}`,
    throughOrder: sql.ref(`${alias}.id`),
  }
}
