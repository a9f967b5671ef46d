import { type ColumnField, type Model, primaryKey, relationsOf, type ValueKind } from '@alyx/models'
import { sql } from 'kysely'
import { orderBy, totalOrder } from './order.ts'
import { type Among, type Anchor, splitAfterMany, walk, walkCustom } from './reach.ts'
import { Aliases, type Fragment, Scope, type ScopedColumn } from './scope.ts'
import { Selected } from './selected.ts'
import type { Batch, DerivedPart, LabelPart, Part, RowsPart, Shape, ValuesPart } from './shape.ts'

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
  /** `plain`: the value is made of characters that stand in an address as they are. */
  | { readonly at: 'link'; readonly index: number; readonly route: string; readonly plain: boolean }
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
  /** How many columns it has besides the first two. */
  readonly width: number
  /** `select <branch>, <key of the row it belongs to>, … from …` for the rows of the page. */
  build(among: Among, width: number): Fragment
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
  nested(among: Among): Fragment | undefined
}

class Compiler {
  readonly branches: Branch[] = []
  readonly batches = new Set<Batch>()

  layout(shape: Shape, scope: Scope, selected: Selected, anchor: Anchor, prefix: string): Layout {
    const place = (part: Part): Place => {
      const at = (path: string) => scope.column(prefix + path)
      const select = (path: string): number => selected.column(at(path))
      switch (part.part) {
        case 'column': {
          const { field, name, model } = at(part.path)
          const whenNull = part.whenNull === undefined ? {} : { whenNull: part.whenNull }
          return { at: 'column', index: select(part.path), kind: valueKind(field, name, model), ...whenNull }
        }
        case 'label':
          return {
            at: 'label',
            index: select(part.path),
            labels: labelsOf(at(part.path).field, part),
            otherwise: part.otherwise,
          }
        case 'link':
          return { at: 'link', index: select(part.path), route: part.route, plain: isPlain(at(part.path)) }
        case 'computed':
          if (part.make) {
            const { make } = part
            return {
              at: 'derived',
              indexes: [selected.computed(part.sql, scope)],
              kind: part.kind,
              make: ([text]) => make(text ?? null),
            }
          }
          return { at: 'column', index: selected.computed(part.sql, scope), kind: part.kind }
        case 'derived':
          return {
            at: 'derived',
            indexes: part.paths.map(select),
            kind: part.kind,
            make: part.make,
          }
        case 'batch':
          this.batches.add(part.batch)
          return { at: 'batch', batch: part.batch, name: part.name, kind: part.kind }
        case 'object': {
          const index = select(part.path)
          return {
            at: 'object',
            index,
            layout: this.layout(part.shape, scope, selected, anchor, `${prefix}${part.path}.`),
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
    const target = walk(anchor, steps, none).scope
    const column = last === undefined ? undefined : target.column(last)
    const kind = part.value?.kind ?? valueKind(column!.field, column!.name, column!.model)
    const branch = this.branches.length
    this.branches.push({
      width: 1,
      build(among, width) {
        const { from, where, scope, key, throughOrder } = walk(anchor, steps, among)
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
    const reach = (among: Among) =>
      typeof part.link === 'string'
        ? walk(anchor, [...lead, ...part.link.split('.')], among)
        : walkCustom(anchor, lead, part.link, among)
    const scratch = reach(none)
    const inner: Anchor = {
      model: scratch.scope.model,
      isRoot: false,
      reach(among) {
        const { from, where, scope } = reach(among)
        return { from, where: part.where ? sql`${where} and ${part.where(scope)}` : where, scope }
      },
    }
    const entry = { width: 0, build: (_: Among, __: number): Fragment => sql`null` }
    this.branches.push(entry)
    const selected = new Selected(scratch.scope)
    const layout = this.layout(part.shape, scratch.scope, selected, inner, '')
    entry.width = selected.fragments.length
    entry.build = (among, width) => {
      const { from, where, scope, key, throughOrder } = reach(among)
      // The same walk over the same shape gives the same columns; branches inside it are known already.
      const own = new Selected(scope)
      new Compiler().layout(part.shape, scope, own, inner, '')
      const order = part.order ?? scope.model.ordering
      const ordering = order?.length ? orderBy(scope, totalOrder(scope.model, order)) : (throughOrder ?? scope.key)
      const conditions = part.where ? sql`${where} and ${part.where(scope)}` : where
      const texts = sql.join(own.fragments.map((one) => sql`(${one})::text`))
      return sql`(select ${sql.lit(branch)}::int, ${key}::text, ${texts}${padding(width - own.fragments.length)} from ${from}${scope.joins()} where ${conditions} order by ${ordering})`
    }
    return { branch, layout }
  }
}

/** For walks that only look where a path leads. */
const none: Among = () => sql`false`

const padding = (width: number): Fragment =>
  width > 0 ? sql`, ${sql.join(Array.from({ length: width }, () => sql`null::text`))}` : sql``

/** Kind of the value that a column holds; a reference holds the kind of the key it refers to. */
export function valueKind(field: ColumnField, name: string, model: Model): ValueKind {
  if (field.kind !== 'reference') return field.kind
  const relation = relationsOf(model).get(name.replace(/_id$/, '')) ?? relationsOf(model).get(name)
  if (!relation) throw new Error(`${model.key} has no reference "${name}"`)
  const key = primaryKey(relation.to)
  return valueKind(key.field, key.name, relation.to)
}

/** Keys: hexadecimal digits, hyphens and numbers need no encoding in an address. */
const isPlain = ({ field, name, model }: ScopedColumn): boolean =>
  ['uuid', 'identity', 'integer'].includes(valueKind(field, name, model))

function labelsOf(field: ColumnField, part: LabelPart): ReadonlyMap<string, string> {
  if (field.kind !== 'level' && field.kind !== 'choice') throw new Error(`"${part.path}" has no labels`)
  return new Map(field.choices.map(([value, text]) => [String(value), text]))
}

/** Prepares a representation of a model: what to select, what to fetch beside it, where each value will be. */
export function compileShape(model: Model, shape: Shape): CompiledShape {
  const compiler = new Compiler()
  const scope = new Scope(model)
  const selected = new Selected(scope)
  const root: Anchor = {
    model,
    isRoot: true,
    reach(among) {
      const own = new Scope(model, new Aliases())
      return {
        from: sql`${sql.table(model.table)} as ${sql.ref(own.alias)}`,
        where: among(own.key),
        scope: own,
      }
    },
  }
  const layout = compiler.layout(shape, scope, selected, root, '')
  const width = Math.max(0, ...compiler.branches.map((branch) => branch.width))
  return {
    model,
    scope,
    selects: selected.fragments,
    layout,
    batches: [...compiler.batches],
    nested: (among) =>
      compiler.branches.length === 0
        ? undefined
        : sql.join(
            compiler.branches.map((branch) => branch.build(among, width)),
            sql` union all `,
          ),
  }
}
