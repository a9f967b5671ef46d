import { type ColumnField, type Model, primaryKey, type Relation } from '@alyx/models'
import { type RawBuilder, sql } from 'kysely'
import { stepOf } from './path.ts'

export type Fragment<T = unknown> = RawBuilder<T>

/** Hands out table aliases that are unique within one statement. */
export class Aliases {
  readonly #prefix: string
  #next = 0

  /** @param prefix  another one for each part of a statement that numbers its tables by itself */
  constructor(prefix = 't') {
    this.#prefix = prefix
  }

  next(): string {
    return `${this.#prefix}${this.#next++}`
  }
}

export interface ScopedColumn {
  readonly sql: Fragment
  /** `t0.column`: the same text for the same column of the same scope. */
  readonly reference: string
  readonly field: ColumnField
  readonly name: string
  /** The model whose field it is. */
  readonly model: Model
}

/**
 * A table and the tables reached from it by forward references, each left joined once.
 *
 * Forward steps lead to at most one row, so a scope never repeats its rows whatever is asked of it. Steps that lead to
 * many rows are never joined here: filters test them with EXISTS, representations fetch them on their own.
 */
export class Scope {
  readonly model: Model
  readonly alias: string
  readonly aliases: Aliases
  readonly #joins = new Map<string, { readonly model: Model; readonly alias: string; readonly join: Fragment }>()

  constructor(model: Model, aliases: Aliases = new Aliases()) {
    this.model = model
    this.aliases = aliases
    this.alias = aliases.next()
  }

  /** `"t0"."column"` of the scope's own table. */
  own(column: string): Fragment {
    return sql.ref(`${this.alias}.${column}`)
  }

  /** The primary key of the scope's own table. */
  get key(): Fragment {
    return this.own(primaryKey(this.model).column)
  }

  /** Follows one forward step from a model already in the scope, joining the table the first time. */
  #follow(from: { alias: string; path: string }, relation: Relation): { model: Model; alias: string; path: string } {
    const path = `${from.path}.${relation.name}`
    const known = this.#joins.get(path)
    if (known) return { model: known.model, alias: known.alias, path }
    const alias = this.aliases.next()
    const join = sql`left join ${sql.table(relation.to.table)} as ${sql.ref(alias)} on ${sql.ref(`${alias}.${relation.toColumn}`)} = ${sql.ref(`${from.alias}.${relation.fromColumn}`)}`
    this.#joins.set(path, { model: relation.to, alias, join })
    return { model: relation.to, alias, path }
  }

  /**
   * Follows forward references from the scope's table.
   * @throws Error when a step does not exist or leads to many rows: the declaration that asked for it is wrong.
   */
  follow(steps: readonly string[]): { readonly model: Model; readonly alias: string } {
    let at = { model: this.model, alias: this.alias, path: '' }
    const queue = [...steps]
    while (queue.length > 0) {
      const name = queue[0]!
      const step = stepOf(at.model, name)
      if (step?.is === 'inherited') {
        at = this.#follow(at, step.parent)
        continue
      }
      if (step?.is !== 'relation' || step.relation.toMany)
        throw new Error(`${at.model.key} has no forward step "${name}"`)
      at = this.#follow(at, step.relation)
      queue.shift()
    }
    return at
  }

  /**
   * The column at the end of a path of forward references, such as `subject.lab.name`; a path that ends at a reference
   * gives its key without joining.
   */
  column(path: string): ScopedColumn {
    const steps = path.split('.')
    const last = steps.pop()!
    let at = this.follow(steps)
    let step = stepOf(at.model, last)
    if (step?.is === 'inherited') {
      at = this.follow([...steps, primaryKey(at.model).name])
      step = stepOf(at.model, last)
    }
    const found = (column: string, field: ColumnField): ScopedColumn => {
      const reference = `${at.alias}.${column}`
      return { sql: sql.ref(reference), reference, field, name: last, model: at.model }
    }
    if (step?.is === 'column') return found(step.column, step.field)
    if (step?.is === 'relation' && !step.relation.toMany && !step.relation.reverse) {
      const field = at.model.fields[last]
      if (field?.kind === 'reference') return found(step.relation.fromColumn, field)
    }
    throw new Error(`${this.model.key} has no column at "${path}"`)
  }

  /** ` left join …` for every table asked for so far; empty when there is none. */
  joins(): Fragment {
    const joins = [...this.#joins.values()].map(({ join }) => join)
    return joins.length === 0 ? sql`` : sql` ${sql.join(joins, sql` `)}`
  }

  /** `"table" as "t0" left join …`, with every join asked for so far. Build it last. */
  from(): Fragment {
    return sql`${sql.table(this.model.table)} as ${sql.ref(this.alias)}${this.joins()}`
  }
}
