import type { Rules } from '../../../records/index.ts'
import { cullRules, deathOfSubjectRules } from './death.ts'
import { sessionRules } from './session.ts'
import { surgeryRules } from './surgery.ts'
import { waterAdministrationRules } from './water-administration.ts'
import { waterRestrictionRules } from './water-restriction.ts'
import { weighingRules } from './weighing.ts'

export { actionDefaults } from './defaults.ts'

/** What actions have to say when records are written. */
export const actionRules: readonly Rules[] = [
  sessionRules,
  weighingRules,
  waterAdministrationRules,
  waterRestrictionRules,
  surgeryRules,
  cullRules,
  deathOfSubjectRules,
]
