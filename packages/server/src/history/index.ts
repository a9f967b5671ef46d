/**
 * What was changed, by whom, when, through which door and why. Triggers write it (migration 0004); this room reads, seals
 * and verifies it.
 *
 * Words: an *entry* is one change of one record or of one of its links; a *version* is a copy that Django kept of a record
 * that was saved in its pages; a *seal* is the hash of a batch of entries, chained with the seal before.
 */
export { recordAsOf } from './as-of.ts'
export { type HistoryEntry, OPERATIONS, type Operation, SOURCES } from './entry.ts'
export { type ExportFormat, exportHistory } from './export.ts'
export { type HistoryFilter, type HistoryPlace, listHistory } from './list.ts'
export { mayReturn, planRecovery, type Recovery, type RemovedRecord, removedRecords } from './removed.ts'
export { historySeals, sealHistory, secondsSinceSeal, verifyHistory } from './seal.ts'
export { HistoryTail, type Listening, type News } from './tail.ts'
export { canBeKey, modelsWithHistory, modelWithHistory, watchedTables } from './watched-tables.ts'
