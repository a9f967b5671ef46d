import { existsSync, readFileSync } from 'node:fs'
import { all } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raw } from '../../src/database/index.ts'
import {
  applyMigrations,
  baselineMigration,
  checkMigrations,
  compareSchemas,
  expectedSchema,
  fingerprint,
  listMigrations,
  migrateDatabase,
  readSchema,
} from '../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

const picture = new URL('../../../../../shared/conformance/schema.json', import.meta.url)
const introspection = new URL('../../../../../shared/conformance/introspect.sql', import.meta.url)

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
})
afterAll(() => scratch.drop())

test('a database made by our migrations has the tables that the declarations say, and nothing else', async () => {
  const check = await checkMigrations(scratch.database)

  expect(check).toEqual({ pending: [], problems: [], differences: [] })
})

test('two databases that agree have one fingerprint', async () => {
  const live = await readSchema(scratch.database)

  expect(fingerprint(live)).toBe(fingerprint(expectedSchema(all)))
})

test('the baseline in the repository is the one that the declarations give', async () => {
  const [baseline] = await listMigrations()

  expect(baselineMigration(all)).toContain(baseline?.up)
})

test('every column, constraint, index and sequence has the name and the text of our own declarations', async () => {
  expect(compareSchemas(expectedSchema(all), await readSchema(scratch.database))).toEqual([])
})

// The recorded picture of Alyx 3.6.1 lies in ../shared, which is not part of the project.
describe.skipIf(!existsSync(picture))('compared with the picture of Alyx 3.6.1 in ../shared (absent: skipped)', () => {
  const recorded = existsSync(picture) ? JSON.parse(readFileSync(picture, 'utf8')) : {}

  test('schema public is the same, our own indexes aside', async () => {
    const live = await introspected()

    expect(Object.keys(live.tables).sort()).toEqual(Object.keys(recorded.tables).sort())
    for (const [name, table] of Object.entries<RecordedTable>(live.tables)) {
      expect(comparable(table), name).toEqual(comparable(recorded.tables[name]))
    }
    expect(live.sequences).toEqual(recorded.sequences)
    const foreignTriggers = live.triggers.filter((name: string) => !name.startsWith('alyx_'))
    expect([live.views, live.functions, foreignTriggers, live.types]).toEqual([{}, [], [], []])
  })

  test('Django finds its own migrations, content types and permissions', async () => {
    const { database } = scratch

    const migrations = await database.rows(raw(`select app || '.' || name from django_migrations order by id`))
    const types = await database.objects(raw('select id, app_label, model from django_content_type order by id'))
    const [permissions] = await database.rows(raw('select count(*) from auth_permission'))

    expect(migrations.flat()).toEqual(recorded.migrations)
    expect(types.map((row) => Object.values(row))).toEqual(recorded.content_types)
    expect(Number(permissions?.[0])).toBe(recorded.permissions)
  })

  interface RecordedTable {
    indexes: { name: string; definition: string }[]
    constraints: { definition: string }[]
  }

  async function introspected() {
    const [row] = await scratch.database.rows(raw(readFileSync(introspection, 'utf8').replace(/;\s*$/, '')))
    return JSON.parse(row?.[0] ?? '{}')
  }

  /** Newer versions of PostgreSQL quote more names; our indexes are not Alyx's. */
  function comparable(table: RecordedTable) {
    const unquoted = <T extends { definition: string }>(one: T) => ({
      ...one,
      definition: one.definition.replaceAll('"', ''),
    })
    return {
      ...table,
      constraints: table.constraints.map(unquoted),
      indexes: table.indexes.filter(({ name }) => !name.startsWith('alyx_')).map(unquoted),
    }
  }
})

test('a fresh database has the rows that Alyx leaves there: default lab, species, unknown type and format', async () => {
  const rows = await scratch.database.objects(
    raw(`select (select name || ' ' || timezone from misc_lab) as lab, (select nickname from subjects_species) as species,
                (select name from data_datasettype) as type, (select name from data_dataformat) as format`),
  )

  expect(rows).toEqual([{ lab: 'cortexlab GB', species: 'Laboratory mouse', type: 'unknown', format: 'unknown' }])
})

test('permissions are named after the words of the laboratory', async () => {
  const rows = await scratch.database.rows(
    raw(`select name from auth_permission where codename in ('add_fovlocation', 'view_ephyssession') order by 1`),
  )

  expect(rows.flat()).toEqual(['Can add field of view location', 'Can view ephys session'])
})

test('applying migrations a second time does nothing', async () => {
  expect(await applyMigrations(scratch.database)).toEqual([])
})
