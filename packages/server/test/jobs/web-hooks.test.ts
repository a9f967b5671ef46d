import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { addFailureRule, failureRules, makeFailureCalls } from '../../src/jobs/index.ts'
import { isPublic } from '../../src/web-hooks/hooks.ts'
import { openHooks } from '../../src/web-hooks/index.ts'
import { type QueueLaboratory, queueLaboratory } from './queue-laboratory.ts'

interface Heard {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let lab: QueueLaboratory
let url: string
let heard: Heard[]
/** What the next calls are answered. */
let code = 204
const listener = createServer((request, response) => {
  let body = ''
  request.on('data', (piece) => {
    body += piece
  })
  request.on('end', () => {
    heard.push({ headers: request.headers, body })
    response.writeHead(code, { location: url }).end()
  })
})

beforeAll(async () => {
  lab = await queueLaboratory()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/failures`
})
afterAll(async () => {
  listener.close()
  await lab.scratch.drop()
})
beforeEach(async () => {
  heard = []
  code = 204
  await lab.empty()
  await database().script('delete from alyx.failure_rule')
})

const database = () => lab.scratch.database
const call = (privateAddresses: readonly string[] = ['loopback']) =>
  makeFailureCalls(database(), openHooks({ privateAddresses }))
const rule = (narrowed: object = {}) => addFailureRule(database(), lab.actor, { url, ...narrowed })
const dueNow = () => database().execute(sql`update alyx.failure_call set next_at = clock_timestamp()`)
const onlyRule = async () => (await failureRules(database(), lab.actor))[0]!

async function fail(name = 'sort'): Promise<string> {
  const tasks = await lab.graph({ [name]: { values: { graph: 'ephys' } } })
  const [claimed] = await lab.claim(await lab.worker(), { limit: 1 })
  await lab.finish(claimed!.attempt, { outcome: 'failed', errorType: 'ValueError', errorMessage: 'no spikes' })
  return tasks.get(name)!
}

describe('a web hook', () => {
  test('is called once for a failure that fits its rule, signed so that who is called can tell', async () => {
    const { secret } = await rule({ graph: 'ephys', step: 'so' })
    const task = await fail('sort')
    await fail('filter')

    expect(await call()).toBe(1)
    await dueNow()
    expect(await call()).toBe(0)

    const [{ headers, body }] = heard as [Heard]
    expect(heard).toHaveLength(1)
    expect(JSON.parse(body)).toMatchObject({
      event: 'task.failed',
      task,
      name: 'sort',
      graph: 'ephys',
      error_type: 'ValueError',
      error_message: 'no spikes',
    })
    const [, seconds, signature] = /^t=(\d+),v1=([\da-f]+)$/.exec(String(headers['x-alyx-signature']))!
    expect(signature).toBe(createHmac('sha256', secret!).update(`${seconds}.${body}`).digest('hex'))
    expect(await onlyRule()).toMatchObject({ url, waiting: 0, last_taken_at: expect.any(String), last_error: null })
  })

  test('that is not taken is called again later, under the same name, and in the end given up', async () => {
    await rule()
    await fail()
    code = 500
    expect(await call()).toBe(0)
    expect(await call()).toBe(0)
    expect(heard).toHaveLength(1)
    expect(await onlyRule()).toMatchObject({ waiting: 1, last_error: 'It answered 500.' })

    await dueNow()
    code = 200
    expect(await call()).toBe(1)
    expect(new Set(heard.map(({ headers }) => headers['x-alyx-call'])).size).toBe(1)

    await fail()
    code = 302
    for (let tries = 0; tries < 20; tries += 1) {
      await dueNow()
      await call()
    }
    expect(heard).toHaveLength(2 + 16)
    expect(await onlyRule()).toMatchObject({ waiting: 0, last_error: 'It answered 302.' })
  })

  test('calls nobody inside the network unless that is configured, whatever the address is called', async () => {
    await rule()
    await rule({ url: url.replace('127.0.0.1', 'localhost') })
    await rule({ url: url.replace('127.0.0.1', '[::ffff:127.0.0.1]') })
    await fail()

    expect(await call([])).toBe(0)

    expect(heard).toEqual([])
    for (const { last_error } of await failureRules(database(), lab.actor))
      expect(last_error).toMatch(/inside this network.*ALYX_WEB_HOOK_PRIVATE_ADDRESSES/)
    await dueNow()
    expect(await call(['127.0.0.1'])).toBeGreaterThanOrEqual(1)
  })

  test('is not called for a failure that was taken back', async () => {
    await rule()
    const tasks = await lab.graph({ one: {} })
    await expect(
      database().transaction(async (db) => {
        await db.execute(sql`update jobs_task set status = 40 where id = ${tasks.get('one')!}`)
        throw new Error('taken back')
      }),
    ).rejects.toThrow('taken back')

    expect(await call()).toBe(0)
    expect(heard).toEqual([])
  })

  test('takes the place of a message', async () => {
    await rule()
    await addFailureRule(database(), lab.other, { url })
    await fail()
    const { tellFailures } = await import('../../src/domains/actions/index.ts')

    // Whoever asked for the task hears of it as ever; the other person only wanted the call.
    expect(await lab.recording(tellFailures)).toBe(1)
    expect(await call()).toBe(2)
  })
})

describe('an address', () => {
  test.each([
    ['8.8.8.8', true],
    ['10.1.2.3', false],
    ['127.0.0.1', false],
    ['169.254.169.254', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['255.255.255.255', false],
    ['2606:4700::1111', true],
    ['::1', false],
    ['::ffff:10.0.0.1', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['2002:7f00:1::', false],
    ['not an address', false],
  ])('%s belongs to the internet: %s', (address, expected) => {
    expect(isPublic(address)).toBe(expected)
  })
})
