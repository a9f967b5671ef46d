/** Backups: made, kept, proved, put back. A backup is a folder that any Node can read; its words are in `docs/guides/backups.md`. */
export { dispensable, type KeptBackup, listBackups, pruneBackups } from './kept.ts'
export { type BackupWishes, type Made, makeBackup } from './make.ts'
export { BrokenBackup, checkParts, type Manifest, readManifest } from './manifest.ts'
export { CannotRestore, refuseNewer, restoreDatabase, restoreMedia } from './restore.ts'
export { type Verified, verifyBackup } from './verify.ts'
