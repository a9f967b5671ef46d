import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { applicationOn, signedIn } from '../rest/application.ts'

let laboratory: ScratchDatabase
let app: FastifyInstance
let rig: { authorization: string }
let path: string
beforeAll(async () => {
  laboratory = await demoDatabase()
  const { database } = laboratory
  app = await applicationOn(database)
  rig = await signedIn(database, 'rig')
  const [[of] = []] = await database.rows(
    sql`select u.nickname || '/' || to_char(s.start_time, 'YYYY-MM-DD') || '/' || to_char(s.number, 'FM000')
from actions_session s join subjects_subject u on u.id = s.subject_id order by s.start_time desc limit 1`,
  )
  path = of!
  // Three copies of each file, as at IBL: the rig's disk, the server of the lab, the one that everybody reaches.
  await database.execute(sql`
    insert into misc_lab_repositories (lab_id, datarepository_id)
    select u.lab_id, r.id from subjects_subject u, (select id from data_datarepository order by name limit 3) r
     where u.nickname = ${path.split('/')[0]} on conflict do nothing`)
})
afterAll(async () => {
  await app.close()
  await laboratory.drop()
})

let registrations = 0
/** Registers 20 new files. @returns milliseconds until the answer */
async function register(): Promise<number> {
  registrations += 1
  const filenames = Array.from({ length: 20 }, (_, at) => `alf/task_${registrations}/probe${at}/spikes.times.npy`)
  const [[repository] = []] = await laboratory.database.rows(
    sql`select name from data_datarepository order by name limit 1`,
  )
  const start = performance.now()
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: '/register-file',
    headers: rig,
    payload: {
      path,
      name: repository,
      filenames,
      hashes: filenames.map((name) => name.padEnd(40)),
      filesizes: filenames.map((name) => name.length),
      versions: filenames.map(() => '1.0'),
    },
  })
  const milliseconds = performance.now() - start
  expect([statusCode, statusCode === 201 ? '' : body]).toEqual([201, ''])
  return milliseconds
}

const watched = (way: 'enable' | 'disable') =>
  laboratory.database.script(
    ['data_dataset', 'data_filerecord', 'actions_session', 'actions_session_users']
      .flatMap((table) =>
        ['insert', 'update', 'delete'].map((kind) => `alter table ${table} ${way} trigger alyx_remember_${kind}`),
      )
      .join(';'),
  )

const quarter = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 4)]!

// The aim is a quarter more at most, and a quiet machine stays far below: docs/guides/history.md has numbers.
test('remembering costs little of a registration of 20 files', { timeout: 120_000 }, async () => {
  const [ROUNDS, EACH, WARM_UP] = [4, 10, 20]
  for (let at = 0; at < WARM_UP; at++) await register()
  const times: Record<'with' | 'without', number[]> = { with: [], without: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, way] of [
      ['without', 'disable'],
      ['with', 'enable'],
    ] as const) {
      await watched(way)
      // Plans are made anew after the tables changed.
      for (let at = 0; at < 6; at++) await register()
      for (let at = 0; at < EACH; at++) times[kind].push(await register())
    }
  }
  const [remembered, forgotten] = [quarter(times.with), quarter(times.without)]
  const [[rows] = []] = await laboratory.database.rows(
    sql`select count(*) from alyx.change where request = (select request from alyx.change order by id desc limit 1)`,
  )

  expect(Number(rows)).toBeGreaterThanOrEqual(40)
  expect(remembered / forgotten, `${remembered.toFixed(1)} ms with, ${forgotten.toFixed(1)} ms without`).toBeLessThan(
    1.6,
  )
})
