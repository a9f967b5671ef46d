import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Database, sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'

let lab: ServedLaboratory
let address: string
/** How often somebody looked at the history. */
let looks = 0
/** The database, with its looks at the history counted. */
const watched = (database: Database): Database => ({
  rows: (statement) => {
    if (statement.text.includes('pg_snapshot_xmax')) looks += 1
    return database.rows(statement)
  },
  objects: (statement) => database.objects(statement),
  execute: (statement) => database.execute(statement),
  transaction: (work, options) => database.transaction(work, options),
  counted: (count) => database.counted(count),
  script: (text) => database.script(text),
  listen: (channel, heard) => database.listen(channel, heard),
  serverVersion: database.serverVersion,
  close: database.close,
})

beforeAll(async () => {
  lab = await servedLaboratory({
    maxConnections: 8,
    between: watched,
  })
  await lab.app.listen({ port: 0, host: '127.0.0.1' })
  address = `http://127.0.0.1:${(lab.app.server.address() as AddressInfo).port}`
})
afterAll(() => lab.close())

/** Listens until `close`; what was heard is in `events`. */
async function listen(query = '', token = lab.token) {
  const aborted = new AbortController()
  const answer = await fetch(`${address}/api/v1/events${query}`, {
    headers: { authorization: `Token ${token}` },
    signal: aborted.signal,
  })
  const events: { model: string; key: string; operation: string; source: string; fields: string[] }[] = []
  const reading = (async () => {
    let text = ''
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const whole = text.split('\n\n')
      text = whole.pop()!
      for (const event of whole) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data) events.push(JSON.parse(data))
      }
    }
  })().catch(() => undefined)
  return {
    answer,
    events,
    async close() {
      aborted.abort()
      await reading
    },
  }
}

const rename = (name: string) =>
  sql`update subjects_project set description = ${name} where id = (select min(id::text)::uuid from subjects_project)`

describe('changes are told as they are committed', () => {
  test('from the contract, the native API and psql, to those who asked for the model', async () => {
    const all = await listen()
    const projects = await listen('?model=subjects.project')
    const post = (url: string, body: object) =>
      lab.ask({
        method: 'POST',
        url,
        headers: { authorization: `Token ${lab.token}`, 'content-type': 'application/json' },
        payload: JSON.stringify(body),
      })

    await post('/projects', { name: 'told by contract' })
    await post('/api/v1/subjects/project', { name: 'told by native' })
    await post('/tags', { name: 'told' })
    await lab.database.execute(rename('psql'))

    await vi.waitFor(
      () => expect(projects.events.filter(({ fields }) => !fields.includes('users'))).toHaveLength(3),
      4000,
    )
    const told = projects.events.filter(({ fields }) => !fields.includes('users'))
    expect(told.map(({ source }) => source)).toEqual(['contract', 'native', expect.any(String)])
    expect(told[2]).toMatchObject({ model: 'subjects.project', operation: 'update', fields: ['description'] })
    expect(all.events.some(({ model }) => model === 'data.tag')).toBe(true)
    expect(projects.events.every(({ model }) => model === 'subjects.project')).toBe(true)
    await Promise.all([all.close(), projects.close()])
  })

  test('in any order of commits, each once, and never when they were taken back', async () => {
    const heard = await listen('?model=subjects.project')
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const late = lab.database.transaction(async (db) => {
      await db.execute(sql`insert into subjects_project (id, name, description) values (gen_random_uuid(), 'late', '')`)
      await held
    })
    for (const at of [1, 2, 3]) {
      await lab.database.execute(
        sql`insert into subjects_project (id, name, description) values (gen_random_uuid(), ${`early ${at}`}, '')`,
      )
    }
    await lab.database
      .transaction(async (db) => {
        await db.execute(
          sql`insert into subjects_project (id, name, description) values (gen_random_uuid(), 'never', '')`,
        )
        throw new Error('taken back')
      })
      .catch(() => undefined)
    await vi.waitFor(() => expect(heard.events).toHaveLength(3), 4000)
    await new Promise((resolve) => setTimeout(resolve, 1200))

    release()
    await late

    await vi.waitFor(() => expect(heard.events).toHaveLength(4), 4000)
    await new Promise((resolve) => setTimeout(resolve, 1200))
    expect(new Set(heard.events.map(({ key }) => key)).size).toBe(4)
    await heard.close()
  })
})

test('nothing is asked of the database while nobody listens', async () => {
  const heard = await listen()
  await heard.close()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const before = looks

  await new Promise((resolve) => setTimeout(resolve, 1500))

  expect(before).toBeGreaterThan(0)
  expect(looks).toBe(before)
})

test('models that do not exist, and those that a person may not see, are refused by name', async () => {
  const member = await tokenOfNew(lab.database, 'listener', 'member')

  const [none, secret, other] = [
    await listen('?model=no.model'),
    await listen('?model=authtoken.token', member),
    await listen('?modle=subjects.project'),
  ]

  expect([none.answer.status, secret.answer.status, other.answer.status]).toEqual([400, 400, 400])
  await Promise.all([none.close(), secret.close(), other.close()])
})
