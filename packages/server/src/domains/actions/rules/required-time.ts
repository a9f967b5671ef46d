import { type Draft, invalid } from '../../../records/index.ts'

/** A draft of a model with a date-time of that name. */
type Timed<C extends string> = Pick<Draft, 'before'> & { readonly values: { [K in C]: string | null } }

/**
 * Nobody can say to which day a record without time belongs, and water control of Alyx breaks on one. A new record that
 * says none, or null, is of now; a time that is known is not taken away again. Old records without time stay as they are.
 *
 * @param now  what a new record gets
 * @throws Refused
 */
export function requireTimes<C extends string>(drafts: readonly Timed<C>[], column: C, now: string): void {
  for (const { before, values } of drafts) {
    if (values[column] !== null) continue
    if (before === undefined) values[column] = now as (typeof values)[C]
    else if ((before as Readonly<Record<string, unknown>>)[column] !== null)
      throw invalid({ [column]: ['This field may not be null.'] })
  }
}
