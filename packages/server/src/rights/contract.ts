import type { Model } from '@alyx/models'
import type { Account } from '../domains/labs/index.ts'
import type { Verb } from './grants.ts'
import { judgeTies, type Verdict } from './judge.ts'

/**
 * The looser rule of the Alyx contract: rigs act for whoever sits at them, so every member may write, whoever answers
 * for the animal. Accounts are the exception: everybody their own profile, the rest superusers. Deletions of protected
 * data are refused by the domains, whoever asks.
 *
 * @param own  the row is the caller's own account
 */
export const contractMay = (account: Account, verb: Verb, model: Model, own = false): Verdict =>
  judgeTies(account, verb, model, own ? new Set(['oneself']) : new Set(), 'contract')
