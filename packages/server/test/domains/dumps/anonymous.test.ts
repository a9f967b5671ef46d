import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raw } from '../../../src/database/index.ts'
import { dumpData, loadDump } from '../../../src/domains/labs/dumps/index.ts'
import { migrateDatabase } from '../../../src/schema/index.ts'
import { demoDatabase } from '../../postgres/demo-database.ts'
import { type ScratchDatabase, scratchDatabase } from '../../postgres/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await demoDatabase()
})
afterAll(() => scratch.drop())

async function dumped(): Promise<string> {
  const target = new PassThrough()
  const whole = text(target)
  await dumpData(scratch.database, target, { anonymous: true, credentials: true })
  target.end()
  return whole
}

describe('an anonymous dump', () => {
  test('holds nothing that people are called or wrote', async () => {
    const dump = await dumped()

    const told = await scratch.database.rows(
      raw(`select username from misc_labmember union select email from misc_labmember union
        select last_name from misc_labmember union select password from misc_labmember where length(password) > 5 union
        select key from authtoken_token union select text from misc_note where text <> '' union
        select narrative from actions_session where narrative <> '' union
        select description from subjects_project where description <> '' union
        select role from misc_labmembership where role <> '' union select description from data_tag where description <> ''`),
    )
    const words = told.map(([word]) => word!).filter((word) => word.length > 3)
    expect(words.length).toBeGreaterThan(10)
    expect(words.filter((word) => dump.includes(JSON.stringify(word)))).toEqual([])
    expect(dump).not.toContain('pbkdf2')
  })

  test('is the same each time, and loads with every key', async () => {
    const dump = await dumped()
    const other = await scratchDatabase()
    try {
      await migrateDatabase(other.database)

      await loadDump(other.database, Readable.from([dump]), { defaultLab: '4027da48-7be3-43ec-a222-f75dffe36872' })

      expect(await dumped()).toBe(dump)
      const shape = raw(`select (select count(*) from subjects_subject), (select count(*) from data_dataset),
        (select count(*) from actions_session), (select md5(string_agg(id::text, '' order by id)) from actions_session)`)
      expect(await other.database.rows(shape)).toEqual(await scratch.database.rows(shape))
      expect(await other.database.rows(raw('select username from misc_labmember order by id limit 1'))).toEqual([
        ['lab_member_1'],
      ])
    } finally {
      await other.drop()
    }
  })
})
