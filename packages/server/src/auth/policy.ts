import type { Account } from '../domains/labs/index.ts'

/**
 * Who may call a route. Every route declares one; a route without is a mistake that the start refuses.
 *
 * - `open`: everybody, signed in or not
 * - `contract`: people who signed in; those with a public account only to read
 * - `members`: people who signed in, public accounts excepted, whatever the method
 * - `staff`: members who may use the pages for staff
 * - `superusers`: people who administer the laboratory
 * - `operators`: programs on this machine and superusers
 */
export type Policy = 'open' | 'contract' | 'members' | 'staff' | 'superusers' | 'operators'

export type Verdict = 'allowed' | 'sign in' | 'forbidden'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a call is allowed. `local` tells that it comes from this machine itself, not through a proxy. */
export function judge(policy: Policy, method: string, account: Account | undefined, local: boolean): Verdict {
  const signedIn = (allowed: (account: Account) => boolean): Verdict =>
    account === undefined ? 'sign in' : allowed(account) ? 'allowed' : 'forbidden'
  switch (policy) {
    case 'open':
      return 'allowed'
    case 'contract':
      return signedIn(({ isPublic }) => !isPublic || READING.has(method))
    case 'members':
      return signedIn(({ isPublic }) => !isPublic)
    case 'staff':
      return signedIn(({ isStaff, isPublic }) => isStaff && !isPublic)
    case 'superusers':
      return signedIn(({ isPublic, isSuperuser }) => isSuperuser && !isPublic)
    case 'operators':
      return local ? 'allowed' : signedIn(({ isSuperuser }) => isSuperuser)
  }
}
