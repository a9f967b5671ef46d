/** Telling people what they should know about animals: who is told what, when, and by mail. */
import type { Rules } from '../../../records/index.ts'
import { requestRules } from './requests.ts'
import { responsibleUserRules } from './responsible-user.ts'
import { underweightRules } from './underweight.ts'

export { type Check, checkRestricted } from './checks.ts'
export { createNotifications, type NewNotification } from './create.ts'
export { tellFailures } from './failures.ts'
export { type Letterhead, letterhead } from './letters.ts'
export { type Postman, startPostman } from './postman.ts'
export { purgeNotifications } from './purge.ts'
export * from './report/index.ts'
export { sendDue } from './sending.ts'

/** To be run after the rules that put these records right: they tell of what was saved. */
export const notificationRules: readonly Rules[] = [underweightRules, responsibleUserRules, ...requestRules]
