export { markListedFiles } from './listed-files.ts'
export { listLocalCopies } from './local-copies.ts'
export { addMissingRecords } from './missing-records.ts'
export { tidyPaths } from './tidy-paths.ts'
