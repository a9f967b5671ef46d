import type { Rules } from '../../../records/index.ts'
import { collectionRules } from './collection.ts'
import { dataNoticeRules } from './data-notice.ts'
import { creatorRules, datasetTypeRules } from './dataset-type.ts'
import { defaultDatasetRules } from './default-dataset.ts'
import { fileRecordRules } from './file-record.ts'
import { protectedDatasetRules } from './protected-datasets.ts'
import { unknownFormatRules, unknownTypeRules } from './unknown.ts'

export { dataDefaults } from './unknown.ts'

/** What data have to say when records are written. */
export const dataRules: readonly Rules[] = [
  creatorRules,
  collectionRules,
  defaultDatasetRules,
  protectedDatasetRules,
  fileRecordRules,
  datasetTypeRules,
  unknownFormatRules,
  unknownTypeRules,
  dataNoticeRules,
]
