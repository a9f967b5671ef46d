/** Backups: made, kept, proved, put back. A backup is a folder that any Node can read; its words are in `docs/guides/backups.md`. */
export { dispensable, type KeptBackup, listBackups, pruneBackups } from './kept.ts'
export { type Made, makeBackup } from './make.ts'
export { checkParts, readManifest } from './manifest.ts'
export { refuseNewer, restoreDatabase, restoreDump, restoreMedia } from './restore.ts'
export { verifyBackup } from './verify.ts'
