import { Session, Subject, Weighing } from '@alyx/models'
import { sql as fragment } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Db, type Statement, type StatementCount, sql } from '../../src/database/index.ts'
import {
  column,
  columns,
  label,
  link,
  type Moment,
  object,
  Reader,
  rows,
  rowTotals,
  type Shape,
  statementOf,
  values,
} from '../../src/query/index.ts'
import { migrateDatabase } from '../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

const MOMENT: Moment = { instant: new Date('2026-03-01T12:00:00Z'), now: '2026-03-01 12:00:00', today: '2026-03-01' }
const SUBJECT = '00000000-0000-4000-8000-000000000001'
const WEIGHINGS = 3000

let scratch: ScratchDatabase

beforeAll(async () => {
  scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
  const { database } = scratch
  await database.execute(
    sql`insert into subjects_subject (id, name, nickname, sex, ear_mark, protocol_number, description, adverse_effects, to_be_genotyped, to_be_culled, lab_id) select ${SUBJECT}, '', 'KS014', 'F', '', '1', '', '', false, false, id from misc_lab limit 1`,
  )
  // Three weighings at each moment, so that only the last word of the order tells them apart; some without a moment.
  await database.execute(
    sql`insert into actions_weighing (id, name, date_time, weight, subject_id) select gen_random_uuid(), '', case when n % 50 = 0 then null else timestamptz '2025-01-01' + (n / 3) * interval '1 hour' end, 20 + n % 7, ${SUBJECT} from generate_series(1, ${WEIGHINGS}) n`,
  )
  await database.execute(
    sql`insert into subjects_project (id, name, description) select gen_random_uuid(), name, '' from unnest(array['brainwide', 'repeated site']) name`,
  )
  await database.execute(
    sql`insert into actions_session (id, name, narrative, start_time, number, task_protocol, qc, subject_id) select gen_random_uuid(), '', '', timestamptz '2025-01-01' + n * interval '1 day', 1, 'training', 10, ${SUBJECT} from generate_series(1, 4) n`,
  )
  await database.execute(
    sql`insert into actions_session_projects (session_id, project_id) select s.id, p.id from actions_session s, subjects_project p where extract(day from s.start_time) < 4`,
  )
})
afterAll(() => scratch.drop())

const shape: Shape = columns('id', 'date_time', 'weight')

describe('pages', () => {
  const order = ['-date_time']
  const reader = new Reader(Weighing, shape)

  test.each([0, 1, 999, 1000, 1499, 1500, 1501, 2000, 2750, 2999])(
    'a page at offset %i holds what the whole list has there',
    async (offset) => {
      const { database } = scratch
      const all = await database.rows(sql`select id from actions_weighing order by date_time desc, id`)

      const page = await reader.page(
        database,
        { order, limit: 250, offset },
        MOMENT,
        rowTotals(database, () => undefined),
      )

      expect(page.count).toBe(WEIGHINGS)
      expect(page.rows.map(([id]) => id)).toEqual(all.slice(offset, offset + 250).map(([id]) => id))
    },
  )

  test('beyond the end there is nothing, and the count stays exact', async () => {
    const page = await reader.page(
      scratch.database,
      { order, limit: 250, offset: WEIGHINGS + 5 },
      MOMENT,
      rowTotals(scratch.database, () => undefined),
    )

    expect([page.count, page.rows]).toEqual([WEIGHINGS, []])
  })

  test('a page that is not full needs no count', async () => {
    const { count, database } = counted()

    const page = await reader.page(
      database,
      { where: (scope) => fragment`${scope.own('weight')} = 26`, order, limit: 1000, offset: 0 },
      MOMENT,
    )

    expect([page.count, page.rows.length, count.statements]).toEqual([428, 428, 1])
  })

  test('the same question has the same text each time, so that it is prepared', async () => {
    const texts = new Set<string>()
    const listening = heardBy(({ text }) => texts.add(text))

    for (let at = 0; at < 3; at += 1) await reader.page(listening, { order, limit: 10, offset: at }, MOMENT)

    expect(texts.size).toBe(2)
  })

  test('totals follow what is added and removed, in the same transaction', async () => {
    const { database } = scratch
    const totals = rowTotals(database, () => undefined)

    await database
      .transaction(async (db) => {
        await db.execute(sql`delete from actions_weighing where weight = 26`)
        expect(await totals(db, Weighing)).toBe(WEIGHINGS - 428)
        throw new Error('undo')
      })
      .catch(() => undefined)

    expect(await totals(database, Weighing)).toBe(WEIGHINGS)
    await database.execute(statementOf(fragment`select alyx.sum_row_counts()`))
    expect(await totals(database, Weighing)).toBe(WEIGHINGS)
  })

  test('a database without counters is counted, and somebody is told once', async () => {
    const bare = await scratchDatabase()
    await bare.database.script(
      'create table actions_weighing (id uuid primary key, date_time timestamptz, weight float8)',
    )
    let told = 0
    const totals = rowTotals(bare.database, () => {
      told += 1
    })

    expect([await totals(bare.database, Weighing), await totals(bare.database, Weighing), told]).toEqual([
      undefined,
      undefined,
      1,
    ])
    await bare.drop()
  })
})

describe('everything nested in a page', () => {
  const nested: Shape = {
    number: column('number'),
    qc: label('qc'),
    url: link('/sessions', 'id'),
    projects: values('projects.name'),
    subject: object('subject', { nickname: column('nickname'), projects: values('projects.name') }),
    siblings: rows(
      'subject.actions_sessions',
      { id: column('id'), projects: values('projects.name') },
      { order: ['start_time'] },
    ),
  }

  test('comes in one statement, whatever hangs from what', async () => {
    const { count, database } = counted()
    const reader = new Reader(Session, nested)

    const page = await reader.page(database, { order: ['start_time'], limit: 250, offset: 0 }, MOMENT)

    expect([page.rows.length, count.statements]).toEqual([4, 2])
    const [projects] = page.nested.values()
    expect([...projects!.values()].map((list) => list.map((row) => row[2]))).toEqual(
      Array(2).fill(['brainwide', 'repeated site']),
    )
  })

  test('keys travel once, as one parameter', async () => {
    const sent: Statement[] = []
    const listening = heardBy((statement) => sent.push(statement))

    await new Reader(Session, nested).page(listening, { order: [], limit: 3, offset: 0 }, MOMENT)

    const statement = sent.find(({ text }) => text.includes('union all'))!
    expect(statement.values.filter((value) => Array.isArray(value))).toHaveLength(1)
    expect(statement.text.match(/= any\(\$1::uuid\[\]\)/g)!.length).toBeGreaterThan(2)
  })

  test('a subject with all its weighings is two statements', async () => {
    const { count, database } = counted()
    const reader = new Reader(Subject, { nickname: column('nickname'), weighings: rows('weighings', shape) })

    const found = await reader.find(database, (scope) => fragment`${scope.own('nickname')} = 'KS014'`, MOMENT)

    expect(count.statements).toBe(2)
    expect([...found.nested.get(0)!.values()][0]).toHaveLength(WEIGHINGS)
  })

  test('a shape that asks for what the model has not is refused when it is declared', () => {
    expect(() => new Reader(Session, { mood: column('subject.mood') })).toThrow('no column at "subject.mood"')
    expect(() => new Reader(Session, { all: values('subject.nickname') })).toThrow()
  })
})

/** The scratch database, telling each statement before it is sent. */
function heardBy(hear: (statement: Statement) => void): Db {
  return {
    ...scratch.database,
    rows(statement) {
      hear(statement)
      return scratch.database.rows(statement)
    },
  }
}

function counted(): { count: StatementCount; database: Db } {
  const count = { statements: 0, milliseconds: 0 }
  return { count, database: scratch.database.counted(count) }
}
