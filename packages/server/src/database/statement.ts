import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import type { Statement } from './db.ts'

/**
 * Kysely as a compiler only: build a query with it and finish with `compiled(query)`. It has no connection, so its own
 * `execute` returns nothing: measured, our executor costs half of it per page.
 */
// biome-ignore lint/suspicious/noExplicitAny: tables come from the declarations at run time, not from a written type.
export const sqlBuilder: Kysely<any> = new Kysely({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** The statement that a Kysely query stands for. */
export function compiled(query: Compilable): Statement {
  const { sql: text, parameters: values } = query.compile()
  return { text, values }
}

/** A piece of SQL, complete or to be nested in another `sql` template. Made by `sql`, `raw`, `identifier` and `join`. */
export class Sql implements Statement {
  /** One more than the values: the text before, between and after them. */
  readonly pieces: readonly string[]
  readonly values: readonly unknown[]
  #text: string | undefined

  constructor(pieces: readonly string[], values: readonly unknown[]) {
    this.pieces = pieces
    this.values = values
  }

  get text(): string {
    this.#text ??= this.pieces.reduce((text, piece, at) => `${text}$${at}${piece}`)
    return this.#text
  }
}

/**
 * SQL with values as parameters: sql`select * from "misc_lab" where "name" = ${name}` has the text
 * `select * from "misc_lab" where "name" = $1`. Fragments made by this module are spliced in and renumbered.
 */
export function sql(strings: TemplateStringsArray, ...inserted: readonly unknown[]): Sql {
  return concatenated(strings, inserted)
}

/** Text taken as SQL, never from outside the program. */
export function raw(text: string): Sql {
  return new Sql([text], [])
}

/** A quoted name; several make a path: identifier('alyx', 'change') is "alyx"."change". */
export function identifier(...path: readonly string[]): Sql {
  return raw(path.map((name) => `"${name.replaceAll('"', '""')}"`).join('.'))
}

/** Values or fragments with a separator between: join([1, 2]) is $1, $2. */
export function join(parts: readonly unknown[], separator = ', '): Sql {
  if (parts.length === 0) return raw('')
  return concatenated(['', ...Array<string>(parts.length - 1).fill(separator), ''], parts)
}

function concatenated(strings: readonly string[], inserted: readonly unknown[]): Sql {
  const pieces = [strings[0] ?? '']
  const values: unknown[] = []
  const append = (text: string) => {
    pieces[pieces.length - 1] += text
  }
  for (const [at, part] of inserted.entries()) {
    const after = strings[at + 1] ?? ''
    if (part instanceof Sql) {
      append(part.pieces[0] ?? '')
      for (const piece of part.pieces.slice(1)) pieces.push(piece)
      for (const value of part.values) values.push(value)
      append(after)
    } else {
      values.push(part)
      pieces.push(after)
    }
  }
  return new Sql(pieces, values)
}
