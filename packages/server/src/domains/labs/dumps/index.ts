export { type DumpOptions, dumpData } from './dump.ts'
export { DumpError } from './dump-error.ts'
export { loadDump } from './load.ts'
