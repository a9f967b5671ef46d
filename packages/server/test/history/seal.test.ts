import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase, raw, sql } from '../../src/database/index.ts'
import { sealHistory, verifyHistory } from '../../src/history/index.ts'
import { migrateDatabase } from '../../src/schema/index.ts'
import { asAdmin, type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'
import { addLab } from './laboratory.ts'

let template: string
let scratch: ScratchDatabase
beforeAll(async () => {
  const { database } = await scratchDatabase()
  await migrateDatabase(database)
  for (const name of ['first', 'second', 'third', 'fourth']) await addLab(database, name)
  template = (await database.rows(sql`select current_database()`))[0]![0]!
  // Nobody may be connected to what is copied.
  await database.close()
})
beforeEach(async () => {
  scratch = await scratchDatabase({ template, maxConnections: 6 })
})
afterEach(() => scratch.drop())
afterAll(() => asAdmin(`drop database ${template}`))

const seal = () => sealHistory(scratch.database, { waitMs: 5000 })
const verify = (expected?: string) => verifyHistory(scratch.database, { expected })
const lastChange = async () => Number((await scratch.database.rows(sql`select max(id) from alyx.change`))[0]![0])

/** What only a superuser can do who takes the guards away. */
const tamper = (statement: string) =>
  scratch.database.script(`
    alter table alyx.change disable trigger all; alter table alyx.seal disable trigger all;
    ${statement};
    alter table alyx.change enable trigger all; alter table alyx.seal enable trigger all`)

test('a history that nobody touched is found to be as it was sealed', async () => {
  await seal()
  await addLab(scratch.database, 'fifth')
  await seal()
  await addLab(scratch.database, 'sixth')

  const found = await verify()

  expect(found).toMatchObject({ broken: undefined, unwatched: [], unsealedRows: 1, seals: 2 })
  expect(found.head).toMatch(/^[0-9a-f]{64}$/)
})

test('is the same in every zone and after more was sealed: its hash can be kept elsewhere', async () => {
  await seal()
  const { head } = await verify()
  await addLab(scratch.database, 'fifth')
  await seal()

  const abroad = await openDatabase({ url: scratch.url, timeZone: 'Asia/Kathmandu', maxConnections: 1 })
  const found = await verifyHistory(abroad, { expected: head })
  await abroad.close()

  expect(found.broken).toBeUndefined()
  expect((await verify('00ff')).broken).toContain('No seal has the hash 00ff')
})

describe('whoever gets around the guards is found out', () => {
  beforeEach(async () => {
    await seal()
    await addLab(scratch.database, 'fifth')
    await seal()
  })

  test('after changing who did it', async () => {
    const id = (await lastChange()) - 1
    await tamper(`update alyx.change set username = 'somebody else' where id = ${id}`)

    expect((await verify()).broken).toMatch(new RegExp(`^Change ${id} in seal 1 .* is not as it was sealed`))
  })

  test('after changing what was written', async () => {
    const id = await lastChange()
    await tamper(`update alyx.change set new = new || '{"name": "another"}' where id = ${id}`)

    expect((await verify()).broken).toMatch(new RegExp(`^Change ${id} in seal 2 .* is not as it was sealed`))
  })

  test('after removing a change', async () => {
    const id = (await lastChange()) - 2
    await tamper(`delete from alyx.change where id = ${id}`)

    expect((await verify()).broken).toMatch(new RegExp(`^A change after ${id - 1} is missing from seal 1`))
  })

  test('after adding a change where one was rolled back', async () => {
    const before = await lastChange()
    const inVain = scratch.database.transaction(async (db) => {
      await addLab(db, 'in vain')
      throw new Error('in vain')
    })
    await expect(inVain).rejects.toThrow('in vain')
    await addLab(scratch.database, 'sixth')
    await seal()
    expect((await verify()).broken).toBeUndefined()

    await tamper(`insert into alyx.change overriding system value
      select (jsonb_populate_record(c, '{"id": ${before + 1}}')).* from alyx.change c where id = ${before}`)

    expect((await verify()).broken).toMatch(new RegExp(`^Change ${before + 1} was added to seal 3`))
  })

  test('after removing a seal', async () => {
    await tamper('delete from alyx.seal where number = 1')

    expect((await verify()).broken).toBe('Seal 2 does not follow the one before it: a seal is missing.')
  })

  test('after replacing a seal, because the next one is chained to it', async () => {
    const id = (await lastChange()) - 1
    await tamper(`
      update alyx.change set username = 'somebody else' where id = ${id};
      update alyx.seal s set hash = (
        select alyx.seal_hash(null, s.from_id, s.to_id, string_agg(sha256(convert_to(alyx.change_text(c), 'UTF8')), ''::bytea order by c.id))
          from alyx.change c where c.id between s.from_id and s.to_id) where number = 1`)

    expect((await verify()).broken).toContain('seal 2')
  })

  test('after taking the end away, with the help of a hash kept elsewhere', async () => {
    const { head } = await verify()
    await tamper(`delete from alyx.change where id = ${await lastChange()}; delete from alyx.seal where number = 2`)

    expect((await verify()).broken).toBeUndefined()
    expect((await verify(head)).broken).toContain('No seal has the hash')
  })

  test('after a table is watched no more', async () => {
    await scratch.database.script('alter table misc_lab disable trigger alyx_remember_update')

    expect((await verify()).unwatched).toEqual(['misc_lab'])
  })
})

describe('changes that are committed out of their order', () => {
  test('are not sealed before the transaction that may still bring an earlier one has ended', async () => {
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
    const { promise: hasWritten, resolve: written } = Promise.withResolvers<void>()
    const slow = scratch.database.transaction(async (db) => {
      await addLab(db, 'slow')
      written()
      await mayEnd
    })
    await hasWritten
    await addLab(scratch.database, 'quick')
    const slowNumber = (await lastChange()) - 1

    await sealHistory(scratch.database, { waitMs: 300 })
    const meanwhile = await scratch.database.rows(sql`select coalesce(max(to_id), 0) from alyx.seal`)
    end()
    await slow
    await seal()

    expect(Number(meanwhile[0]![0])).toBeLessThan(slowNumber)
    expect(await verify()).toMatchObject({ broken: undefined, unsealedRows: 0 })
  })

  test('leave no row out when many write, some in vain, while others seal', async () => {
    const write = async (who: number) => {
      for (let at = 0; at < 15; at++) {
        await scratch.database
          .transaction(async (db) => {
            await addLab(db, `${who}-${at}`)
            await db.rows(sql`select pg_sleep(random() * 0.01)`)
            if (at % 4 === 0) throw new Error('in vain')
          })
          .catch(() => undefined)
      }
    }
    const sealAgain = async () => {
      for (let at = 0; at < 20; at++) await sealHistory(scratch.database)
    }

    await Promise.all([write(1), write(2), write(3), sealAgain(), sealAgain()])
    await seal()

    const found = await verify()
    const [[rows] = []] = await scratch.database.rows(sql`select count(*) from alyx.change`)
    expect(found).toMatchObject({ broken: undefined, unsealedRows: 0, sealedRows: Number(rows) })
  })
})

test('sealing refuses to be part of another transaction, whose end it could not wait for', async () => {
  await expect(
    scratch.database.transaction(async (db) => {
      await addLab(db, 'fifth')
      await db.rows(sql`select alyx.seal_changes()`)
    }),
  ).rejects.toThrow('in a transaction of its own')
})

test('what another cluster had noted before a restore does not hold sealing up', async () => {
  await sealHistory(scratch.database)
  await scratch.database.execute(raw(`update alyx.seal_horizon set settled_at = '9999999999'`))

  expect(await seal()).toBeGreaterThan(4)
})
