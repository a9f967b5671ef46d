import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../packages/server/bin/alyx.js', import.meta.url))
const BUILDER = fileURLToPath(new URL('../../packages/web/build.ts', import.meta.url))
const START_MS = 120_000

/** A server of our own with the demo laboratory, as `npm start` makes it. */
export interface Laboratory {
  readonly origin: string
  readonly username: string
  readonly password: string
  end(): Promise<void>
}

/** One that we began ourselves, on this machine. */
export interface OwnLaboratory extends Laboratory {
  /** Makes an account, as an administrator does on the machine of the server. */
  addPerson(username: string, password: string, ...flags: readonly string[]): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function run(file: string): Promise<void> {
  const child = spawn(process.execPath, [file], { stdio: 'inherit' })
  const code = await new Promise((resolve) => child.on('exit', resolve))
  assert.equal(code, 0, `${file} failed`)
}

async function untilReady(origin: string, child: ChildProcess, said: () => string): Promise<void> {
  const end = Date.now() + START_MS
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`the server ended: ${said()}`)
    const answer = await fetch(`${origin}/health/ready`).catch(() => undefined)
    if (answer?.ok) return
    await pause(200)
  }
  throw new Error(`the server did not begin: ${said()}`)
}

export async function laboratory(): Promise<OwnLaboratory> {
  await run(BUILDER)
  const folder = await mkdtemp(join(tmpdir(), 'alyx-browser-'))
  const origin = `http://127.0.0.1:${await freePort()}`
  let said = ''
  const env = { ...process.env, ALYX_DATA_FOLDER: join(folder, 'data'), THROTTLE_BURST_RATE: '100000/minute' }
  const child = spawn(process.execPath, [PROGRAM, 'start', '--port', new URL(origin).port], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const end = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await new Promise((resolve) => child.on('exit', resolve))
    await rm(folder, { recursive: true, force: true })
  }
  const addPerson = async (username: string, typed: string, ...flags: readonly string[]) => {
    const making = spawn(process.execPath, [PROGRAM, 'create-user', username, ...flags], {
      env,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    making.stdin.end(`${typed}\n`)
    const code = await new Promise((resolve) => making.on('exit', resolve))
    assert.equal(code, 0, `create-user ${username} failed`)
  }
  try {
    await untilReady(origin, child, () => said)
    const password = (await readFile(join(folder, 'data/admin-password'), 'utf8')).trim()
    return { origin, username: 'admin', password, addPerson, end }
  } catch (error) {
    await end()
    throw error
  }
}

/** A token for calls beside the pages. */
export async function tokenFor({ origin, username, password }: Laboratory): Promise<string> {
  const answer = await fetch(`${origin}/auth-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  return ((await answer.json()) as { token: string }).token
}
