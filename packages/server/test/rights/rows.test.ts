import { LabMember, type Model, Note, Session, Subject, Task, Weighing } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, raw, sql } from '../../src/database/index.ts'
import { type Account, findAccount } from '../../src/domains/labs/index.ts'
import { judgeRows, type Verb } from '../../src/rights/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
let db: Database
/** Answers for an animal; may act for the first; has nothing to do with either. */
let owner: Account
let helper: Account
let stranger: Account
let subject: string

const NAMES = ['rights-owner', 'rights-helper', 'rights-stranger']

async function keysOf(text: string): Promise<string[]> {
  const rows = await db.rows(raw(text))
  return rows.map(([key]) => key!)
}

async function verdict(account: Account, verb: Verb, model: Model, key: string) {
  return (await judgeRows(db, account, verb, model, [key])).get(key)
}
const may = async (account: Account, verb: Verb, model: Model, key: string) =>
  (await verdict(account, verb, model, key))?.may

beforeAll(async () => {
  scratch = await demoDatabase()
  db = scratch.database
  for (const name of NAMES)
    await db.execute(sql`insert into misc_labmember (id, username, password, first_name, last_name, email, is_active,
        is_staff, is_superuser, is_public_user, is_stock_manager, date_joined)
      values (gen_random_uuid(), ${name}, '!', '', '', '', true, true, false, false, false, now())`)
  const accounts = await Promise.all(NAMES.map(async (name) => (await findAccount(db, name))!))
  ;[owner, helper, stranger] = [accounts[0]!, accounts[1]!, accounts[2]!]
  await db.execute(
    sql`insert into misc_labmember_allowed_users (from_labmember_id, to_labmember_id) values (${owner.id}, ${helper.id})`,
  )
  ;[subject] = (await keysOf(
    `select s.id from subjects_subject s join actions_session a on a.subject_id = s.id
       join actions_weighing w on w.subject_id = s.id join jobs_task t on t.session_id = a.id limit 1`,
  )) as [string]
  await db.execute(sql`update subjects_subject set responsible_user_id = ${owner.id} where id = ${subject}`)
}, 120_000)
afterAll(() => scratch?.drop())

describe('an animal', () => {
  test('may be changed by who answers for it and by those they allow, not by others, and deleted by none of them', async () => {
    expect(await may(owner, 'change', Subject, subject)).toBe(true)
    expect(await may(helper, 'change', Subject, subject)).toBe(true)
    expect(await may(stranger, 'change', Subject, subject)).toBe(false)
    expect(await may(owner, 'delete', Subject, subject)).toBe(false)
  })

  test('may be handed over by stock managers, who may write nothing else of it', async () => {
    const manager = { ...stranger, isStockManager: true }
    expect(await verdict(manager, 'change', Subject, subject)).toEqual({
      may: true,
      fields: new Set(['responsible_user']),
    })
  })

  test('may be changed by animal carers', async () => {
    await db.execute(sql`insert into auth_group (name) values ('Husbandry of the west wing')`)
    await db.execute(sql`insert into misc_labmember_groups (labmember_id, group_id)
      select ${stranger.id}, id from auth_group where name = 'Husbandry of the west wing'`)
    const carer = (await findAccount(db, stranger.username))!

    expect(carer.isHusbandry).toBe(true)
    expect(await may(carer, 'change', Subject, subject)).toBe(true)
  })
})

describe('what hangs on an animal', () => {
  test('follows the animal: weighings, sessions and what belongs to these', async () => {
    const [weighing] = (await keysOf(`select id from actions_weighing where subject_id = '${subject}'`)) as [string]
    const [session] = (await keysOf(`select id from actions_session where subject_id = '${subject}'`)) as [string]

    for (const account of [owner, helper]) {
      expect(await may(account, 'change', Weighing, weighing)).toBe(true)
      expect(await may(account, 'delete', Weighing, weighing)).toBe(true)
      expect(await may(account, 'change', Session, session)).toBe(true)
    }
    expect(await may(stranger, 'change', Weighing, weighing)).toBe(false)
    expect(await may(stranger, 'delete', Weighing, weighing)).toBe(false)
    expect(await may(stranger, 'change', Session, session)).toBe(false)
  })

  test('may be changed by the people that a session names', async () => {
    const [session] = (await keysOf(`select id from actions_session where subject_id = '${subject}'`)) as [string]
    await db.execute(
      sql`insert into actions_session_users (session_id, labmember_id) values (${session}, ${stranger.id})`,
    )

    expect(await may(stranger, 'change', Session, session)).toBe(true)
  })
})

test('a note may be put right by its author, and by nobody else', async () => {
  const [note] = (await keysOf('select id from misc_note limit 1')) as [string]
  await db.execute(sql`update misc_note set user_id = ${helper.id} where id = ${note}`)

  expect(await may(helper, 'change', Note, note)).toBe(true)
  expect(await may(owner, 'change', Note, note)).toBe(false)
})

test('an account may be changed by its owner, in what gives no rights', async () => {
  const own = await verdict(owner, 'change', LabMember, owner.id)

  expect(own).toEqual({ may: true, fields: new Set(['first_name', 'last_name', 'email', 'allowed_users']) })
  expect(await may(owner, 'change', LabMember, helper.id)).toBe(false)
})

test('a task may be changed by members of the lab of its session, as long as they belong to it', async () => {
  const [task] = (await keysOf(
    `select t.id from jobs_task t join actions_session s on s.id = t.session_id where s.lab_id is not null limit 1`,
  )) as [string]
  const outsider = owner
  expect(await may(outsider, 'change', Task, task)).toBe(false)
  await db.execute(sql`insert into misc_labmembership (id, name, role, start_date, user_id, lab_id)
    select gen_random_uuid(), '', '', current_date - 1, ${outsider.id}, s.lab_id
      from jobs_task t join actions_session s on s.id = t.session_id where t.id = ${task}`)

  expect(await may(outsider, 'change', Task, task)).toBe(true)

  await db.execute(sql`update misc_labmembership set end_date = current_date - 1 where user_id = ${outsider.id}`)
  expect(await may(outsider, 'change', Task, task)).toBe(false)
})

test('many rows are judged in one statement; rows that do not exist are absent', async () => {
  const keys = await keysOf(`select id from subjects_subject order by id = '${subject}' desc limit 100`)
  const count = { statements: 0, milliseconds: 0 }
  const nowhere = '00000000-0000-4000-8000-00000000dead'

  const verdicts = await judgeRows(db.counted(count), owner, 'change', Subject, [...keys, nowhere])

  expect(count.statements).toBe(1)
  expect(verdicts.size).toBe(keys.length)
  expect([...verdicts.values()].filter((one) => one.may).length).toBeGreaterThan(0)
  expect([...verdicts.values()].filter((one) => !one.may).length).toBeGreaterThan(0)
})

test('nothing is asked of the database where the answer is the same for every row', async () => {
  const keys = await keysOf('select id from subjects_subject limit 10')
  const count = { statements: 0, milliseconds: 0 }

  const looked = await judgeRows(db.counted(count), owner, 'view', Subject, keys)
  const superuser = await judgeRows(db.counted(count), { ...owner, isSuperuser: true }, 'delete', Subject, keys)

  expect(count.statements).toBe(0)
  expect([...looked.values(), ...superuser.values()].every((one) => one.may)).toBe(true)
})
