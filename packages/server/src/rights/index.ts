/** Who may see, make, change and delete what: one place for every door. Knows no HTTP. */

export { contractMay } from './contract.ts'
export { type Door, OWN_PROFILE, VERBS, type Verb } from './grants.ts'
export { rightsInWords } from './in-words.ts'
export {
  judgeNew,
  judgeRows,
  judgeTies,
  mayEver,
  rolesOf,
  type Verdict,
  visible,
} from './judge.ts'
export { requireMaking, requireRights } from './required.ts'
export { type Tie, tiesOf } from './ties.ts'
