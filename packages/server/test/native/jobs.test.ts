import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type Answer, type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'

let lab: ServedLaboratory
let member: string
let visitor: string
beforeAll(async () => {
  lab = await servedLaboratory({ maxConnections: 8 })
  member = await tokenOfNew(lab.database, 'runner', 'member')
  visitor = await tokenOfNew(lab.database, 'visitor', 'member')
  await lab.database.execute(sql`update misc_labmember set is_public_user = true where username = 'visitor'`)
  await lab.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => lab.close())
beforeEach(() =>
  lab.database.script('delete from jobs_task_parents; delete from jobs_task; delete from alyx.job_pause'),
)

const call = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
  token = member,
): Promise<Answer> =>
  lab.ask({
    method,
    url: `/api/v1/jobs${path}`,
    headers: { authorization: `Token ${token}` },
    ...(payload && { payload }),
  })

const worker = async (name = 'rack-1', token = member): Promise<string> =>
  (await call('POST', '/workers', { name, executables: ['lab.*'], slots: 50 }, token)).json().worker
const graph = async (...tasks: object[]): Promise<string[]> => {
  const answer = await call('POST', '/graphs', {
    tasks: tasks.map((task, at) => ({ ref: `t${at}`, name: `t${at}`, executable: 'lab.step', ...task })),
  })
  expect(answer.json()).toMatchObject({ written: true })
  return answer.json().tasks.map(({ id }: { id: string }) => id)
}

test('a worker registers, takes a task, says how it goes, writes its log and reports the end', async () => {
  const [parent, child] = await graph({}, { parents: ['t0'] })
  const { attempts } = (await call('POST', '/claim', { worker: await worker(), limit: 10 })).json()
  expect(attempts).toMatchObject([{ number: 1, task: { id: parent, executable: 'lab.step' } }])
  const at = `/attempts/${attempts[0].attempt}`

  expect((await call('POST', `${at}/heartbeat`, { progress: 0.5, message: 'half' })).json()).toMatchObject({
    cancel_requested: false,
  })
  expect((await call('POST', `${at}/log`, { offset: 0, text: 'sorted 3 units\n' })).json()).toEqual({ length: 15 })
  expect((await call('GET', `/tasks/${child}`)).json()).toMatchObject({
    status: 'Held',
    blocked_by: [{ id: parent, status: 'Started', needs: 'success' }],
  })
  expect((await call('POST', `${at}/finish`, { outcome: 'succeeded', version: '1.2' })).json()).toEqual({
    status: 'Complete',
    retry_at: null,
  })

  expect((await call('GET', `/tasks/${parent}`)).json()).toMatchObject({
    status: 'Complete',
    attempts: [{ outcome: 'succeeded', worker: 'rack-1', claimed_by: 'runner', log_bytes: 15 }],
    children: [{ id: child, status: 'Waiting' }],
  })
  expect((await call('GET', `${at}/log?from=7`)).json()).toMatchObject({ offset: 7, text: '3 units\n', ended: true })
  expect((await call('GET', `${at}/log.txt`)).body).toBe('sorted 3 units\n')
  const contract = (await lab.get(`/tasks/${parent}`)).json()
  expect(contract).toMatchObject({ status: 'Complete', version: '1.2', log: 'sorted 3 units\n' })
})

test('arguments reach the worker as they were written: numbers keep their digits and their points', async () => {
  const written = '{"a":12345678901234567890,"b":1.0,"c":[null,"é"]}'
  await lab.ask({
    method: 'POST',
    url: '/api/v1/jobs/graphs',
    headers: { authorization: `Token ${member}`, 'content-type': 'application/json' },
    payload: `{"tasks":[{"name":"a","executable":"lab.x","arguments":${written}}]}`,
  })

  const { body } = await call('POST', '/claim', { worker: await worker() })

  expect(body).toContain('12345678901234567890')
  expect(body).toMatch(/"b":\s*1\.0/)
})

test('null is as good as nothing: workers need not leave out what they do not know', async () => {
  const key = (
    await call('POST', '/workers', {
      name: 'nulls',
      executables: ['lab.*'],
      cpu: null,
      labels: null,
      versions: null,
      host: null,
    })
  ).json().worker
  await graph({ priority: null, parents: null, arguments: null, session: null })
  const { attempts } = (await call('POST', '/claim', { worker: key, labs: null, wait_seconds: null })).json()
  const at = `/attempts/${attempts[0].attempt}`

  expect((await call('POST', `${at}/heartbeat`, { progress: null, step: null })).statusCode).toBe(200)
  expect((await call('POST', `${at}/finish`, { outcome: 'succeeded', detail: null, version: null })).json()).toEqual({
    status: 'Complete',
    retry_at: null,
  })
})

test('the OpenAPI document describes every call, with what it takes', async () => {
  const { paths } = (await lab.get('/api/v1/schema')).json()
  const calls = Object.keys(paths).filter((path) => path.startsWith('/api/v1/jobs'))

  expect(calls).toEqual(
    expect.arrayContaining(
      [
        'claim',
        'attempts/{key}/finish',
        'attempts/{key}/log.txt',
        'graphs',
        'actions',
        'tasks/{key}',
        'pauses/{key}',
        'matrix',
      ].map((call) => `/api/v1/jobs/${call}`),
    ),
  )
  for (const path of calls)
    for (const [method, operation] of Object.entries<Record<string, never>>(paths[path])) {
      expect(operation.summary, `${method} ${path}`).toBeTruthy()
      expect('requestBody' in operation, `${method} ${path}`).toBe(['post', 'patch'].includes(method))
    }
  const { properties } = paths['/api/v1/jobs/claim'].post.requestBody.content['application/json'].schema
  expect(Object.keys(properties)).toContain('wait_seconds')
  expect(Object.keys(paths['/api/v1/jobs/attempts/{key}/log/stream'].get.responses['200'].content)).toEqual([
    'text/event-stream',
  ])
})

test('a worker may ask for one task alone, whatever comes before it', async () => {
  const [, wanted] = await graph({ priority: 90 }, {})

  const { attempts } = (await call('POST', '/claim', { worker: await worker(), limit: 10, tasks: [wanted] })).json()

  expect(attempts).toMatchObject([{ task: { id: wanted } }])
})

describe('waiting for work', () => {
  const address = () => `http://127.0.0.1:${(lab.app.server.address() as AddressInfo).port}/api/v1/jobs`
  const claimOver = (body: object, signal?: AbortSignal) =>
    fetch(`${address()}/claim`, {
      method: 'POST',
      headers: { authorization: `Token ${member}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    })

  test('ends as soon as there is some', async () => {
    const key = await worker()
    const began = performance.now()
    const waiting = claimOver({ worker: key, wait_seconds: 20 })
    await new Promise((resolve) => setTimeout(resolve, 300))

    const [task] = await graph({})

    expect(await (await waiting).json()).toMatchObject({ attempts: [{ task: { id: task } }] })
    expect(performance.now() - began).toBeLessThan(3_000)
  })

  test('ends with nothing when the time is over', async () => {
    const answer = await call('POST', '/claim', { worker: await worker(), wait_seconds: 0.2 })

    expect(answer.json()).toEqual({ attempts: [] })
  })

  test('of a machine that has gone keeps no task', async () => {
    const key = await worker()
    const gone = new AbortController()
    const waiting = claimOver({ worker: key, wait_seconds: 20 }, gone.signal).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 300))
    gone.abort()
    await waiting
    await new Promise((resolve) => setTimeout(resolve, 300))

    const [task] = await graph({})

    expect((await call('GET', `/tasks/${task}`)).json()).toMatchObject({ status: 'Waiting', attempts: [] })
  })
})

test('the log of a running attempt can be followed to its end', async () => {
  await graph({})
  const [{ attempt }] = (await call('POST', '/claim', { worker: await worker() })).json().attempts
  await call('POST', `/attempts/${attempt}/log`, { offset: 0, text: 'one\n' })
  const following = call('GET', `/attempts/${attempt}/log/stream`)
  await new Promise((resolve) => setTimeout(resolve, 200))
  await call('POST', `/attempts/${attempt}/log`, { offset: 4, text: 'two\n' })
  await call('POST', `/attempts/${attempt}/finish`, { outcome: 'succeeded' })

  const { body, headers } = await following

  expect(headers['content-type']).toBe('text/event-stream')
  expect([...body.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!).text ?? 'end').join('')).toBe(
    'one\ntwo\nend',
  )
  expect(body).toContain('id: 8')
})

describe('what people do to tasks', () => {
  test('is done for each one, as far as it applies; a dry run changes nothing', async () => {
    const [one, two] = await graph({}, {})
    const nobody = '00000000-0000-4000-8000-000000000000'
    const ask = (more: object) =>
      call('POST', '/actions', { action: 'cancel', tasks: [one, nobody], ...more }, lab.token)

    expect((await ask({ dry_run: true })).json().results).toEqual([
      { task: one, outcome: 'done' },
      { task: nobody, outcome: 'missing' },
    ])
    expect((await call('GET', `/tasks/${one}`)).json().status).toBe('Waiting')
    await ask({})

    expect((await call('GET', `/tasks/${one}`)).json().status).toBe('Abandoned')
    expect((await call('GET', `/tasks/${two}`)).json().status).toBe('Waiting')
    const [row] = await lab.database.objects(
      sql`select username, source from alyx.change where table_name = 'jobs_task' and key = ${one!} order by id desc limit 1`,
    )
    expect(row).toEqual({ username: 'tester', source: 'native' })
  })

  test('may be done to all that fit a filter, of which each is still judged by itself', async () => {
    const [[session] = []] = await lab.database.rows(sql`select id from actions_session limit 1`)
    const [mine, other] = await graph({ name: 'sort' }, { name: 'align' })
    const [theirs] = await graph({ name: 'sort', session })
    const act = async (filter: object, token: string) =>
      (await call('POST', '/actions', { action: 'cancel', filter }, token)).json()

    expect((await act({ name: 'sort', status: ['Waiting'], session }, member)).results).toEqual([
      { task: theirs, outcome: 'forbidden' },
    ])
    const { results, more } = await act({ name: 'sort', status: ['Waiting'] }, lab.token)

    expect(results.map(({ task }: { task: string }) => task).toSorted()).toEqual([mine, theirs].toSorted())
    expect(results.every(({ outcome }: { outcome: string }) => outcome === 'done')).toBe(true)
    expect(more).toBe(false)
    expect((await call('GET', `/tasks/${other}`)).json().status).toBe('Waiting')
    expect((await act({ name: 'sort', status: ['Waiting'] }, lab.token)).results).toEqual([])
  })

  test('retry those that failed alike, by the kind of their failure', async () => {
    const tasks = await graph({}, {}, {})
    const { attempts } = (await call('POST', '/claim', { worker: await worker(), limit: 3 })).json()
    for (const [at, { attempt }] of attempts.entries())
      await call('POST', `/attempts/${attempt}/finish`, {
        outcome: 'failed',
        error_type: at === 0 ? 'OSError' : 'MemoryError',
      })

    const { results } = (
      await call(
        'POST',
        '/actions',
        { action: 'retry', filter: { error_type: 'MemoryError', attention: true } },
        lab.token,
      )
    ).json()

    expect(results.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['done', 'done'])
    const states = await Promise.all(tasks.map(async (task) => (await call('GET', `/tasks/${task}`)).json().status))
    expect(states.toSorted()).toEqual(['Errored', 'Waiting', 'Waiting'])
  })

  test.each([
    [{}],
    [{ tasks: [], filter: { name: 'x' } }],
    [{ filter: {} }],
    [{ filter: { name: null } }],
    [{ filter: { status: ['x'] } }],
  ])('names which tasks, and never all of them: %j', async (which) => {
    const [task] = await graph({})

    expect((await call('POST', '/actions', { action: 'cancel', ...which }, lab.token)).statusCode).toBe(400)
    expect((await call('GET', `/tasks/${task}`)).json().status).toBe('Waiting')
  })

  test('needs the right to change the task', async () => {
    const [[session] = []] = await lab.database.rows(sql`select id from actions_session limit 1`)
    const [task] = await graph({ session })

    expect((await call('POST', '/actions', { action: 'cancel', tasks: [task] })).json().results).toEqual([
      { task, outcome: 'forbidden' },
    ])
  })

  test('what failed for good is told in groups and can be tried again', async () => {
    const tasks = await graph({ name: 'sort' }, { name: 'sort' })
    for (const { attempt } of (await call('POST', '/claim', { worker: await worker(), limit: 2 })).json().attempts)
      await call('POST', `/attempts/${attempt}/finish`, {
        outcome: 'failed',
        error_type: 'MemoryError',
        error_message: 'too big',
      })

    const [group] = (await call('GET', '/attention')).json().results

    expect(group).toMatchObject({ name: 'sort', error_type: 'MemoryError', count: 2, error_message: 'too big' })
    expect(group.tasks.toSorted()).toEqual(tasks.toSorted())
    await call('POST', '/actions', { action: 'retry', tasks }, lab.token)
    expect((await call('GET', '/attention')).json().results).toEqual([])
  })

  test('staff hold back tasks of a kind, others may not', async () => {
    await graph({ graph: 'ephys' })
    const body = { scope: 'graph', value: 'ephys', reason: 'the disk is full' }
    expect((await call('POST', '/pauses', { scope: 'graph' }, lab.token)).statusCode).toBe(400)
    await lab.database.execute(sql`update misc_labmember set is_staff = false where username = 'runner'`)
    expect((await call('POST', '/pauses', body)).statusCode).toBe(403)
    const { id } = (await call('POST', '/pauses', body, lab.token)).json()
    expect((await call('POST', '/claim', { worker: await worker() })).json().attempts).toEqual([])
    expect((await call('GET', '/pauses')).json().results).toMatchObject([
      { id, by: 'tester', reason: 'the disk is full' },
    ])

    expect((await call('DELETE', `/pauses/${id}`, undefined, lab.token)).statusCode).toBe(204)
    expect((await call('POST', '/claim', { worker: await worker() })).json().attempts).toHaveLength(1)
  })

  test('a worker is drained by its owner', async () => {
    await graph({})
    const key = await worker('rack-drained')
    await call('PATCH', `/workers/${key}`, { drained: true })
    expect((await call('POST', '/claim', { worker: key })).json().attempts).toEqual([])
    expect((await call('GET', '/workers')).json().results.find(({ id }: { id: string }) => id === key)).toMatchObject({
      drained: true,
      user: 'runner',
    })
    const other = await tokenOfNew(lab.database, 'neighbour', 'member')
    expect((await call('PATCH', `/workers/${key}`, { drained: false }, other)).statusCode).toBe(403)
  })
})

describe('what is refused', () => {
  test('names every fault, and changes nothing', async () => {
    const answer = await call('POST', '/graphs', {
      tasks: [{ name: '', executable: 'x', cpu: 1.5, parents: [3] }],
      nonsense: 1,
    })

    expect(answer.statusCode).toBe(400)
    const { fields } = answer.json().error
    expect(Object.keys(fields).toSorted()).toEqual(['nonsense', 'tasks.0.cpu', 'tasks.0.name', 'tasks.0.parents.0'])
    expect(fields['tasks.0.parents.0']).toEqual(['Expected the ref or key of a task, or {"ref", "needs"}.'])
    expect((await lab.database.rows(sql`select from jobs_task`)).length).toBe(0)
  })

  test.each([
    ['a null character in arguments', '"arguments":{"a":"x\\u0000y"}'],
    ['a number that is none', '"arguments":{"a":1e400}'],
    ['arguments without names', '"arguments":[1]'],
    ['arguments without end', `"arguments":{"a":"${'x'.repeat(70_000)}"}`],
    ['a day that never was', '"not_before":"2026-02-30T00:00Z"'],
    ['a year before all others', '"not_before":"0000-01-01T00:00Z"'],
    ['a parent that is nobody', '"parents":["00000000-0000-4000-8000-000000000000"]'],
    ['a parent that is itself', '"parents":["a"]'],
    ['a parent with an unknown need', '"parents":[{"ref":"a","needs":"luck"}]'],
    ['a name that every object has', '"__proto__":{"x":1}'],
    ['a priority beyond its column', '"priority":32768'],
    ['no attempts', '"max_attempts":0'],
  ])('a graph with %s', async (_, fault) => {
    const answer = await lab.ask({
      method: 'POST',
      url: '/api/v1/jobs/graphs',
      headers: { authorization: `Token ${member}`, 'content-type': 'application/json' },
      payload: `{"tasks":[{"name":"a","executable":"lab.x",${fault}}]}`,
    })

    expect(answer.statusCode, answer.body).toBe(400)
    expect((await lab.database.rows(sql`select from jobs_task`)).length).toBe(0)
  })

  test.each([
    [{ session: '00000000-0000-4000-8000-000000000000' }, 'session'],
    [{ data_repository: '00000000-0000-4000-8000-000000000000' }, 'data_repository'],
    [{ idempotency_key: 'k' }, 'tasks'],
  ])('a graph with %j, which is nobody or twice there, names what is wrong', async (fault, field) => {
    const answer = await call('POST', '/graphs', {
      tasks: ['a', 'b'].map((name) => ({ name, executable: 'lab.x', ...fault })),
    })

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json().error.fields)).toEqual([field])
    expect(answer.body).not.toMatch(/jobs_task|_key_key|constraint/)
    expect((await lab.database.rows(sql`select from jobs_task`)).length).toBe(0)
  })

  test('a dry run of a graph makes nothing', async () => {
    const answer = await call('POST', '/graphs', { dry_run: true, tasks: [{ name: 'a', executable: 'x' }] })

    expect(answer.json()).toMatchObject({ written: false, tasks: [{ ref: 'a', made: true, level: 0 }] })
    expect((await lab.database.rows(sql`select from jobs_task`)).length).toBe(0)
  })

  test.each([
    ['/attempts/not-a-key/heartbeat', 404],
    ['/attempts/00000000-0000-4000-8000-000000000000/finish', 404],
  ])('%s: %d', async (path, status) => {
    expect((await call('POST', path, { outcome: 'succeeded' })).statusCode).toBe(path.endsWith('finish') ? status : 404)
  })

  test('public accounts see nothing of it', async () => {
    for (const [method, path] of [
      ['GET', '/workers'],
      ['GET', '/attention'],
      ['POST', '/claim'],
    ] as const)
      expect((await call(method, path, method === 'POST' ? {} : undefined, visitor)).statusCode, path).toBe(403)
  })

  test.each([
    [{}],
    [{ worker: 'x' }],
    [{ worker: '00000000-0000-4000-8000-000000000000', limit: 0 }],
    [{ worker: '00000000-0000-4000-8000-000000000000', limit: 1e9 }],
    [{ worker: '00000000-0000-4000-8000-000000000000', executables: ['a\0b'] }],
    [{ worker: '00000000-0000-4000-8000-000000000000', wait_seconds: -1 }],
    [{ worker: ['00000000-0000-4000-8000-000000000000'] }],
  ])('a claim of %j', async (body) => {
    expect((await call('POST', '/claim', body)).statusCode).toBe(400)
  })
})

test('a failure that a polling program writes over the contract needs attention', async () => {
  const [task] = await graph({})
  const headers = { authorization: `Token ${member}` }
  const patch = (status: string) =>
    lab.ask({ method: 'PATCH', url: `/tasks/${task}`, headers, payload: { status, log: 'no spikes' } })
  expect((await patch('Started')).statusCode).toBe(200)
  expect((await patch('Errored')).statusCode).toBe(200)

  expect((await call('GET', '/attention')).json().results).toMatchObject([{ name: 't0', tasks: [task], count: 1 }])
  expect((await call('GET', `/tasks/${task}`)).json()).toMatchObject({
    attention: 'It failed.',
    attempts: [{ executor: 'poller', outcome: 'failed' }],
  })
  await patch('Waiting')
  expect((await call('GET', '/attention')).json().results).toEqual([])
})

test('a rule for failures with an address gives its secret once, and takes only addresses of the web', async () => {
  const made = await call('POST', '/failure-rules', { graph: 'video', url: 'https://hooks.example.org/alyx' })
  expect(made.statusCode).toBe(201)
  expect(made.json().secret).toMatch(/^[\w-]{43}$/)
  const { results } = (await call('GET', '/failure-rules')).json()
  expect(results).toMatchObject([{ id: made.json().id, url: 'https://hooks.example.org/alyx', waiting: 0 }])
  expect(JSON.stringify(results)).not.toContain(made.json().secret)
  for (const url of ['ftp://example.org', 'https://me:secret@example.org', 'file:///etc/passwd', 'hooks'])
    expect((await call('POST', '/failure-rules', { url })).statusCode, url).toBe(400)
  expect((await call('DELETE', `/failure-rules/${made.json().id}`)).statusCode).toBe(204)
})
