/** Changes of many datasets at once, in a fixed number of statements. */
export { deedOf, type Effect } from './deed.ts'
export { reviseDatasets, type Standing } from './revising.ts'
export { type Tagging, tagDatasets } from './tagging.ts'
export { requireDeed, takeBack } from './taking-back.ts'
