import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startEmbedded } from '../../packages/server/src/database/index.ts'
import { root } from '../running/places.ts'

/** A program that runs, and what it has written. */
export interface Running {
  readonly child: ChildProcess
  readonly screen: () => string
  /** @returns exit code, or the name of the signal */
  ended(): Promise<number | string>
  stop(signal?: NodeJS.Signals): Promise<number | string>
}

/** A task as the queue knows it. */
export interface JobView {
  readonly status: string
  readonly attention: string | null
  readonly attempts: readonly {
    readonly id: string
    readonly number: number
    readonly outcome: string | null
    readonly detail: string | null
    readonly error_type: string | null
    readonly error_message: string | null
    readonly progress: number | null
    readonly message: string | null
    readonly step: string | null
    readonly version: string | null
    readonly worker: string | null
    readonly log_bytes: number
    readonly late_outcome: string | null
  }[]
}

/** A real server on its own database, and machines that work for it, each in a folder of its own. */
export interface Farm {
  readonly folder: string
  readonly address: string
  readonly token: string
  /** Of the account `runner`. */
  readonly password: string
  readonly server: () => Running
  startServer(): Promise<void>
  call(method: string, path: string, body?: object): Promise<Record<string, never>>
  /** Makes tasks; @returns their keys */
  tasks(...tasks: readonly object[]): Promise<string[]>
  job(task: string): Promise<JobView>
  log(attempt: string): Promise<string>
  /** Waits until a task is as it should be. */
  until(task: string, as: (job: JobView) => boolean, patienceMs?: number): Promise<JobView>
  /** Writes the configuration of a machine and starts its worker. */
  worker(options: WorkerOptions): Promise<Running>
  /** Runs a command in the folder of the farm. */
  start(words: readonly string[], input?: string): Running
  close(): Promise<void>
}

export interface WorkerOptions {
  readonly name: string
  /** YAML of `commands`. */
  readonly commands: string
  /** More YAML. */
  readonly more?: string
  /** Words of the command line. */
  readonly words?: readonly string[]
  /** Address of the server, when it is reached some other way. */
  readonly server?: string
  /** Where its state is: of its name when absent. */
  readonly state?: string
}

const PASSWORD = 'Only-for-a-test-7'
const NOT_YET_MS = 100
const PATIENCE_MS = 45_000

export async function startFarm(): Promise<Farm> {
  const folder = await mkdtemp(join(tmpdir(), 'alyx-farm-'))
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const running = new Set<Running>()
  const tokenFile = join(folder, 'token')
  let server: Running
  let token = ''
  const start = (words: readonly string[], cwd: string, settings: Record<string, string> = {}, input = ''): Running => {
    const one = run(words, cwd, settings, input)
    running.add(one)
    return one
  }
  // Beside the server, so that it starts again in a second.
  const embedded = await startEmbedded({ folder: join(folder, 'data'), databaseName: 'alyx', fsync: false })
  const alyx = (...words: string[]): Running =>
    start([join(root, 'packages/server/bin/alyx.js'), ...words], folder, { DATABASE_URL: embedded.url })
  const startServer = async () => {
    server = alyx('serve', '--port', String(port))
    await settled(async () => /answers at/.test(server.screen()) || server.child.exitCode !== null, 60_000)
    if (server.child.exitCode !== null) throw new Error(server.screen())
  }
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: { ...(token && { authorization: `Token ${token}` }), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text
  }
  const call: Farm['call'] = async (...words) => JSON.parse((await ask(...words)) || '{}')
  await writeFile(join(folder, 'password'), PASSWORD)
  const account = ['create-superuser', 'runner', '--password-file', join(folder, 'password')]
  for (const words of [['migrate', 'apply'], account, ['token', 'runner']]) {
    const command = alyx(...words)
    if ((await command.ended()) !== 0) throw new Error(command.screen())
    token = command.screen().trim()
  }
  await startServer()
  await writeFile(tokenFile, token, { mode: 0o600 })
  const job: Farm['job'] = async (task) => (await call('GET', `/api/v1/jobs/tasks/${task}`)) as unknown as JobView
  return {
    folder,
    address,
    token,
    password: PASSWORD,
    start: (words, input) => start(words, folder, {}, input),
    server: () => server,
    startServer,
    call,
    async tasks(...tasks) {
      const named = tasks.map((task, index) => ({ ref: `t${index}`, name: `t${index}`, ...task }))
      const { tasks: made } = await call('POST', '/api/v1/jobs/graphs', { tasks: named })
      return (made as unknown as { id: string }[]).map(({ id }) => id)
    },
    job,
    log: (attempt) => ask('GET', `/api/v1/jobs/attempts/${attempt}/log.txt`),
    async until(task, as, patienceMs = PATIENCE_MS) {
      let last: JobView | undefined
      const good = await settled(async () => {
        last = await job(task)
        return as(last)
      }, patienceMs)
      if (!good) throw new Error(`not so after ${patienceMs} ms: ${JSON.stringify(last, undefined, 1)}`)
      return last!
    },
    async worker({ name, commands, more = '', words = ['run'], server: reached = address, state = name }) {
      const file = join(folder, `${name}.yaml`)
      const lines = [
        `server: ${reached}`,
        `name: ${name}`,
        `token_file: ${tokenFile}`,
        `state_folder: ./state-${state}`,
      ]
      await writeFile(file, `${lines.join('\n')}\n${more}\ncommands:\n${commands}\n`)
      const [command = 'run', ...rest] = words
      return start([join(root, 'packages/worker/bin/alyx-worker.js'), command, '--config', file, ...rest], folder)
    },
    async close() {
      for (const one of running) if (one !== server) await one.stop('SIGKILL')
      await server.stop()
      await embedded.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}

/** A script that a command runs; @returns its path */
export async function script(farm: Farm, name: string, text: string): Promise<string> {
  const file = join(farm.folder, name)
  await writeFile(file, text)
  await chmod(file, 0o755)
  return file
}

function run(
  words: readonly string[],
  cwd: string,
  settings: Readonly<Record<string, string>>,
  input: string,
): Running {
  const [program = '', ...rest] = words
  // By their own first lines, with the Node that runs this.
  const child = spawn(program, rest, {
    cwd,
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: cwd, ALYX_LOG_LEVEL: 'error', ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin!.on('error', () => undefined)
  child.stdin!.end(input)
  let screen = ''
  child.stdout!.on('data', (part) => (screen += part))
  child.stderr!.on('data', (part) => (screen += part))
  const ended = async (): Promise<number | string> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    return child.exitCode ?? child.signalCode ?? ''
  }
  return {
    child,
    screen: () => screen,
    ended,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      return ended()
    },
  }
}

/** @returns whether it came true in time */
export async function settled(look: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<boolean> {
  const until = performance.now() + patienceMs
  for (;;) {
    if (await look().catch(() => false)) return true
    if (performance.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, NOT_YET_MS))
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  return port
}

/** Whether a process runs, dead ones that nobody has buried left out. */
export async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat !== undefined && !/\) [ZX] /.test(stat)
}

/** Numbers that processes have written into a file of the farm, one a line. */
export async function numbersIn(farm: Farm, name: string): Promise<number[]> {
  const text = await readFile(join(farm.folder, name), 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean).map(Number)
}
