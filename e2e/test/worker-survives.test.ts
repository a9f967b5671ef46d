import { rename, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Farm, numbersIn, runs, settled, startFarm } from '../worker/farm.ts'

const PATIENCE_MS = 120_000
vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS })

let farm: Farm
beforeAll(async () => {
  farm = await startFarm()
})
afterAll(() => farm.close())

const began = (name: string, count = 1) => settled(async () => (await numbersIn(farm, name)).length === count)

describe('a worker that is killed', () => {
  test('stops what it had left running when it comes back, and lets the task be tried again', async () => {
    const [task] = await farm.tasks({ executable: 'lab.orphan', backoff_seconds: 1 })
    const machine = {
      name: 'killed',
      commands: `
  orphan:
    executable: lab.orphan
    shell: true
    run: |
      echo $$ >> ${farm.folder}/orphan
      if [ "$ALYX_ATTEMPT_NUMBER" = 1 ]; then echo first; setsid sleep 300 & sleep 300; fi
      echo second`,
    }
    const first = await farm.worker(machine)
    expect(await began('orphan')).toBe(true)
    const [pid] = await numbersIn(farm, 'orphan')

    await first.stop('SIGKILL')
    expect(await runs(pid!)).toBe(true)
    const second = await farm.worker(machine)
    const { attempts } = await farm.until(task!, ({ status }) => status === 'Complete', 30_000)

    expect(await runs(pid!)).toBe(false)
    expect(attempts).toMatchObject([
      { number: 2, outcome: 'succeeded' },
      { number: 1, outcome: 'failed', error_type: 'WorkerLost' },
    ])
    expect(await farm.log(attempts[1]!.id)).toBe('first\n')
    expect(second.screen()).toContain('still ran from an earlier start')
    await second.stop()
  })

  test('reports with its next start what had ended while nobody could hear it', async () => {
    const [task] = await farm.tasks({ executable: 'lab.unheard' })
    const machine = {
      name: 'unheard',
      commands: `  unheard: {executable: lab.unheard, shell: true, run: 'echo $$ >> ${farm.folder}/unheard; sleep 1; echo "::alyx version=7"; echo result; touch ${farm.folder}/unheard-done; exit 3', exit_codes: {incomplete: [3]}}`,
    }
    const first = await farm.worker(machine)
    expect(await began('unheard')).toBe(true)
    await farm.server().stop('SIGKILL')
    await settled(async () => /trouble/.test(first.screen()))
    await new Promise((resolve) => setTimeout(resolve, 2_000))

    await first.stop('SIGKILL')
    await farm.startServer()
    const second = await farm.worker(machine)

    const { attempts } = await farm.until(task!, ({ status }) => status === 'Incomplete')
    expect(attempts).toMatchObject([{ outcome: 'succeeded', version: '7', log_bytes: 'result\n'.length }])
    await second.stop()
  })
})

describe('while the server is away', () => {
  test('a command goes on, and its whole output and its end are there afterwards', async () => {
    const [task, next] = await farm.tasks({ executable: 'lab.patient' }, { executable: 'lab.patient', parents: ['t0'] })
    const worker = await farm.worker({
      name: 'patient',
      commands: `  patient: {executable: lab.patient, shell: true, run: 'echo $$ >> ${farm.folder}/patient; for i in 1 2 3 4 5 6; do echo "line $i"; sleep 0.5; done'}`,
    })
    expect(await began('patient')).toBe(true)

    await farm.server().stop('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    await farm.startServer()

    const { attempts } = await farm.until(task!, ({ status }) => status === 'Complete', 60_000)
    expect(attempts.length).toBe(1)
    expect(await farm.log(attempts[0]!.id)).toBe('line 1\nline 2\nline 3\nline 4\nline 5\nline 6\n')
    expect(worker.screen()).toContain('the server answers again')
    await farm.until(next!, ({ status }) => status === 'Complete', 60_000)
    await worker.stop()
  })

  test('a worker that is asked to stop does so, and reports with its next start', async () => {
    const [task] = await farm.tasks({ executable: 'lab.later' })
    const machine = {
      name: 'later',
      more: 'drain: 1s\ngrace: 1s',
      commands: `  later: {executable: lab.later, shell: true, run: 'echo $$ >> ${farm.folder}/later; sleep 1; echo result'}`,
    }
    const first = await farm.worker(machine)
    expect(await began('later')).toBe(true)
    await farm.server().stop('SIGKILL')
    await settled(async () => /trouble/.test(first.screen()))

    expect(await first.stop('SIGTERM')).toBe(0)
    expect(first.screen()).toContain('is reported with the next start')

    await farm.startServer()
    const second = await farm.worker(machine)
    const { attempts } = await farm.until(task!, ({ attempts: [last] }) => last?.outcome !== null)
    expect(['succeeded', 'released']).toContain(attempts.at(-1)!.outcome)
    await second.stop()
  })

  test('a network that swallows everything does not stop the work', async () => {
    const [task] = await farm.tasks({ executable: 'lab.hole' })
    const hole = await startHole(Number(new URL(farm.address).port))
    const worker = await farm.worker({
      name: 'hole',
      server: hole.address,
      commands: `  hole: {executable: lab.hole, shell: true, run: 'echo $$ >> ${farm.folder}/hole; for i in 1 2 3 4; do echo "line $i"; sleep 1; done'}`,
    })
    expect(await began('hole')).toBe(true)

    hole.swallow(true)
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    hole.swallow(false)

    // Calls that fell into the hole are given up after half a minute.
    const { attempts } = await farm.until(task!, ({ status }) => status === 'Complete', 90_000)
    expect(await farm.log(attempts[0]!.id)).toBe('line 1\nline 2\nline 3\nline 4\n')
    await worker.stop()
    hole.close()
  })
})

describe('a token that is taken away', () => {
  test('stops no command: its end is reported when there is a token again', async () => {
    const [task] = await farm.tasks({ executable: 'lab.token' })
    const worker = await farm.worker({
      name: 'token',
      commands: `  token: {executable: lab.token, shell: true, run: 'echo $$ >> ${farm.folder}/token-began; sleep 3; echo result'}`,
    })
    expect(await began('token-began')).toBe(true)
    const file = join(farm.folder, 'token')
    await writeFile(`${file}.bad`, 'nonsense', { mode: 0o600 })
    await rename(file, `${file}.good`)
    await rename(`${file}.bad`, file)
    expect(await settled(async () => /does not accept the token/.test(worker.screen()))).toBe(true)

    await rename(`${file}.good`, file)

    await farm.until(task!, ({ status }) => status === 'Complete', 60_000)
    await worker.stop()
  })
})

/** A way to the server that can swallow all that is sent, as a broken network does: without a word. */
async function startHole(port: number): Promise<{ address: string; swallow(all: boolean): void; close(): void }> {
  let swallows = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const inner = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, inner],
      [inner, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => {
        if (!swallows) to.write(bytes)
      })
      from.on('close', () => {
        sockets.delete(from)
        if (!swallows) to.destroy()
      })
      from.on('error', () => undefined)
    }
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    swallow: (all) => {
      swallows = all
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
