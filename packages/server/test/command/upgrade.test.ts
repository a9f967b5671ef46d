import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { migrateDatabase, planMigrations, revertMigration } from '../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'
import { alyx } from './alyx.ts'

let folder: string
let scratch: ScratchDatabase
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-upgrade-'))
  scratch = await scratchDatabase()
})
afterAll(async () => {
  await scratch.drop()
  await rm(folder, { recursive: true })
})

const upgrade = () => alyx(['upgrade'], { cwd: folder, env: { DATABASE_URL: scratch.url } })
const backups = () => readdir(join(folder, 'data/backups')).catch(() => [])

test('an upgrade backs up first and does nothing twice; a newer database is left alone', {
  timeout: 120_000,
}, async () => {
  expect(await upgrade()).toMatchObject({ code: 1, err: expect.stringContaining('alyx adopt --check') })

  await migrateDatabase(scratch.database)
  await revertMigration(scratch.database)
  expect(await upgrade()).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Backed up: .*\nApplied \d{4}_\w+\.\n$/),
  })
  expect((await planMigrations(scratch.database)).pending).toEqual([])
  expect(await backups()).toHaveLength(1)

  expect(await upgrade()).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is pending') })
  await scratch.database.execute(
    sql`insert into alyx.migration (number, name, checksum, adopted, duration_ms) values (9000, 'later', 'x', false, 1)`,
  )
  expect(await upgrade()).toMatchObject({
    code: 1,
    err: expect.stringContaining('9000_later, which this version does not know'),
  })
  expect(await backups()).toHaveLength(1)
})
