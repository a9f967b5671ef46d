import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import { brokerView } from '../../../src/jobs/celery/broker-state.ts'
import { CeleryExecutor } from '../../../src/jobs/celery/executor.ts'
import { type BrokerStatus, Link } from '../../../src/jobs/celery/link.ts'
import { noteObservation } from '../../../src/jobs/celery/observed.ts'
import { fillOutbox, unsent } from '../../../src/jobs/celery/outbox.ts'
import { routesOf } from '../../../src/jobs/celery/routes.ts'
import { type QueueLaboratory, queueLaboratory } from '../queue-laboratory.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Something that listens and does with a connection what a test says. */
async function listening(meet: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    meet(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as { port: number }
  return `amqp://alyx:s3cret@127.0.0.1:${port}/%2F`
}

async function refusing(): Promise<string> {
  const url = await listening(() => undefined)
  await closing.pop()!()
  return url
}

function linked(url: string) {
  const told: BrokerStatus[] = []
  const link = new Link({
    url,
    told: (status) => void told.push(status),
    begin: async () => undefined,
    firstPauseMs: 20,
    connectTimeoutMs: 300,
  })
  closing.push(() => link.stop())
  return { told, link }
}

const tellsDown = async (told: readonly BrokerStatus[]): Promise<string> => {
  for (let at = 0; at < 100; at++) {
    const down = told.find(({ state }) => state === 'down')
    if (down?.state === 'down') return down.reason
    await pause(30)
  }
  throw new Error('nothing was told')
}

describe('a broker that is not there', () => {
  test('refuses: said so, without the password', async () => {
    const { told } = linked(await refusing())
    expect(told).toEqual([{ state: 'connecting' }])
    const reason = await tellsDown(told)
    expect(reason).toMatch(/nothing listens/)
    expect(reason).not.toContain('s3cret')
  })

  test('swallows everything: given up in time', async () => {
    const { told } = linked(await listening(() => undefined))
    expect(await tellsDown(told)).toMatch(/does not answer/)
  })

  test('hangs up', async () => {
    const { told } = linked(await listening((socket) => socket.destroy()))
    expect(await tellsDown(told)).toMatch(/broke off/)
  })

  test('speaks another version, or something else', async () => {
    const old = linked(await listening((socket) => socket.end(Buffer.from('AMQP\x01\x01\x00\x09', 'latin1'))))
    expect(await tellsDown(old.told)).toMatch(/no broker that speaks AMQP/)
    const web = linked(await listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    expect(await tellsDown(web.told)).toMatch(/no broker that speaks AMQP/)
  })

  test('is tried again and again, until we stop', async () => {
    let tries = 0
    const { link } = linked(
      await listening((socket) => {
        tries += 1
        socket.destroy()
      }),
    )
    for (let at = 0; at < 100 && tries < 3; at++) await pause(30)
    expect(tries).toBeGreaterThanOrEqual(3)
    await link.stop()
    const before = tries
    await pause(300)
    expect(tries).toBe(before)
  })
})

describe('the executor', () => {
  let lab: QueueLaboratory
  beforeAll(async () => {
    lab = await queueLaboratory()
  })
  afterAll(() => lab.scratch.drop())
  const database = () => lab.scratch.database
  const routes = routesOf('celery', { gpu: 'celery-gpu', large: 'celery-large' })
  const step = (name: string, about: object = {}) => ({
    values: { name, executable: 'pypelines', ...about } as never,
  })
  const taken = async (queue: string) => {
    await fillOutbox(database(), { app: 'pypelines', routes, queue, places: 10 })
    return (await unsent(database())).filter((one) => one.queue === queue).map(({ step }) => step)
  }

  test('says once that there is no broker, keeps every task, and answers at once what it knows', async () => {
    const said: string[] = []
    const log = {
      info: (_: object, text: string) => said.push(text),
      warn: (_: object, text: string) => said.push(text),
    }
    const tasks = await lab.graph({ sort: step('lab.spikes.sort') })
    const executor = new CeleryExecutor(database(), { brokerUrl: await refusing(), app: 'pypelines', routes }, log)
    closing.push(() => executor.stop())
    for (let at = 0; at < 100 && said.length === 0; at++) await pause(50)
    await pause(2_500)

    expect(said).toEqual(['the broker is not there, and is tried again'])
    expect(await brokerView(database(), true)).toMatchObject({ state: 'down', unsent: 0 })
    expect((await brokerView(database(), true)).reason).toMatch(/nothing listens/)
    expect(await lab.status(tasks.get('sort')!)).toBe(20)
    expect(await brokerView(database(), false)).toMatchObject({ state: 'off' })
  })

  test('sends what needs a graphics card or has a label to the queue of those who have it', async () => {
    await lab.empty()
    await lab.graph({
      plain: step('plain'),
      card: step('card', { gpu: 1 }),
      large: { ...step('large'), labels: ['large'] },
      nowhere: { ...step('nowhere'), labels: ['windows'] },
      ours: { values: { name: 'ours', executable: 'lab.step' } as never },
    })
    expect(await taken('celery')).toEqual(['plain'])
    expect(await taken('celery-gpu')).toEqual(['card'])
    expect(await taken('celery-large')).toEqual(['large'])
  })

  test('believes the first end that it hears of, and a worker that is lost only once', async () => {
    await lab.empty()
    const tasks = await lab.graph({ sort: { ...step('lab.spikes.sort'), maxAttempts: 2 } })
    await taken('celery')
    const { attempt } = (await unsent(database()))[0]!
    await noteObservation(database(), { id: attempt, kind: 'started', worker: 'celery@rack' })
    const lost = { id: attempt, kind: 'failed', errorType: 'WorkerLostError', errorMessage: 'signal 9' } as const

    expect(await noteObservation(database(), lost)).toBe(true)
    expect(await noteObservation(database(), lost)).toBe(false)
    expect(await noteObservation(database(), { id: attempt, kind: 'succeeded' })).toBe(false)

    expect(await lab.attempts(tasks.get('sort')!)).toMatchObject([{ outcome: 'lost', error_type: 'WorkerLost' }])
    expect(await lab.job(tasks.get('sort')!)).toMatchObject({ status: 20, tries: 1 })
  })

  test.each(['not a key', crypto.randomUUID()])('leaves answers to others alone: %s', async (id) => {
    expect(await noteObservation(database(), { id, kind: 'succeeded' })).toBe(false)
  })

  test('a record of the worker that says how it went is not changed by what its runner returns', async () => {
    await lab.empty()
    const tasks = await lab.graph({ sort: step('lab.spikes.sort') })
    await taken('celery')
    const { attempt } = (await unsent(database()))[0]!
    await database().execute(sql`update jobs_task set status = 55 where id = ${tasks.get('sort')!}`)
    expect(await noteObservation(database(), { id: attempt, kind: 'succeeded' })).toBe(false)
    expect(await lab.status(tasks.get('sort')!)).toBe(55)
  })
})
