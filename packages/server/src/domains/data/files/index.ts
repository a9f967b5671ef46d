export { markListedFiles } from './listed-files.ts'
export { type LocalCopies, type LocalCopy, listLocalCopies } from './local-copies.ts'
export { addMissingRecords, type MissingRecord } from './missing-records.ts'
export { tidyPaths, type UntidyPath } from './tidy-paths.ts'
