import type { Rules } from '../../../records/index.ts'
import { collectionRules } from './collection.ts'
import { defaultDatasetRules } from './default-dataset.ts'
import { protectedDatasetRules } from './protected-datasets.ts'
import { unknownFormatRules, unknownTypeRules } from './unknown.ts'

export { dataDefaults } from './unknown.ts'

/** What data have to say when records are written. */
export const dataRules: readonly Rules[] = [
  collectionRules,
  defaultDatasetRules,
  protectedDatasetRules,
  unknownFormatRules,
  unknownTypeRules,
]
