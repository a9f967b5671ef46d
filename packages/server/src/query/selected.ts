import { primaryKey } from '@alyx/models'
import type { Fragment, Scope, ScopedColumn } from './scope.ts'

/** What a statement selects: the primary key first, and everything once, however many parts of a shape show it. */
export class Selected {
  readonly fragments: Fragment[] = []
  readonly #indexes = new Map<unknown, number>()

  constructor(scope: Scope) {
    this.column(scope.column(primaryKey(scope.model).name))
  }

  column({ reference, sql }: ScopedColumn): number {
    return this.#once(reference, () => sql)
  }

  /** A value that PostgreSQL computes; the function that makes it stands for it. */
  computed(compute: (scope: Scope) => Fragment, scope: Scope): number {
    return this.#once(compute, () => compute(scope))
  }

  #once(identity: unknown, fragment: () => Fragment): number {
    const known = this.#indexes.get(identity)
    if (known !== undefined) return known
    const index = this.fragments.push(fragment()) - 1
    this.#indexes.set(identity, index)
    return index
  }
}
