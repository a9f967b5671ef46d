import { all, type Field, LabLocation, type Model, Weighing } from '@alyx/models'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyField, Reader, statementOf } from '../../src/query/index.ts'
import { byId, resource } from '../../src/rest/contract/resource.ts'
import { django, fieldFilters, readFilters } from '../../src/rest/filters/index.ts'
import { renderer } from '../../src/rest/render.ts'
import { openApiDocument } from '../../src/rest/schema-document/openapi.ts'
import { draftMigration, migrateDatabase } from '../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

/** What a laboratory would write to record something new: one line each. */
const written: Readonly<Record<string, Field>> = {
  room_temperature: { kind: 'float', help: 'Temperature of the room.', unit: '°C', nullable: true, blank: true },
  scales: {
    kind: 'reference',
    to: 'misc.lablocation',
    help: 'Where the scales stand.',
    onDelete: 'clear',
    nullable: true,
    blank: true,
  },
}

const changed: Model = { ...Weighing, fields: { ...Weighing.fields, ...written } }
const models = all.map((model) => (model === Weighing ? changed : model))
const weighings = resource('/weighings', {
  model: changed,
  lookup: byId,
  shape: everyField(changed),
  filters: { ...fieldFilters(changed, { except: ['json'] }), django: django() },
})

const SCALES = '11111111-0000-4000-8000-000000000001'
const [COLD, WARM] = ['22222222-0000-4000-8000-000000000001', '22222222-0000-4000-8000-000000000002']
const MOMENT = { instant: new Date(), now: '2026-03-01 09:00:00', today: '2026-03-01' }

let scratch: ScratchDatabase
let draft: Awaited<ReturnType<typeof draftMigration>>
beforeAll(async () => {
  scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
  draft = await draftMigration(models, scratch.database)
  await scratch.database.script(draft!.text.split('-- down')[0]!)
  await scratch.database.script(`
    set session_replication_role = replica;
    insert into misc_lablocation (id, name, lab_id) values ('${SCALES}', 'Room 3', gen_random_uuid());
    insert into actions_weighing (id, name, subject_id, weight, room_temperature, scales_id) values
      ('${COLD}', '', gen_random_uuid(), 20.5, 18, null),
      ('${WARM}', '', gen_random_uuid(), 21, 22.5, '${SCALES}');`)
})
afterAll(() => scratch.drop())

/** What the list answers to a query string, as a client would read it. */
async function listed(query: string): Promise<Record<string, unknown>[]> {
  const { database } = scratch
  const { list, model } = weighings
  const parameters = new Map([...new URLSearchParams(query)].map(([name, value]) => [name, [value]]))
  const where = await readFilters(database, list.filters, parameters)
  const reader = new Reader(model, list.shape)
  const page = await reader.page(database, { order: ['weight'], limit: 10, offset: 0, ...(where && { where }) }, MOMENT)
  const write = renderer(reader.layout)
  const rendering = { found: page, moment: MOMENT, origin: 'http://alyx', mediaPath: '/uploaded/' }
  return page.rows.map((row) => JSON.parse(write(row, rendering)))
}

test('the migration is drafted: columns, index and foreign key, with the way back', () => {
  expect(draft?.text).toContain('alter table actions_weighing add column room_temperature double precision;')
  expect(draft?.text).toContain('alter table actions_weighing add column scales_id uuid;')
  expect(draft?.text).toMatch(/foreign key \(scales_id\) references misc_lablocation\(id\)/i)
  expect(draft?.text).toMatch(/create index actions_weighing_scales_id_\w{8}/i)
  expect(draft?.text.split('-- down')[1]).toContain('drop column room_temperature;')
})

test('the table agrees with the declaration once the draft is applied', async () => {
  expect(await draftMigration(models, scratch.database)).toBeUndefined()
})

test('the answer shows the fields', async () => {
  expect(await listed('')).toEqual([
    expect.objectContaining({ id: COLD, room_temperature: 18, scales: null }),
    expect.objectContaining({ id: WARM, room_temperature: 22.5, scales: SCALES }),
  ])
})

test.each([
  { asked: 'room_temperature=22.5', found: [WARM] },
  { asked: `scales=${SCALES}`, found: [WARM] },
  { asked: 'django=room_temperature__lt,20', found: [COLD] },
  { asked: 'django=scales__name,Room 3', found: [WARM] },
  { asked: 'django=~scales__name,Room 3', found: [COLD] },
  { asked: 'django=scales__isnull,True', found: [COLD] },
])('the list is filtered by $asked', async ({ asked, found }) => {
  expect((await listed(asked)).map(({ id }) => id)).toEqual(found)
})

test.each([
  { asked: 'room_temperature=warm', says: /room_temperature: Enter a number/ },
  { asked: 'scales=there', says: /scales: “there” is not a valid UUID/ },
  { asked: `scales=${COLD}`, says: /scales: Select a valid choice/ },
  { asked: 'django=room_temprature__lt,20', says: /room_temperature/ },
])('a bad value is refused and the field named: $asked', async ({ asked, says }) => {
  await expect(listed(asked)).rejects.toThrow(says)
})

test('the schema document describes the fields and their filters, unit and help included', () => {
  const { paths, components } = openApiDocument([weighings], { origin: 'http://alyx' }) as {
    paths: Record<string, { get: { parameters: { name: string; schema: unknown }[] } }>
    components: { schemas: Record<string, { properties: Record<string, unknown> }> }
  }
  const { properties } = components.schemas[weighings.list.schema]!
  const parameters = new Map(paths['/weighings']!.get.parameters.map(({ name, schema }) => [name, schema]))

  expect(properties.room_temperature).toMatchObject({ type: 'number', format: 'double', nullable: true })
  expect(JSON.stringify(properties.room_temperature)).toContain('Temperature of the room.')
  expect(properties.scales).toMatchObject({ type: 'string', format: 'uuid', nullable: true })
  expect(parameters.get('room_temperature')).toEqual({ type: 'number', format: 'float' })
  expect(parameters.get('scales')).toEqual({ type: 'string', format: 'uuid' })
})

test('the declarations of the laboratory itself know nothing of it', async () => {
  expect(Object.keys(everyField(Weighing))).not.toContain('room_temperature')
  const [row] = await scratch.database.rows(statementOf(sql`select count(*) from ${sql.table(LabLocation.table)}`))
  expect(row).toEqual(['1'])
})
