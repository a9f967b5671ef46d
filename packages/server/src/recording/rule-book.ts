import { actionDefaults, actionRules, notificationRules } from '../domains/actions/index.ts'
import { dataDefaults, dataRules } from '../domains/data/index.ts'
import { experimentRules } from '../domains/experiments/index.ts'
import { labRules } from '../domains/labs/index.ts'
import { subjectDefaults, subjectRules } from '../domains/subjects/index.ts'
import { taskRules } from '../jobs/index.ts'
import type { RuleBook } from '../records/index.ts'

/** What all domains say about writing, in their order. */
export const ruleBook: RuleBook = {
  rules: [
    ...taskRules,
    ...labRules,
    ...subjectRules,
    ...actionRules,
    ...notificationRules,
    ...dataRules,
    ...experimentRules,
  ],
  defaults: {
    ...subjectDefaults,
    ...actionDefaults,
    ...dataDefaults,
  },
}
