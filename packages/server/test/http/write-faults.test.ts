import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, type Db, raw, sql } from '../../src/database/index.ts'
import { overheard } from '../domains/data/registration/rig-laboratory.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

/** What happens before a statement of a transaction. */
let before: (nth: number, db: Db) => Promise<void> = async () => undefined

const interrupted = (database: Database): Database => ({
  ...overheard(database, (nth, db) => before(nth, db)),
  counted: (count) => interrupted(database.counted(count)),
})

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory({ between: interrupted })
})
afterAll(() => lab.close())

/** Everything that could be left behind. */
const traces = () =>
  lab.database.rows(
    raw(`select (select count(*) from actions_session), (select count(*) from actions_session_users),
      (select count(*) from actions_session_projects), (select count(*) from actions_session_procedures),
      (select count(*) from alyx.idempotent_answer), (select count(*) from alyx.change)`),
  )

async function session() {
  const [[nickname], [lab_member], [project], [procedure]] = (await lab.database.rows(
    raw(`(select nickname from subjects_subject order by id limit 1) union all
      (select username from misc_labmember order by id limit 1) union all
      (select name from subjects_project order by id limit 1) union all
      (select name from actions_proceduretype order by id limit 1)`),
  )) as [[string], [string], [string], [string]]
  return {
    subject: nickname,
    users: [lab_member],
    projects: [project],
    procedures: [procedure],
    number: 77,
    json: { rig: 1 },
  }
}

/** Sends a session until it gets through, with a later statement interrupted each time. @returns how many there were */
async function interruptedEach(interrupt: (db: Db) => Promise<void>, key: string): Promise<number> {
  const payload = JSON.stringify(await session())
  const headers = {
    authorization: `Token ${lab.token}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  }
  const untouched = await traces()
  for (let at = 1; ; at += 1) {
    before = async (nth, db) => {
      if (nth === at) await interrupt(db)
    }
    const { statusCode } = await lab.ask({ method: 'POST', url: '/sessions', payload, headers })
    before = async () => undefined
    if (statusCode === 201) return at - 1
    expect([500, 503]).toContain(statusCode)
    expect(await traces()).toEqual(untouched)
  }
}

describe('a session that is recorded while something fails leaves nothing behind', () => {
  test('an error in any statement', async () => {
    const statements = await interruptedEach(async () => {
      throw new Error('a fault that nobody foresaw')
    }, 'errors')

    expect(statements).toBeGreaterThan(6)
  })

  test('a connection that is cut before any statement', async () => {
    const statements = await interruptedEach(async (db) => {
      const [[backend]] = (await db.rows(sql`select pg_backend_pid()`)) as [[string]]
      await lab.database.execute(sql`select pg_terminate_backend(${backend}::integer, 5000)`)
    }, 'cuts')

    expect(statements).toBeGreaterThan(6)
  })
})

test('two clients that make one subject at the same time end with one, and the other hears why', async () => {
  const { subject: _, ...rest } = await session()
  const [[name]] = (await lab.database.rows(raw('select name from misc_lab limit 1'))) as [[string]]
  const payload = JSON.stringify({ nickname: 'TWIN', lab: name, projects: rest.projects })
  const headers = { authorization: `Token ${lab.token}`, 'content-type': 'application/json' }

  const answers = await Promise.all(
    Array.from({ length: 4 }, () => lab.ask({ method: 'POST', url: '/subjects', payload, headers })),
  )

  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 400, 400, 400])
  for (const { statusCode, body } of answers) if (statusCode === 400) expect(body).toContain('must make a unique set')
})
