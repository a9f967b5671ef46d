import { actionDefaults, actionRules, notificationRules } from '../domains/actions/index.ts'
import { dataDefaults, dataRules } from '../domains/data/index.ts'
import { noteImageRules } from '../domains/labs/index.ts'
import { taskRules } from '../jobs/index.ts'
import type { RuleBook } from '../records/index.ts'

const none = async () => null

/** What all domains say about writing, in their order. */
export const ruleBook: RuleBook = {
  rules: [...taskRules, noteImageRules, ...actionRules, ...notificationRules, ...dataRules],
  defaults: {
    ...actionDefaults,
    ...dataDefaults,
    default_species: none,
    default_source: none,
    default_responsible_user: async ({ actor }) => actor?.id ?? null,
  },
}
