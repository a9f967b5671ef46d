import { all, defineModel, type Model } from '@alyx/models'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, raw } from '../../src/database/index.ts'
import { compareSchemas, draftMigration, expectedSchema, migrateDatabase, readSchema } from '../../src/schema/index.ts'
import { lockSchema, runStatements } from '../../src/schema/ledger.ts'
import { parseMigration } from '../../src/schema/migration-files.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
})
afterAll(() => scratch.drop())

class Undone extends Error {}

/** Runs in a transaction that leaves no trace. */
async function undone(work: (db: Db) => Promise<void>) {
  await scratch.database
    .transaction(async (db) => {
      await lockSchema(db)
      await work(db)
      throw new Undone()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error
    })
}

const changed = (key: string, change: (model: Model) => Partial<Model>): Model[] =>
  all.map((model) => (model.key === key ? { ...model, ...change(model) } : model))

const withField = (key: string, field: Model['fields']) =>
  changed(key, (model) => ({ fields: { ...model.fields, ...field }, ...withoutOrder(model) }))

/** A new column comes last on disk. */
const withoutOrder = (model: Model) => ({ diskOrder: [...expectedOrder(model), 'ear_length'] })

const expectedOrder = (model: Model) =>
  expectedSchema(all)
    .tables.find(({ name }) => name === model.table)
    ?.columns.map(({ name }) => name) ?? []

const earLength = { kind: 'float', help: 'Length of the ear.', unit: 'mm', default: { value: 0 } } as const

test('nothing is drafted while declarations and database agree', async () => {
  expect(await draftMigration(all, scratch.database)).toBeUndefined()
})

test('one more field gives one more column, a value for the animals already there, and a way back', async () => {
  const draft = await draftMigration(withField('subjects.subject', { ear_length: earLength }), scratch.database)

  expect(draft?.differences).toEqual(['missing column subjects_subject.ear_length (double precision not null)'])
  expect(draft?.text).toContain(
    'alter table subjects_subject add column ear_length double precision default 0 not null;',
  )
  expect(draft?.text).toContain('alter table subjects_subject alter column ear_length drop default;')
  expect(draft?.text.split('-- down')[1]).toContain('alter table subjects_subject drop column ear_length;')
})

const Ear = defineModel({
  app: 'subjects',
  name: 'Ear',
  label: 'ear',
  plural: 'ears',
  help: 'One ear.',
  fields: {
    id: { kind: 'uuid', help: 'Identifier.', primaryKey: true },
    name: { kind: 'text', help: 'Name.', maxLength: 20, unique: true },
    subject: { kind: 'reference', help: 'Animal.', to: 'subjects.subject', onDelete: 'cascade' },
    marks: { kind: 'many', help: 'Other ears.', to: 'subjects.ear' },
  },
  unique: [{ fields: ['subject', 'name'] }],
})

test.each([
  { what: 'a field', models: withField('subjects.subject', { ear_length: earLength }) },
  {
    what: 'a nullable field',
    models: withField('misc.lab', { ear_length: { ...earLength, nullable: true } }),
  },
  {
    what: 'a longer text',
    models: changed('misc.lab', (model) => ({
      fields: { ...model.fields, name: { kind: 'text', help: 'Name.', maxLength: 300, unique: true } },
    })),
  },
  { what: 'a unique pair', models: changed('misc.note', () => ({ unique: [{ fields: ['user', 'object_id'] }] })) },
  { what: 'no unique pair any more', models: changed('subjects.subject', () => ({ unique: [] })) },
  { what: 'a model that is gone', models: all.filter(({ key }) => key !== 'subjects.zygosityrule') },
])('the draft for $what does what it says, and its other half undoes it', async ({ models }) => {
  const before = await readSchema(scratch.database)
  await undone(async (db) => {
    const draft = await draftMigration(models, db)
    const { up, down } = parseMigration('0099_draft.sql', draft?.text ?? '')

    await runStatements(db, up)
    expect(compareSchemas(expectedSchema(models), await readSchema(db))).toEqual([])

    await runStatements(db, down)
    const left = compareSchemas(before, await readSchema(db)).filter(({ what }) => what !== 'column order')
    expect(left).toEqual([])
  })
})

test('a new model gets its table, its content type and its permissions', async () => {
  // Its join table refers to a model that only this test knows, so it is left out.
  const { marks: _, ...fields } = Ear.fields
  const models = [...all, { ...Ear, fields }]
  await undone(async (db) => {
    const draft = await draftMigration(models, db)
    const { up, down } = parseMigration('0099_draft.sql', draft?.text ?? '')

    await runStatements(db, up)
    const permissions = raw(`select name from auth_permission where codename like '%\\_ear' order by codename`)
    expect((await db.rows(permissions)).flat()).toEqual(
      ['add', 'change', 'delete', 'view'].map((can) => `Can ${can} ear`),
    )
    expect(compareSchemas(expectedSchema(models), await readSchema(db))).toEqual([])

    await runStatements(db, down)
    expect(await db.rows(permissions)).toEqual([])
    expect(compareSchemas(expectedSchema(all), await readSchema(db))).toEqual([])
  })
})
