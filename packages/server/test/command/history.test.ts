import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { migrateDatabase } from '../../src/schema/index.ts'
import { addLab } from '../history/laboratory.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'
import { alyx, type Ended } from './alyx.ts'

let folder: string
let scratch: ScratchDatabase
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alyx-history-'))
  scratch = await scratchDatabase()
  await migrateDatabase(scratch.database)
  await addLab(scratch.database, 'newlab')
})
afterAll(async () => {
  await scratch.drop()
  rmSync(folder, { recursive: true })
})

const run = (line: string): Promise<Ended> => alyx(line.split(' '), { cwd: folder, env: { DATABASE_URL: scratch.url } })

test('the history can be taken out, to standard output or into a file', async () => {
  const out = await run('history export --table misc_lab')
  const csv = await run('history export --format csv --from 2020-01-01 changes.csv')
  const nonsense = await run('history export --from yesterweek')

  expect(out.code).toBe(0)
  expect(
    out.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ operation: 'insert', table_name: 'misc_lab', new: { name: 'newlab' } }])
  expect(csv).toMatchObject({ code: 0, out: '' })
  expect(readFileSync(join(folder, 'changes.csv'), 'utf8')).toContain('newlab')
  expect(nonsense).toMatchObject({ code: 1, err: expect.stringContaining('A moment cannot be read') })
}, 60_000)

test('what a command writes is told from what Django and psql write', async () => {
  const [[last] = []] = await scratch.database.rows(sql`select max(id) from alyx.change`)

  await run('load-fixtures')

  const sources = await scratch.database.rows(sql`select distinct source from alyx.change where id > ${last}::bigint`)
  expect(sources).toEqual([['command']])
}, 60_000)

test('the history is verified: exit code 0 when it is whole, 1 when it is not', async () => {
  const first = await run('history verify')
  const head = /The last seal: ([0-9a-f]{64})/.exec(first.out)?.[1]
  const whole = await run(`history verify --expect ${head}`)
  const wrong = await run('history verify --expect abc')
  await scratch.database.script(`
    alter table alyx.change disable trigger all;
    update alyx.change set new = '{}' where id = 2;
    alter table misc_food disable trigger alyx_remember_delete`)
  const broken = await run('history verify')

  expect(first.code).toBe(0)
  expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('are as they were sealed') })
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('64 hexadecimal digits') })
  expect(broken.code).toBe(1)
  expect(broken.out).toContain('Change 2 in seal 1')
  expect(broken.out).toContain('not remembered, their triggers are missing or off: misc_food')
}, 60_000)
