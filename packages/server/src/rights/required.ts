import type { Model } from '@alyx/models'
import type { Db } from '../database/index.ts'
import type { Account } from '../domains/labs/index.ts'
import { Refused } from '../records/index.ts'
import type { Verb } from './grants.ts'
import { judgeNew, judgeRows, type Verdict } from './judge.ts'

const mayWrite = (verdict: Verdict | undefined, field: string | undefined): boolean =>
  verdict?.may === true && (!verdict.fields || (field !== undefined && verdict.fields.has(field)))

/**
 * Requires that somebody may do something to all of these rows; one statement at most.
 *
 * @param field  the only field that will be written, where that is enough
 * @throws Refused `forbidden` with the keys of the rows in its details
 */
export async function requireRights(
  db: Db,
  account: Account,
  verb: Exclude<Verb, 'create'>,
  model: Model,
  keys: readonly string[],
  field?: string,
): Promise<void> {
  const verdicts = await judgeRows(db, account, verb, model, keys)
  const refused = keys.filter((key) => verdicts.has(key) && !mayWrite(verdicts.get(key), field))
  if (refused.length === 0) return
  const which = refused.length === keys.length ? `these ${model.plural}` : `${refused.length} of these ${model.plural}`
  throw new Refused('forbidden', `You may not ${verb} ${which}.`, { details: { refused } })
}

/** Requires that somebody may make rows of a model. @throws Refused `forbidden` */
export function requireMaking(account: Account, model: Model): void {
  if (!judgeNew(account, model).may) throw new Refused('forbidden', `You may not make ${model.plural}.`)
}
