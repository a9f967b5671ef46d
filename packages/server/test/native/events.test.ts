import { type AddressInfo, connect } from 'node:net'
import { fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { identifier } from '../../src/auth/identify.ts'
import type { WebSessions } from '../../src/auth/web-sessions.ts'
import { type Database, sql } from '../../src/database/index.ts'
import { type EventOptions, eventRoutes } from '../../src/native/events.ts'
import type { NativeServices } from '../../src/native/gate.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'

let lab: ServedLaboratory
let address: string
/** How often somebody looked at the history. */
let looks = 0
/** The database, with its looks at the history counted. */
const watched = (database: Database): Database => ({
  rows: (statement) => {
    if (statement.text.includes('pg_current_snapshot')) looks += 1
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
async function listen(query = '', token = lab.token, { after, at = address }: { after?: string; at?: string } = {}) {
  const aborted = new AbortController()
  const answer = await fetch(`${at}/api/v1/events${query}`, {
    headers: { authorization: `Token ${token}`, ...(after !== undefined && { 'last-event-id': after }) },
    signal: aborted.signal,
  })
  const events: { model: string; key: string; operation: string; source: string; fields: string[] }[] = []
  const heard = { place: '', resets: 0 }
  const reading = (async () => {
    let text = ''
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const whole = text.split('\n\n')
      text = whole.pop()!
      for (const event of whole) {
        heard.place = /^id: (.*)$/m.exec(event)?.[1] ?? heard.place
        if (event.includes('event: reset')) heard.resets += 1
        else if (event.includes('event: change')) events.push(JSON.parse(/^data: (.*)$/m.exec(event)![1]!))
      }
    }
  })().catch(() => undefined)
  return {
    answer,
    events,
    heard,
    /** Resolves when the server ends the stream. */
    ended: reading,
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

const addProject = (name: string) =>
  lab.database.execute(
    sql`insert into subjects_project (id, name, description) values (gen_random_uuid(), ${name}, '')`,
  )

describe('who comes back with the id of the last event', () => {
  test('hears what was missed, each once, also when nobody listened meanwhile', async () => {
    const first = await listen('?model=subjects.project')
    await addProject('heard at once')
    await vi.waitFor(() => expect(first.events).toHaveLength(1), 4000)
    await first.close()
    await addProject('missed 1')
    await addProject('missed 2')

    const second = await listen('?model=subjects.project', lab.token, { after: first.heard.place })

    await vi.waitFor(() => expect(second.events).toHaveLength(2), 4000)
    expect(second.heard.resets).toBe(0)
    await second.close()
  })

  test('and heard nothing yet, has a place to go on from as well', async () => {
    const first = await listen('?model=subjects.project')
    await vi.waitFor(() => expect(first.heard.place).not.toBe(''), 4000)
    await first.close()
    await addProject('missed from the beginning')

    const second = await listen('?model=subjects.project', lab.token, { after: first.heard.place })

    await vi.waitFor(() => expect(second.events).toHaveLength(1), 4000)
    await second.close()
  })

  test('is told to read everything again when the place is not known any more', async () => {
    const lost = await listen('?model=subjects.project', lab.token, { after: '1' })

    await vi.waitFor(() => expect(lost.heard.resets).toBe(1), 4000)
    await lost.close()
  })
})

test('two hundred listeners cost as many statements as one', async () => {
  const before = looks
  const all = await Promise.all(Array.from({ length: 200 }, () => listen('?model=subjects.project')))
  const began = Date.now()
  await addProject('for two hundred')

  await vi.waitFor(() => expect(all.every(({ events }) => events.length === 1)).toBe(true), 5000)
  await new Promise((resolve) => setTimeout(resolve, 1000))

  expect(looks - before).toBeLessThan(6 + (Date.now() - began) / 250)
  await Promise.all(all.map(({ close }) => close()))
}, 20_000)

test('of secrets not even the change is told; fields have the names that the API uses', async () => {
  const heard = await listen('?model=misc.labmember,subjects.subject')
  await lab.database.execute(sql`update misc_labmember set password = 'another' where username = 'tester'`)
  await lab.database.execute(
    sql`update subjects_subject set nickname = 'told', line_id = null, litter_id = null
        where id = (select min(id::text)::uuid from subjects_subject where line_id is not null)`,
  )

  await vi.waitFor(() => expect(heard.events.length).toBeGreaterThan(0), 4000)
  expect(heard.events.every(({ model }) => model === 'subjects.subject')).toBe(true)
  expect(heard.events.at(-1)!.fields).toContain('line')
  await heard.close()
})

describe('a stream ends', () => {
  test('when the account behind it may not sign in any more', async () => {
    const strict = await separate({ recheckMs: 100 })
    const token = await tokenOfNew(lab.database, 'leaver', 'member')
    const heard = await listen('', token, { at: strict.address })
    await lab.database.execute(sql`update misc_labmember set is_active = false where username = 'leaver'`)

    await heard.ended

    await strict.app.close()
  })

  test('when the server stops, at once', async () => {
    const server = await separate({})
    const heard = await listen('', lab.token, { at: server.address })
    const began = Date.now()

    await Promise.all([server.app.close(), heard.ended])

    expect(Date.now() - began).toBeLessThan(2000)
  })

  test('for the one who has too many, by name', async () => {
    const server = await separate({ mostStreams: 2 })
    const [one, two] = [
      await listen('', lab.token, { at: server.address }),
      await listen('', lab.token, { at: server.address }),
    ]

    const three = await listen('', lab.token, { at: server.address })
    expect(three.answer.status).toBe(429)

    await one.close()
    await vi.waitFor(async () => {
      const again = await listen('', lab.token, { at: server.address })
      await again.close()
      expect(again.answer.status).toBe(200)
    }, 4000)
    await two.close()
    await server.app.close()
  })

  test('for a reader who does not read', async () => {
    const server = await separate({ mostWaitingBytes: 20_000 })
    const socket = connect(Number(new URL(server.address).port), '127.0.0.1')
    socket.pause()
    socket.write(
      `GET /api/v1/events?model=subjects.project HTTP/1.1\r\nhost: here\r\nauthorization: Token ${lab.token}\r\n\r\n`,
    )
    const open = () => new Promise<number>((resolve) => server.app.server.getConnections((_, count) => resolve(count)))
    await vi.waitFor(async () => expect(await open()).toBe(1), 4000)
    await new Promise((resolve) => setTimeout(resolve, 500))

    await lab.database.execute(sql`insert into subjects_project (id, name, description)
      select gen_random_uuid(), 'burst ' || n, '' from generate_series(1, 40000) n`)

    await vi.waitFor(async () => expect(await open()).toBe(0), 15_000)
    socket.destroy()
    await server.app.close()
  }, 30_000)
})

/** Another server of the same laboratory, with limits of its own. */
async function separate(options: EventOptions) {
  const app = fastify()
  app.decorateRequest('account', undefined)
  app.decorateRequest('count')
  app.addHook('onRequest', async (request) => {
    request.count = { statements: 0, milliseconds: 0 }
  })
  const services = {
    database: lab.database,
    identify: identifier({ accountOf: async () => undefined } as unknown as WebSessions),
    throttles: { wait: () => undefined },
    clock: () => ({}),
  } as unknown as NativeServices
  eventRoutes(app, services, options)
  return { app, address: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

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
