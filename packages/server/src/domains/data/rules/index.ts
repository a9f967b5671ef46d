import type { Rules } from '../../../records/index.ts'
import { unknownFormatRules, unknownTypeRules } from './unknown.ts'

export { dataDefaults } from './unknown.ts'

/** What data have to say when records are written. */
export const dataRules: readonly Rules[] = [unknownFormatRules, unknownTypeRules]
