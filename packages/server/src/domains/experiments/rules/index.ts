import type { Rules } from '../../../records/index.ts'
import { brainRegionRules } from './brain-region.ts'
import { channelRules } from './channel.ts'
import { datasetLinkRules } from './dataset-links.ts'
import { fieldOfViewRules } from './field-of-view.ts'
import { fieldOfViewLocationRules } from './field-of-view-location.ts'
import { insertionRules } from './insertion.ts'

/** What experiments have to say when records are written. */
export const experimentRules: readonly Rules[] = [
  insertionRules,
  fieldOfViewRules,
  ...datasetLinkRules,
  channelRules,
  fieldOfViewLocationRules,
  brainRegionRules,
]
