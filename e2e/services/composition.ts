import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { atTheEnd } from '../running/endings.ts'
import { root, temporaryFolder } from '../running/places.ts'
import { ask } from './exchange.ts'

const run = promisify(execFile)
const ALYX = join(root, 'packages/server/bin/alyx.js')
const START_PATIENCE_MS = 120_000

/** nginx and the server, as `alyx configure` wants them, in a folder of their own. */
export interface Composition {
  readonly folder: string
  /** `http://127.0.0.1:port` of nginx. */
  readonly address: string
  readonly port: number
  readonly applicationPort: number
  /** Lines of the server's log so far. */
  log(): Promise<readonly Record<string, unknown>[]>
  startServer(): Promise<void>
  /** @param signal  `SIGKILL`: as the power cut does it */
  stopServer(signal?: NodeJS.Signals): Promise<void>
  startProxy(): Promise<void>
  stopProxy(): Promise<void>
  /** Writes everything again from changed answers, and has nginx read it. */
  configure(answers: Readonly<Record<string, unknown>>): Promise<void>
  /** One command of `alyx`, in the folder of the installation. @returns its standard output */
  alyx(...words: readonly string[]): Promise<string>
}

/** A port that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Whether nginx is there, and where. */
export const nginxProgram = (): string | undefined =>
  ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find((path) => existsSync(path))

/**
 * Makes an installation with the command that people use, and starts nothing.
 *
 * @param environment  variables of the server besides what was configured
 */
export async function composition(
  answers: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Composition> {
  const folder = await temporaryFolder('services')
  // nginx reads the files under an account of its own.
  await chmod(folder, 0o755)
  const logs = join(folder, 'logs')
  await mkdir(logs)
  const [port, applicationPort] = [await freePort(), await freePort()]
  let given = { ipv6: false, nginx_log_folder: logs, port, application_port: applicationPort, ...answers }
  await mkdir(join(folder, 'config'))
  const env = { PATH: process.env.PATH, HOME: folder }
  const alyx = async (...words: readonly string[]) =>
    (await run(process.execPath, [ALYX, ...words], { cwd: folder, env: { ...env, ...environment } })).stdout
  const render = async () => {
    await writeFile(join(folder, 'config/alyx.yaml'), JSON.stringify(given))
    await alyx('configure', '--no-input')
  }
  await render()
  await writeFile(join(folder, 'nginx.conf'), await mainConfiguration(folder))

  let server: ChildProcess | undefined
  let proxy: ChildProcess | undefined
  const stop = async (child: ChildProcess | undefined, signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await Promise.race([gone, pause(40_000, undefined, { ref: false })])
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }
  const made: Composition = {
    folder,
    port,
    applicationPort,
    address: `http://127.0.0.1:${port}`,
    alyx,
    async log() {
      const text = await readFile(join(logs, 'server.log'), 'utf8')
      // What comes after the last line break is being written.
      return text
        .split('\n')
        .slice(0, -1)
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    },
    async startServer() {
      const { before, main } = await commandsOfUnit(join(folder, 'config/systemd/alyx.service'))
      await run(before[0]!, before.slice(1), { cwd: folder, env: { ...env, ...environment } })
      const started = spawn(main[0]!, main.slice(1), {
        cwd: folder,
        env: { ...env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      server = started
      started.stdout.pipe(createWriteStream(join(logs, 'server.log'), { flags: 'a' }))
      started.stderr.pipe(createWriteStream(join(logs, 'server.err'), { flags: 'a' }))
      await untilAnswers(`http://127.0.0.1:${applicationPort}`, '/health/ready', started, join(logs, 'server.err'))
    },
    stopServer: (signal = 'SIGTERM') => stop(server, signal),
    async startProxy() {
      const started = spawn(nginxProgram()!, ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      proxy = started
      started.stderr.pipe(createWriteStream(join(logs, 'nginx.err'), { flags: 'a' }))
      await untilAnswers(`http://127.0.0.1:${port}`, '/static/none', started, join(logs, 'nginx.err'))
    },
    stopProxy: () => stop(proxy, 'SIGQUIT'),
    async configure(changed) {
      given = { ...given, ...changed }
      await render()
      if (proxy?.exitCode === null) {
        proxy.kill('SIGHUP')
        await pause(700)
      }
    },
  }
  atTheEnd(() => stop(server, 'SIGTERM'))
  atTheEnd(() => stop(proxy, 'SIGTERM'))
  return made
}

/** What Debian's own `nginx.conf` has around the file that was rendered. */
async function mainConfiguration(folder: string): Promise<string> {
  const passwords = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const account = ['www-data', 'nginx', 'nobody'].find((name) => passwords.includes(`\n${name}:`))
  const isRoot = process.getuid?.() === 0
  if (isRoot && account) await run('chown', [account, join(folder, 'logs')])
  return [
    ...(isRoot && account ? [`user ${account};`] : []),
    `pid ${folder}/nginx.pid;`,
    `error_log ${folder}/logs/nginx.err;`,
    'worker_processes 1;',
    'events {}',
    'http {',
    '  include /etc/nginx/mime.types;',
    '  default_type application/octet-stream;',
    '  access_log off;',
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `  ${name}_temp_path ${folder}/temp_${name};`,
    ),
    `  include ${folder}/config/nginx.conf;`,
    '}',
    '',
  ].join('\n')
}

/** The command lines of a unit of systemd, as it would run them. */
async function commandsOfUnit(unit: string): Promise<{ before: string[]; main: string[] }> {
  const text = await readFile(unit, 'utf8')
  const words = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)![1]!.split(' ')
  return { before: words('ExecStartPre'), main: words('ExecStart') }
}

async function untilAnswers(address: string, path: string, child: ChildProcess, complaints: string): Promise<void> {
  const deadline = Date.now() + START_PATIENCE_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      const told = await readFile(complaints, 'utf8').catch(() => '')
      throw new Error(`ended with code ${child.exitCode} instead of answering: ${told.slice(-2000)}`)
    }
    const answer = await ask(address, path).catch(() => undefined)
    if (answer !== undefined && answer.status !== 503) return
    await pause(100)
  }
  throw new Error(`${address}${path} does not answer`)
}
