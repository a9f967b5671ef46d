/** Files that become datasets. */
export { registerFiles } from './register-files.ts'
export type { RegisteredFile } from './registered.ts'
