import type { Model } from '@alyx/models'
import type { Db } from '../database/index.ts'
import type { Account } from '../domains/labs/index.ts'
import { type Fragment, judgedRows, type Scope } from '../query/index.ts'
import { type Door, type Grant, grantsOf, type Role, type Verb } from './grants.ts'
import { type Tie, tieCondition } from './ties.ts'

/** What an account is to the rules. A closed account is nothing at all. */
export function rolesOf(account: Account): readonly Role[] {
  if (!account.isActive) return []
  if (account.isPublic) return ['public user']
  return [
    'member',
    ...(account.isHusbandry ? (['husbandry'] as const) : []),
    ...(account.isStockManager ? (['stock manager'] as const) : []),
    ...(account.isSuperuser ? (['superuser'] as const) : []),
  ]
}

/** What may be done to a row: which of its fields, all of them when `fields` is absent. */
export type Verdict = { readonly may: false } | { readonly may: true; readonly fields?: ReadonlySet<string> }

function grantsFor(account: Account, verb: Verb, model: Model, door: Door): readonly Grant[] {
  const roles = rolesOf(account)
  return grantsOf(model, door).filter((grant) => grant.verb === verb && grant.to.some((role) => roles.includes(role)))
}

const REFUSED: Verdict = { may: false }

/** What several grants that hold together allow. */
function united(grants: readonly Grant[]): Verdict {
  if (grants.length === 0) return REFUSED
  if (grants.some(({ only }) => !only)) return { may: true }
  return { may: true, fields: new Set(grants.flatMap(({ only }) => only ?? [])) }
}

/**
 * Whether somebody may ever do something to rows of a model: `all` of them (some fields perhaps excepted), `some`, which
 * only `judgeRows` can tell, or `none`. Asks nothing of the database.
 */
export function mayEver(account: Account, verb: Verb, model: Model, door: Door = 'native'): 'all' | 'some' | 'none' {
  const grants = grantsFor(account, verb, model, door)
  if (grants.length === 0) return 'none'
  return grants.some(({ tie }) => !tie) ? 'all' : 'some'
}

/**
 * What may be done to rows that have given ties to the person: what `judgeRows` decides, once the ties are known. For a
 * new row, which has none yet, the ties are those that it will have.
 */
export function judgeTies(
  account: Account,
  verb: Verb,
  model: Model,
  ties: ReadonlySet<Tie>,
  door: Door = 'native',
): Verdict {
  return united(grantsFor(account, verb, model, door).filter(({ tie }) => !tie || ties.has(tie)))
}

/**
 * What somebody may do to each of many rows; at most one statement, none where the answer does not depend on the row.
 *
 * @param keys  well-formed primary keys
 * @returns by key. A row that does not exist is absent when the database had to be asked, and judged like any other
 *   when not: whoever reads the row will notice.
 */
export async function judgeRows(
  db: Db,
  account: Account,
  verb: Verb,
  model: Model,
  keys: readonly string[],
  door: Door = 'native',
): Promise<ReadonlyMap<string, Verdict>> {
  const grants = grantsFor(account, verb, model, door)
  const always = united(grants.filter(({ tie }) => !tie))
  const ties = [...new Set(grants.flatMap(({ tie }) => tie ?? []))]
  if (ties.length === 0 || (always.may && !always.fields)) return new Map(keys.map((key) => [key, always]))
  const held = await judgedRows(
    db,
    model,
    keys,
    ties.map((tie) => tieCondition(model, tie, account.id)),
  )
  return new Map(
    [...held].map(([key, answers]) => [
      key,
      united(grants.filter(({ tie }) => !tie || answers[ties.indexOf(tie)] === true)),
    ]),
  )
}

/** What fields somebody may give to a new row: all when `fields` is absent. */
export const judgeNew = (account: Account, model: Model, door: Door = 'native'): Verdict =>
  judgeTies(account, 'create', model, new Set(), door)

/**
 * Which rows of a model somebody may see: all (`undefined`), those of a condition, or `none`. Today rows of a model are
 * visible together; whoever lists rows asks here all the same, so that a rule for single rows has one place to go.
 */
export function visible(account: Account, model: Model): ((scope: Scope) => Fragment<boolean>) | undefined | 'none' {
  return mayEver(account, 'view', model) === 'none' ? 'none' : undefined
}
