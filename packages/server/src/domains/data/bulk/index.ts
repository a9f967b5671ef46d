/** Changes of many datasets at once, in a fixed number of statements. */
export { deedOf, type Effect } from './deed.ts'
export { reviseDatasets } from './revising.ts'
export { tagDatasets } from './tagging.ts'
export { requireDeed, takeBack } from './taking-back.ts'
