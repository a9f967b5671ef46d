import type { Model } from '@alyx/models'
import type { Db } from '../../database/index.ts'
import { holding, rowExists } from '../../query/index.ts'
import { invalid } from '../../records/index.ts'

/** A field of a body and the record that it names, when it was given. */
export type Reference = readonly [field: string, model: Model, key: string | undefined]

/**
 * Requires that what a body refers to is there: the database would notice only at the end of the transaction, and a dry run
 * never. One statement, none when nothing is referred to.
 *
 * @throws Refused with the faults by field
 */
export async function requireReferences(db: Db, references: readonly Reference[]): Promise<void> {
  const given = references.flatMap(([field, model, key]) => (key === undefined ? [] : [{ field, model, key }]))
  if (given.length === 0) return
  const there = await holding(
    db,
    given.map(({ model, key }) => rowExists(model, key)),
  )
  const lost = given.filter((_, at) => !there[at])
  if (lost.length > 0)
    throw invalid(Object.fromEntries(lost.map(({ field, model }) => [field, [`There is no such ${model.label}.`]])))
}
