import { type ColumnField, type Model, primaryKey, type Relation, relationsOf, type ValueKind } from '@alyx/models'
import { sql } from 'kysely'
import { orderBy, totalOrder } from './order.ts'
import { stepOf } from './path.ts'
import { Aliases, type Fragment, Scope } from './scope.ts'
import type { Batch, CustomLink, DerivedPart, LabelPart, Part, RowsPart, Shape, ValuesPart } from './shape.ts'

/** Where each value of a representation is found in the rows that the statements give. */
export type Layout = readonly (readonly [name: string, Place])[]
export type Place =
  | { readonly at: 'column'; readonly index: number; readonly kind: ValueKind; readonly whenNull?: string }
  | {
      readonly at: 'label'
      readonly index: number
      readonly labels: ReadonlyMap<string, string>
      readonly otherwise: string
    }
  | { readonly at: 'link'; readonly index: number; readonly route: string }
  | { readonly at: 'values'; readonly branch: number; readonly kind: ValueKind }
  | { readonly at: 'rows'; readonly branch: number; readonly layout: Layout }
  | { readonly at: 'object'; readonly index: number; readonly layout: Layout }
  | {
      readonly at: 'derived'
      readonly indexes: readonly number[]
      readonly kind: ValueKind
      readonly make: DerivedPart['make']
    }
  | { readonly at: 'batch'; readonly batch: Batch; readonly name: string; readonly kind: ValueKind }

/** One nested list of a representation, as a branch of the statement that fetches all of them. */
interface Branch {
  readonly selects: Fragment[]
  /** `select <branch>, <key of the row it belongs to>, … from …`, given the keys of the page. */
  build(ids: Fragment, width: number): Fragment
}

export interface CompiledShape {
  readonly model: Model
  /** Scope of the rows' own statement. */
  readonly scope: Scope
  /** Columns of that statement; the first is the primary key. */
  readonly selects: readonly Fragment[]
  readonly layout: Layout
  readonly batches: readonly Batch[]
  /**
   * The statement for everything nested, or undefined when nothing is: rows of
   * `[branch, key of the owner, values…]`, all as text, each branch in its own order.
   *
   * One statement instead of one per list keeps the number of statements fixed and small; the casts to text cost
   * nothing, because PostgreSQL sends text anyway.
   */
  nested(ids: Fragment): Fragment | undefined
}

/** A place in the tree of rows from which lists hang: the page's own rows, or rows of a list. */
interface Anchor {
  readonly model: Model
  /** FROM clause and condition that lead from the page's keys to the anchor's rows, with a scope over them. */
  reach(ids: Fragment): { readonly from: Fragment; readonly where: Fragment; readonly scope: Scope }
  readonly isRoot: boolean
}

class Compiler {
  readonly branches: Branch[] = []
  readonly batches = new Set<Batch>()

  layout(shape: Shape, scope: Scope, selects: Fragment[], anchor: Anchor, prefix: string): Layout {
    const place = (part: Part): Place => {
      const select = (fragment: Fragment): number => selects.push(fragment) - 1
      const at = (path: string) => scope.column(prefix + path)
      switch (part.part) {
        case 'column': {
          const { sql: column, field, name, model } = at(part.path)
          const whenNull = part.whenNull === undefined ? {} : { whenNull: part.whenNull }
          return { at: 'column', index: select(column), kind: valueKind(field, name, model), ...whenNull }
        }
        case 'label':
          return {
            at: 'label',
            index: select(at(part.path).sql),
            labels: labelsOf(at(part.path).field, part),
            otherwise: part.otherwise,
          }
        case 'link':
          return { at: 'link', index: select(at(part.path).sql), route: part.route }
        case 'computed':
          if (part.make) {
            const { make } = part
            return {
              at: 'derived',
              indexes: [select(part.sql(scope))],
              kind: part.kind,
              make: ([text]) => make(text ?? null),
            }
          }
          return { at: 'column', index: select(part.sql(scope)), kind: part.kind }
        case 'derived':
          return {
            at: 'derived',
            indexes: part.paths.map((path) => select(at(path).sql)),
            kind: part.kind,
            make: part.make,
          }
        case 'batch':
          this.batches.add(part.batch)
          return { at: 'batch', batch: part.batch, name: part.name, kind: part.kind }
        case 'object': {
          const index = select(at(part.path).sql)
          return {
            at: 'object',
            index,
            layout: this.layout(part.shape, scope, selects, anchor, `${prefix}${part.path}.`),
          }
        }
        case 'values':
          return { at: 'values', ...this.values(part, anchor, prefix) }
        case 'rows':
          return { at: 'rows', ...this.rows(part, anchor, prefix) }
      }
    }
    return Object.entries(shape).map(([name, part]): readonly [string, Place] => [name, place(part)])
  }

  values(part: ValuesPart, anchor: Anchor, prefix: string): { branch: number; kind: ValueKind } {
    const { steps, last } = part.value
      ? { steps: (prefix + part.path).split('.'), last: undefined }
      : splitAfterMany(anchor.model, (prefix + part.path).split('.'))
    // Walked once on a scratch scope to learn the kind; walked again for each statement.
    const target = walk(anchor, steps, sql`null`).scope
    const column = last === undefined ? undefined : target.column(last)
    const kind = part.value?.kind ?? valueKind(column!.field, column!.name, column!.model)
    const selects: Fragment[] = [sql`null`]
    const branch = this.branches.length
    this.branches.push({
      selects,
      build(ids, width) {
        const { from, where, scope, key, throughOrder } = walk(anchor, steps, ids)
        const value = part.value ? part.value.sql(scope) : scope.column(last!).sql
        const order = part.order ?? (scope.model.ordering?.length ? scope.model.ordering : undefined)
        const ordering = order ? orderBy(scope, order) : (throughOrder ?? scope.key)
        const conditions = part.where ? sql`${where} and ${part.where(scope, scope)}` : where
        if (part.distinct)
          return sql`(select ${sql.lit(branch)}::int, ${key}::text, ${value}::text${padding(width - 1)} from ${from}${scope.joins()} where ${conditions} group by ${key}, ${value} order by ${value})`
        return sql`(select ${sql.lit(branch)}::int, ${key}::text, ${value}::text${padding(width - 1)} from ${from}${scope.joins()} where ${conditions} order by ${ordering})`
      },
    })
    return { branch, kind }
  }

  rows(part: RowsPart, anchor: Anchor, prefix: string): { branch: number; layout: Layout } {
    const branch = this.branches.length
    const lead = prefix === '' ? [] : prefix.slice(0, -1).split('.')
    const reach = (ids: Fragment) =>
      typeof part.link === 'string'
        ? walk(anchor, [...lead, ...part.link.split('.')], ids)
        : walkCustom(anchor, lead, part.link, ids)
    const selects: Fragment[] = []
    const entry: { selects: Fragment[]; build: Branch['build'] } = { selects, build: () => sql`null` }
    this.branches.push(entry)
    const scratch = reach(sql`null`)
    const inner: Anchor = {
      model: scratch.scope.model,
      isRoot: false,
      reach(ids) {
        const { from, where, scope } = reach(ids)
        return { from, where: part.where ? sql`${where} and ${part.where(scope)}` : where, scope }
      },
    }
    selects.push(scratch.scope.key)
    const layout = this.layout(part.shape, scratch.scope, selects, inner, '')
    entry.build = (ids, width) => {
      const { from, where, scope, key, throughOrder } = reach(ids)
      const own: Fragment[] = [scope.key]
      // The same walk over the same shape gives the same columns; branches inside it are known already.
      new Compiler().layout(part.shape, scope, own, inner, '')
      const order = part.order ?? scope.model.ordering
      const ordering = order?.length ? orderBy(scope, totalOrder(scope.model, order)) : (throughOrder ?? scope.key)
      const conditions = part.where ? sql`${where} and ${part.where(scope)}` : where
      const texts = sql.join(own.map((one) => sql`(${one})::text`))
      return sql`(select ${sql.lit(branch)}::int, ${key}::text, ${texts}${padding(width - own.length)} from ${from}${scope.joins()} where ${conditions} order by ${ordering})`
    }
    return { branch, layout }
  }
}

const padding = (width: number): Fragment =>
  width > 0 ? sql`, ${sql.join(Array.from({ length: width }, () => sql`null::text`))}` : sql``

interface Reached {
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
function walk(anchor: Anchor, steps: readonly string[], ids: Fragment): Reached {
  const direct = anchor.isRoot && steps.length === 1 ? directly(anchor.model, steps[0]!, ids) : undefined
  if (direct) return direct
  const start = anchor.reach(ids)
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
function directly(model: Model, name: string, ids: Fragment): Reached | undefined {
  const relation = relationsOf(model).get(name)
  if (!relation?.toMany || relation.fromColumn !== primaryKey(model).column) return undefined
  const scope = new Scope(relation.to)
  const table = sql`${sql.table(relation.to.table)} as ${sql.ref(scope.alias)}`
  if (!relation.through) {
    const key = scope.own(relation.toColumn)
    return { from: table, where: sql`${key} = any(${ids})`, scope, key }
  }
  const through = scope.aliases.next()
  const key = sql.ref(`${through}.${relation.through.fromColumn}`)
  const on = sql`${scope.own(relation.toColumn)} = ${sql.ref(`${through}.${relation.through.toColumn}`)}`
  return {
    from: sql`${sql.table(relation.through.table)} as ${sql.ref(through)} join ${table} on ${on}`,
    where: sql`${key} = any(${ids})`,
    scope,
    key,
    throughOrder: sql.ref(`${through}.id`),
  }
}

function walkCustom(anchor: Anchor, lead: readonly string[], custom: CustomLink, ids: Fragment): Reached {
  if (lead.length > 0) throw new Error('a list of its own condition hangs from rows, not from an object')
  const start = anchor.reach(ids)
  const scope = new Scope(custom.to, start.scope.aliases)
  const on = custom.on(scope, start.scope)
  const from = sql`${start.from}${start.scope.joins()} join ${sql.table(custom.to.table)} as ${sql.ref(scope.alias)} on ${on}`
  return { from, where: start.where, scope, key: start.scope.key }
}

/** Parts a path behind its last step to many rows: `labmembership.lab.name` into `[labmembership]` and `lab.name`. */
function splitAfterMany(model: Model, path: readonly string[]): { steps: readonly string[]; last: string } {
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

/** Kind of the value that a column holds; a reference holds the kind of the key it refers to. */
function valueKind(field: ColumnField, name: string, model: Model): ValueKind {
  if (field.kind !== 'reference') return field.kind
  const relation = relationsOf(model).get(name.replace(/_id$/, '')) ?? relationsOf(model).get(name)
  if (!relation) throw new Error(`${model.key} has no reference "${name}"`)
  const key = primaryKey(relation.to)
  return valueKind(key.field, key.name, relation.to)
}

function labelsOf(field: ColumnField, part: LabelPart): ReadonlyMap<string, string> {
  if (field.kind !== 'level' && field.kind !== 'choice') throw new Error(`"${part.path}" has no labels`)
  return new Map(field.choices.map(([value, text]) => [String(value), text]))
}

/** Prepares a representation of a model: what to select, what to fetch beside it, where each value will be. */
export function compileShape(model: Model, shape: Shape): CompiledShape {
  const compiler = new Compiler()
  const scope = new Scope(model)
  const selects: Fragment[] = [scope.key]
  const root: Anchor = {
    model,
    isRoot: true,
    reach(ids) {
      const own = new Scope(model, new Aliases())
      return {
        from: sql`${sql.table(model.table)} as ${sql.ref(own.alias)}`,
        where: sql`${own.key} = any(${ids})`,
        scope: own,
      }
    },
  }
  const layout = compiler.layout(shape, scope, selects, root, '')
  const width = Math.max(0, ...compiler.branches.map(({ selects: own }) => own.length))
  return {
    model,
    scope,
    selects,
    layout,
    batches: [...compiler.batches],
    nested: (ids) =>
      compiler.branches.length === 0
        ? undefined
        : sql.join(
            compiler.branches.map((branch) => branch.build(ids, width)),
            sql` union all `,
          ),
  }
}
