import type { Rules } from '../../../records/index.ts'
import { noteImageRules } from '../note-images.ts'
import { accountRules } from './account.ts'
import { housingRules } from './housing.ts'
import { labValueRules, membershipRules } from './lab.ts'
import { stayRules } from './stay.ts'

export { moveIntoHousing } from './housing.ts'

/** What labs have to say when records are written. */
export const labRules: readonly Rules[] = [
  noteImageRules,
  accountRules,
  labValueRules,
  membershipRules,
  housingRules,
  stayRules,
]
