import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { understandConfiguration } from '../../src/configuration/configuration.ts'
import type { Transport } from '../../src/server/transport.ts'
import { Worker } from '../../src/service/worker.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-worker-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A server that gives two attempts at once and then nothing, and what it was told about them. */
function giving(attempts: readonly string[]) {
  const told: string[] = []
  let given = false
  const cancelled = new Set<string>()
  const transport: Transport = {
    address: 'http://alyx',
    async call(_, path, { body } = {}) {
      if (path.endsWith('/me')) return { username: 'runner' }
      if (path.endsWith('/workers')) return { worker: 'w' }
      if (path.endsWith('/claim')) {
        if (given) await new Promise((resolve) => setTimeout(resolve, 200))
        const fresh = given ? [] : attempts
        given = true
        const task = { id: 't', name: 't', executable: 'lab', cpu: 1 }
        return { attempts: fresh.map((attempt) => ({ attempt, number: 1, lease_seconds: 6, task })) }
      }
      const asked = (body as { attempts?: string[] }).attempts ?? [path.split('/').at(-2)!]
      for (const attempt of asked) told.push(`${attempt} ${path.split('/').at(-1)} ${JSON.stringify(body)}`)
      const answer = (attempt: string) => ({
        attempt,
        cancel_requested: cancelled.has(attempt),
        status: 'x',
        length: 0,
      })
      return path.endsWith('/heartbeats') ? { results: asked.map(answer) } : answer(asked[0]!)
    },
  }
  return { transport, told, cancelled }
}

const workerOf = (transport: Transport, command: string) =>
  new Worker({
    configuration: understandConfiguration(
      join(folder, 'alyx-worker.yaml'),
      `{server: http://alyx, name: w, state_folder: state, slots: 2, cpu: 4, ram_gb: 4, gpus: 0, drain: 1s, grace: 1s, commands: {lab: ${command}}}`,
    ),
    transport,
    token: () => 'secret',
    say: () => undefined,
  })

test('what was given to a machine and does not fit yet is kept alive, and begins when there is room', async () => {
  const { transport, told } = giving(['first', 'second'])
  const worker = workerOf(transport, '{run: [sleep, "5"], cpu: 3}')
  const working = worker.work('always')

  await vi.waitFor(
    () => expect(told.filter((one) => /^second heartbeat .*waits for room/.test(one)).length).toBe(1),
    8_000,
  )
  expect(worker.begun).toBe(1)
  await vi.waitFor(() => expect(worker.begun).toBe(2), 8_000)
  worker.stop()
  await working

  expect(told.filter((one) => / finish /.test(one)).map((one) => one.slice(0, 50))).toEqual([
    expect.stringContaining('first finish {"elapsed_seconds"'),
    expect.stringContaining('second finish {"elapsed_seconds"'),
  ])
})

test('what waits for room can be cancelled, and is given back when the worker stops', async () => {
  const { transport, told, cancelled } = giving(['first', 'second'])
  cancelled.add('second')
  const worker = workerOf(transport, '{run: [sleep, "30"], at_once: 1}')
  const working = worker.work('always')

  await vi.waitFor(() => expect(told).toContain('second finish {"outcome":"cancelled"}'), 8_000)
  worker.stop()
  await working

  expect(told.at(-1)).toMatch(/^first finish .*"outcome":"released"/)
})

test('a key that would lead out of the folder of the worker is refused, and the work goes on', async () => {
  const { transport, told } = giving(['../../elsewhere', 'good'])
  const worker = workerOf(transport, '{run: ["true"]}')
  const working = worker.work('until-empty')

  expect(await working).toBe(1)

  expect(told.find((one) => one.startsWith('elsewhere finish'))).toContain('"error_type":"CannotStart"')
  expect(told.find((one) => one.startsWith('good finish'))).toContain('"outcome":"succeeded"')
})
