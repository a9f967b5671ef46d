import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEmbedded } from '../../src/database/index.ts'
import { alyx, startAlyx } from './alyx.ts'

let folder: string
let running: { child: ChildProcess; address: string } | undefined
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alyx-start-'))
})
afterAll(async () => {
  if (running) await end('SIGKILL')
  // The server of a killed start lives on: whoever attaches last stops it.
  if (readdirSync(folder).includes('data')) await (await startEmbedded({ folder: join(folder, 'data') })).stop()
  rmSync(folder, { recursive: true })
}, 60_000)

/** Starts the server, until it answers. */
async function start(...words: string[]): Promise<{ child: ChildProcess; address: string; screen: string }> {
  const child = startAlyx(['start', '--port', '0', ...words], { cwd: folder })
  let screen = ''
  child.stderr?.on('data', (part) => (screen += part))
  child.stdout?.resume()
  const address = await new Promise<string>((resolve, reject) => {
    child.once('close', () => reject(new Error(screen)))
    child.stderr?.on('data', () => {
      const [, found] = /ready at (\S+).*Nothing is lost/s.exec(screen) ?? []
      if (found) resolve(found)
    })
  })
  running = { child, address }
  return { child, address, screen }
}

/** @returns exit code, and milliseconds until the process was gone */
async function end(signal: NodeJS.Signals): Promise<{ code: number | null; ms: number }> {
  const { child } = running!
  running = undefined
  const began = performance.now()
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.kill(signal)
  return { code: await closed, ms: performance.now() - began }
}

const login = (address: string) =>
  fetch(`${address}/auth-token`, {
    method: 'POST',
    body: new URLSearchParams({
      username: 'admin',
      password: readFileSync(join(folder, 'data/admin-password'), 'utf8').trim(),
    }),
  })

test('a first start, from nothing to a living laboratory, and everything that may happen to it', async () => {
  const first = await start()

  expect(first.screen).toContain(`in the file ${folder}/data/admin-password`)
  expect(statSync(join(folder, 'data/admin-password')).mode & 0o777).toBe(0o600)
  const answer = await login(first.address)
  expect(answer.status).toBe(200)
  const { token } = (await answer.json()) as { token: string }
  const subjects = await fetch(`${first.address}/subjects?limit=1`, { headers: { authorization: `Token ${token}` } })
  expect(((await subjects.json()) as { count: number }).count).toBe(120)

  // A second start says that one is running.
  const second = await alyx(['start', '--port', '0'], { cwd: folder })
  expect(second).toMatchObject({ code: 0, err: '' })
  expect(second.out).toBe(`Alyx is running already in ${folder}/data: ${first.address}, process ${first.child.pid}.\n`)

  // Killed without warning: nothing is lost, and nothing is made twice.
  await end('SIGKILL')
  const third = await start()
  expect((await login(third.address)).status).toBe(200)

  // Ctrl-C, with a connection that somebody keeps open: an orderly end within five seconds.
  const { code, ms } = await end('SIGINT')
  expect(code).toBe(0)
  expect(ms).toBeLessThan(5_000)
  expect(readdirSync(join(folder, 'data'))).not.toContain('server.json')

  // A new password makes the file untrue.
  const changed = await alyx(['change-password', 'admin'], { cwd: folder, input: 'correct horse\n' })
  expect(changed.code).toBe(0)
  expect(readdirSync(join(folder, 'data'))).not.toContain('admin-password')
}, 120_000)

test('a port that another program has is told before anything is made', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const empty = mkdtempSync(join(tmpdir(), 'alyx-port-'))

  const { code, err } = await alyx(['start', '--port', String(port)], { cwd: empty })

  expect(code).toBe(1)
  expect(err).toBe(
    `Port ${port} of 127.0.0.1 is in use by another program: choose another one with --port or ALYX_PORT.\n`,
  )
  expect(readdirSync(join(empty, 'data'))).toEqual([])
  other.close()
  rmSync(empty, { recursive: true })
})
