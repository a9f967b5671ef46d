import type { Rules } from '../../../records/index.ts'
import { litterNameRules, pairNameRules, subjectNameRules } from './line-names.ts'
import { pastValueRules } from './past-values.ts'
import { requestOfSubjectRules, requestRules } from './request.ts'
import { subjectValueRules } from './subject.ts'
import { genotypeTestRules, zygosityRuleRules } from './zygosity.ts'

export { subjectDefaults } from './defaults.ts'

/** What subjects have to say when records are written; former values last, when all others have settled the new ones. */
export const subjectRules: readonly Rules[] = [
  subjectNameRules,
  pairNameRules,
  litterNameRules,
  subjectValueRules,
  requestOfSubjectRules,
  requestRules,
  pastValueRules,
  genotypeTestRules,
  zygosityRuleRules,
]
