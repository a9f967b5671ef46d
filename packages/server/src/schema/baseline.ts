import type { Model } from '@alyx/models'
import { expectedSchema } from './expected.ts'
import {
  contentTypes,
  insertContentTypes,
  insertFirstRows,
  insertMigrationRows,
  insertPermissions,
  registeredModels,
} from './framework-rows.ts'
import { createStatements, dropStatements } from './statements.ts'

/** Text of the first migration: the tables and first rows of Alyx 3.6.1, drafted from the declarations. */
export function baselineMigration(models: readonly Model[]): string {
  const schema = expectedSchema(models)
  return `-- 0001: the tables of Alyx 3.6.1 as its own migrations leave them, with the rows that Django needs to take over.
-- A database that Django made has all this already: there this migration is recorded as applied, and nothing is run.

${createStatements(schema)}
${insertContentTypes(contentTypes(models))}

${insertPermissions(registeredModels(models))}

${insertMigrationRows()}

${insertFirstRows()}

-- down

${dropStatements(schema)}`
}
