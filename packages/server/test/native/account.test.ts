import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePassword, verifyPassword } from '../../src/auth/passwords.ts'
import { sql } from '../../src/database/index.ts'
import { createAccount } from '../../src/domains/labs/index.ts'
import { cookieOf, type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, read } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
let other: Ask
let admin: Ask
let visitor: Ask
let token: string
beforeAll(async () => {
  lab = await servedLaboratory()
  token = await tokenOfNew(lab.database, 'ann.account', 'member')
  ask = asking(lab, token)
  other = asking(lab, await tokenOfNew(lab.database, 'ben.account', 'member'))
  visitor = asking(lab, await tokenOfNew(lab.database, 'visitor', 'public'))
  admin = asking(lab, lab.token)
})
afterAll(() => lab.close())

const idOf = async (username: string) =>
  (await lab.database.rows(sql`select id from misc_labmember where username = ${username}`))[0]![0]!

describe('a saved view', () => {
  const view = {
    model: 'subjects.subject',
    name: 'My living mice',
    columns: ['nickname', 'sex'],
    filters: { death_date__isnull: 'true' },
  }

  test('is kept, changed, shown and removed by the person', async () => {
    const made = await ask('POST', '/saved-views', view)
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ ...view, shared: false, sort: [], mine: true, owner: { title: 'ann.account' } })

    expect(made.body).not.toHaveProperty('owner_id')

    const changed = await ask('PATCH', `/saved-views/${made.body.id}`, { name: 'Mice', sort: ['-birth_date'] })
    expect(changed.body).toMatchObject({ name: 'Mice', sort: ['-birth_date'], filters: view.filters })
    expect((await read(ask, '/saved-views?model=subjects.subject')).results).toMatchObject([{ name: 'Mice' }])
    expect((await read(ask, '/saved-views?model=actions.session')).results).toEqual([])

    expect((await ask('DELETE', `/saved-views/${made.body.id}`)).status).toBe(204)
    expect((await read(ask, '/saved-views')).results).toEqual([])
  })

  test('of somebody else does not exist, unless it is shared; then only its owner and superusers change it', async () => {
    const { id } = (await ask('POST', '/saved-views', { ...view, name: 'secret' })).body
    expect((await read(other, '/saved-views')).results).toEqual([])
    expect((await other('PATCH', `/saved-views/${id}`, { name: 'x' })).status).toBe(404)

    await ask('PATCH', `/saved-views/${id}`, { shared: true })
    expect((await read(other, '/saved-views')).results).toMatchObject([{ id, mine: false }])
    expect((await other('DELETE', `/saved-views/${id}`)).status).toBe(403)
    expect((await admin('PATCH', `/saved-views/${id}`, { shared: false })).status).toBe(200)
    expect((await read(other, '/saved-views')).results).toEqual([])
    await ask('DELETE', `/saved-views/${id}`)
  })

  test('is refused twice of one name, of what nobody may see, and with what is no view', async () => {
    const { id } = (await ask('POST', '/saved-views', view)).body
    expect((await ask('POST', '/saved-views', view)).body.error.fields).toHaveProperty('name')
    await ask('DELETE', `/saved-views/${id}`)
    for (const wrong of [
      { ...view, model: 'authtoken.token' },
      { ...view, model: 'admin.logentry' },
      { ...view, name: '' },
      { ...view, name: 'n'.repeat(101) },
      { ...view, shared: 'yes' },
      { ...view, owner_id: token },
      { ...view, columns: 'x'.repeat(30_000) },
      { ...view, filters: { a: 'null \u0000 character' } },
      [],
      'text',
    ]) {
      const { status, body } = await ask('POST', '/saved-views', wrong)
      expect(status, JSON.stringify(body)).toBe(400)
    }
    expect((await visitor('POST', '/saved-views', view)).status).toBe(403)
    expect((await read(ask, '/saved-views')).results).toEqual([])
  })
})

describe('the account', () => {
  test('shows itself, and of the token only its end', async () => {
    const own = await read(ask, '/account')

    expect(own).toMatchObject({ username: 'ann.account', has_password: false, allowed_users: [] })
    expect(own.token.shown).toBe(`••••••••${token.slice(-4)}`)
    expect(JSON.stringify(own)).not.toContain(token)
  })

  test('changes what its person says of themselves, and gives no rights away', async () => {
    const ben = await idOf('ben.account')
    const { status, body } = await ask('PATCH', '/account', {
      first_name: 'Ann',
      email: 'ann@lab.example',
      allowed_users: [ben],
    })

    expect(status).toBe(200)
    expect(body).toMatchObject({
      written: true,
      account: { first_name: 'Ann', allowed_users: [{ id: ben, title: 'ben.account' }] },
    })
    expect((await ask('PATCH', '/account', { email: 'nonsense' })).status).toBe(400)
    expect((await ask('PATCH', '/account', { is_superuser: true })).status).toBe(400)
    expect((await ask('PATCH', '/account', { first_name: 'Bob', dry_run: true })).body).toMatchObject({
      written: false,
      account: { first_name: 'Bob' },
    })
    expect((await read(ask, '/account')).first_name).toBe('Ann')
  })

  test('gets a new token once, and the old one is worth nothing', async () => {
    const victim = await tokenOfNew(lab.database, 'renewer', 'member')
    for (const unsure of [{}, { replace: false }])
      expect((await asking(lab, victim)('POST', '/account/token', unsure)).status).toBe(400)
    const { body } = await asking(lab, victim)('POST', '/account/token', { replace: true })

    expect(body.token).toMatch(/^[0-9a-f]{40}$/)
    expect((await asking(lab, victim)('GET', '/me')).status).toBe(403)
    expect((await asking(lab, body.token)('GET', '/me')).body.username).toBe('renewer')
  })

  test('remembers which pages are used, the most used first', async () => {
    for (const page of ['/admin/actions/session/', '/admin/subjects/subject/', '/admin/subjects/subject/'])
      expect((await ask('POST', '/account/pages', { page })).status).toBe(204)

    const { results } = await read(ask, '/account/pages')

    expect(results.map(({ page }: { page: string }) => page)).toEqual([
      '/admin/subjects/subject/',
      '/admin/actions/session/',
    ])
    expect((await ask('POST', '/account/pages', { page: 'javascript:alert(1)' })).status).toBe(400)
    expect((await read(other, '/account/pages')).results).toEqual([])
  })

  test('weighs what was visited thirty days ago half', async () => {
    await ask('POST', '/account/pages', { page: '/old/' })
    await lab.database.execute(sql`update alyx.page_use set last_at = now() - interval '30 days' where page = '/old/'`)

    const { results } = await read(ask, '/account/pages')

    expect(results.find(({ page }: { page: string }) => page === '/old/').score).toBeCloseTo(0.5, 2)
  })
})

test('messages are told to those whom they are for, unread until they say so', async () => {
  const [ann, ben] = [await idOf('ann.account'), await idOf('ben.account')]
  await lab.database.script(`
    insert into actions_notification (id, name, send_at, notification_type, title, message, status)
    select md5('message' || n)::uuid, '', now() - make_interval(hours => n), 'mouse_water', 'Water ' || n, 'Give', 'sent' from generate_series(1, 3) n
    union all select md5('later')::uuid, '', now() + interval '1 day', 'mouse_water', 'Later', '', 'to-send';
    insert into actions_notification_users (notification_id, labmember_id)
    select id, '${ann}' from actions_notification where title like 'Water %' or title = 'Later';
    insert into actions_notification_users (notification_id, labmember_id)
    select id, '${ben}' from actions_notification where title = 'Water 1'`)

  const first = await read(ask, '/account/messages?limit=2')
  expect(first.unread).toBe(3)
  expect(first.results.map(({ title }: { title: string }) => title)).toEqual(['Water 1', 'Water 2'])

  const one = await ask('POST', '/account/messages/read', { ids: [first.results[0].id] })
  expect(one.body).toEqual({ marked: 1 })
  expect((await read(ask, '/account/messages?unread=true')).results).toHaveLength(2)
  expect((await read(other, '/account/messages')).unread).toBe(1)

  expect((await other('POST', '/account/messages/read', { ids: [first.results[1].id] })).body).toEqual({ marked: 0 })
  expect((await ask('POST', '/account/messages/read', {})).body.marked).toBeGreaterThanOrEqual(2)
  expect((await read(ask, '/account/messages')).unread).toBe(0)
  expect((await ask('POST', '/account/messages/read', { read: false })).body.marked).toBeGreaterThanOrEqual(3)
})

/** A browser: it keeps cookies and sends the CSRF token with what it writes. */
function browser() {
  const cookies = new Map<string, string>()
  const send = async (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) => {
    const csrf = cookies.get('csrftoken')
    const answer = await lab.ask({
      method,
      url,
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'content-type': 'application/json',
        ...(csrf && { 'x-csrftoken': csrf }),
      },
      ...(body && { payload: JSON.stringify(body) }),
    })
    for (const name of ['csrftoken', 'sessionid']) {
      const value = cookieOf(answer, name)
      if (value !== undefined) cookies.set(name, value)
    }
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
  }
  const signIn = async (username: string, password: string) => {
    await send('GET', '/api/v1/session')
    return send('POST', '/api/v1/session', { username, password })
  }
  return { send, signIn, cookies }
}

describe('in a browser', () => {
  const [username, password] = ['browser.person', 'a good long one 1']
  beforeAll(async () => {
    await createAccount(lab.database, { username, role: 'member', passwordHash: await makePassword(password) })
  })

  test('people sign in and out with JSON', async () => {
    const { send, signIn } = browser()

    expect((await signIn(username, 'wrong')).status).toBe(400)
    expect((await send('GET', '/api/v1/session')).body.username).toBeNull()
    expect((await signIn(username, password)).body).toEqual({ username })
    expect((await send('GET', '/api/v1/session')).body).toMatchObject({ username, csrf_token: expect.any(String) })
    expect((await send('GET', '/api/v1/me')).body.username).toBe(username)
    expect((await send('DELETE', '/api/v1/session')).status).toBe(204)
    expect((await send('GET', '/api/v1/me')).status).toBe(403)
  })

  test('nobody signs in from a page of another site', async () => {
    const answer = await lab.ask({ method: 'POST', url: '/api/v1/session', payload: { username, password } })
    expect(answer.statusCode).toBe(403)
    expect(answer.cookies).toEqual([])
  })

  test('a new password needs the old one, ends other sessions, keeps this one, and is one that Django knows', async () => {
    const [here, there] = [browser(), browser()]
    await here.signIn(username, password)
    await there.signIn(username, password)
    const next = 'another good one 2'

    expect(
      (await here.send('POST', '/api/v1/account/password', { old_password: 'x', new_password: next })).body.error
        .fields,
    ).toHaveProperty('old_password')
    expect(
      (await here.send('POST', '/api/v1/account/password', { old_password: password, new_password: '123' })).body.error
        .fields,
    ).toHaveProperty('new_password')
    const changed = await here.send('POST', '/api/v1/account/password', { old_password: password, new_password: next })

    expect(changed.status).toBe(200)
    expect((await here.send('GET', '/api/v1/me')).body.username).toBe(username)
    expect((await there.send('GET', '/api/v1/me')).status).toBe(403)
    const [[hash]] = (await lab.database.rows(
      sql`select password from misc_labmember where username = ${username}`,
    )) as [[string]]
    expect(hash).toMatch(/^pbkdf2_sha256\$1000000\$/)
    expect((await verifyPassword(next, hash)).outcome).toBe('match')
    expect((await browser().signIn(username, password)).status).toBe(400)
    expect((await browser().signIn(username, next)).status).toBe(200)
    expect(lab.log.text()).not.toContain(next)
    const kept = await lab.database.rows(
      sql`select new::text from alyx.change where table_name = 'misc_labmember' and source = 'native'`,
    )
    expect(JSON.stringify(kept)).not.toContain('pbkdf2')
  })
})

describe('administrators', () => {
  test('read who may do what in words', async () => {
    const { results } = await read(ask, '/rights')
    const subject = results.find(({ model }: { model: string }) => model === 'subjects.subject')

    expect(subject.verbs.change).toContain('members who answer for the animal, or are allowed to act for who does')
    expect(subject.verbs.change).toContain('stock managers (only responsible_user)')
    expect(subject.rules).toContainEqual({
      verb: 'change',
      people: ['stock managers'],
      limits: '(only responsible_user)',
    })
    expect(results.map(({ model }: { model: string }) => model)).not.toContain('authtoken.token')
    expect((await visitor('GET', '/rights')).status).toBe(403)
  })

  test('see the state of the server, others do not', async () => {
    const status = await read(admin, '/administration/status')

    expect(status.database.size_bytes).toBeGreaterThan(1_000_000)
    expect(status.migrations.count).toBeGreaterThan(5)
    expect(status.accounts.active).toBeGreaterThan(3)
    expect(status.queue).toMatchObject({
      tasks: { waiting: expect.any(Number), held: expect.any(Number), started: expect.any(Number) },
      ready: expect.any(Number),
      oldest_ready_seconds: expect.any(Number),
      need_attention: expect.any(Number),
      workers: 0,
    })
    expect(status.broker).toMatchObject({ state: 'off', reason: expect.stringContaining('ALYX_BROKER_URL') })
    expect((await ask('GET', '/administration/status')).status).toBe(403)
  })

  test('see who sends parameters that filter nothing, with what was probably meant', async () => {
    for (const name of ['nicknam', 'nicknam', 'wholly_unknown'])
      await lab.ask({ url: `/subjects?limit=1&${name}=x`, headers: { authorization: `Token ${token}` } })

    const { results } = await read(admin, '/administration/unknown-parameters')

    const found = results.filter(({ path }: { path: string }) => path === '/subjects')
    expect(found).toContainEqual(
      expect.objectContaining({
        parameter: 'nicknam',
        nearest: 'nickname',
        requests: 2,
        people: [expect.objectContaining({ title: 'ann.account', requests: 2 })],
      }),
    )
    expect((await ask('GET', '/administration/unknown-parameters')).status).toBe(403)
    expect((await admin('DELETE', '/administration/unknown-parameters', {})).body.forgotten).toBeGreaterThanOrEqual(2)
    expect((await read(admin, '/administration/unknown-parameters')).results).toEqual([])
  })
})
