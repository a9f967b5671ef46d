/**
 * From declarations to tables: what the database should look like, whether it does, and the numbered steps that bring it
 * there.
 *
 * Words: the *baseline* is the first migration, the tables of Alyx 3.6.1; to *adopt* a database that Django made is to
 * record the baseline as applied without running it; a *difference* is harmless when the server works all the same.
 */
export { AdoptionRefused, type AdoptionReport } from './adopt.ts'
export { baselineMigration } from './baseline.ts'
export { checkMigrations, type DatabaseCheck, lacksTrigramIndexes } from './check.ts'
export { compareSchemas, type Difference, describeDifference, fingerprint } from './compare.ts'
export { dataDictionary } from './data-dictionary.ts'
export { type Draft, draftMigration } from './draft.ts'
export { expectedSchema } from './expected.ts'
export type { AppliedMigration } from './ledger.ts'
export { type DatabaseState, examineDatabase, type MigrationOutcome, migrateDatabase } from './migrate-database.ts'
export { listMigrations, type Migration, migrationTitle } from './migration-files.ts'
export { readSchema } from './read.ts'
export { applyMigrations, MigrationFailed, MigrationMismatch, planMigrations, revertMigration } from './runner.ts'
export type { Schema } from './shape.ts'
export { createStatements } from './statements.ts'
