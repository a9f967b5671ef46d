export { type DumpOptions, dumpData } from './dump.ts'
export { DumpError } from './dump-error.ts'
export { type LoadOptions, type LoadProgress, loadDump } from './load.ts'
export type { LoadReport } from './loader.ts'
