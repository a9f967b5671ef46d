import { existsSync, readFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { type Command, readCommands } from './commands.ts'
import { ConfigurationError, Section } from './reading.ts'

/** What a machine does for which server. */
export interface Configuration {
  /** Where it was read. */
  readonly file: string
  /** Address of the server, without a slash at the end. */
  readonly server: string
  /** Of this worker, unique for its account on that server. */
  readonly name: string
  readonly tokenFile: string
  /** Where it remembers what it runs. */
  readonly stateFolder: string
  /** Tasks at the same time. */
  readonly slots: number
  /** Undefined: all that the machine has. */
  readonly cpu: number | undefined
  readonly ramGb: number | undefined
  /** Indices of the GPUs that tasks may use; undefined: all that nvidia-smi knows. */
  readonly gpus: readonly string[] | undefined
  readonly labels: readonly string[]
  readonly labs: readonly string[]
  readonly repositories: readonly string[]
  readonly graphs: readonly string[]
  /** Seconds between the request to stop and the end by force. */
  readonly graceSeconds: number
  /** Seconds without a word after which the server gives a task of ours to others. */
  readonly leaseSeconds: number
  /** Seconds that running tasks get to end when the worker is asked to stop. */
  readonly drainSeconds: number
  /** Output of a command that may wait on disk to be sent; more is left out in the middle. */
  readonly spoolMb: number
  readonly commands: readonly Command[]
}

/** Name of the file, looked for in the working folder first. */
export const CONFIGURATION_NAME = 'alyx-worker.yaml'

const GRACE_SECONDS = 10
const DRAIN_SECONDS = 60
/** In seconds; what servers take. */
const LEASE = { usual: 120, least: 10, most: 86_400 } as const
const SPOOL_MB = 256
const MOST = 10_000

/** Where the configuration is when nobody says: the variable, the working folder, the home folder. */
export function configurationFile(): string {
  const { ALYX_WORKER_CONFIGURATION: named } = process.env
  if (named) return resolve(named)
  const here = resolve(CONFIGURATION_NAME)
  const home = join(homeFolder('XDG_CONFIG_HOME', '.config'), 'alyx-worker', CONFIGURATION_NAME)
  return !existsSync(here) && existsSync(home) ? home : here
}

/**
 * Reads a configuration whole.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export function readConfiguration(file: string): Configuration {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const what = missing ? 'is not there. "alyx-worker init" writes one to begin with.' : (error as Error).message
    throw new ConfigurationError(file, [what])
  }
  return understandConfiguration(file, text)
}

/** @param file where the text is from; paths in it are relative to its folder */
export function understandConfiguration(file: string, text: string): Configuration {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  if (document.errors.length > 0)
    throw new ConfigurationError(
      file,
      document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`),
    )
  const problems: string[] = []
  const read = readAll(file, new Section(document.toJS(), '', problems))
  if (problems.length > 0) throw new ConfigurationError(file, problems)
  return read
}

function readAll(file: string, section: Section): Configuration {
  const folder = dirname(resolve(file))
  const server = readServer(section)
  const name = section.text('name') ?? hostname()
  if (name.length > 100) section.complain('name', 'should have at most 100 characters')
  const path = (key: string): string | undefined => {
    const written = section.text(key)
    return written === undefined ? undefined : absolute(written, folder)
  }
  const configuration: Configuration = {
    file: resolve(file),
    server,
    name,
    tokenFile: path('token_file') ?? usualTokenFile(server),
    stateFolder: path('state_folder') ?? usualStateFolder(name),
    slots: section.whole('slots', { least: 1, most: 1000 }) ?? 1,
    cpu: section.whole('cpu', { least: 1, most: MOST }),
    ramGb: section.whole('ram_gb', { least: 1, most: MOST }),
    gpus: readGpus(section),
    labels: section.texts('labels'),
    labs: section.texts('labs'),
    repositories: section.texts('repositories'),
    graphs: section.texts('graphs'),
    graceSeconds: section.seconds('grace') ?? GRACE_SECONDS,
    leaseSeconds: readLease(section),
    drainSeconds: section.seconds('drain') ?? DRAIN_SECONDS,
    spoolMb: section.whole('spool_mb', { least: 1, most: 1_000_000 }) ?? SPOOL_MB,
    commands: readCommands(section.section('commands'), folder).map((command) => ({
      ...command,
      ...(command.folder !== undefined && { folder: absoluteUnlessFilled(command.folder, folder) }),
      run: command.shell ? command.run : programAt(command.run, folder),
    })),
  }
  if (configuration.commands.length === 0) section.complain('commands', 'is empty: nothing could be run')
  section.refuseOthers()
  return configuration
}

function readLease(section: Section): number {
  const seconds = section.seconds('lease') ?? LEASE.usual
  if (seconds >= LEASE.least && seconds <= LEASE.most) return Math.round(seconds)
  section.complain('lease', 'should be from 10s to 1d')
  return LEASE.usual
}

function readServer(section: Section): string {
  const written = section.text('server')
  if (written === undefined) {
    if (section.value('server') === undefined) section.complain('server', 'is missing: the address of Alyx')
    return ''
  }
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
    section.complain('server', `should be an address such as https://alyx.example.org, not "${written}"`)
    return ''
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** A number of GPUs, their indices, or nothing for all. */
function readGpus(section: Section): string[] | undefined {
  const value = section.value('gpus')
  if (value === undefined) return undefined
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 64)
    return Array.from({ length: value as number }, (_, index) => String(index))
  if (Array.isArray(value)) return section.texts('gpus')
  section.complain('gpus', 'should be a number, or a list of indices such as [0, 1]')
  return undefined
}

/** A program given by a path lies beside the configuration; one given by a name is looked for as usual. */
function programAt(run: readonly string[], folder: string): string[] {
  const [program = '', ...words] = run
  return [/[/\\]/.test(program) || program.startsWith('~') ? absolute(program, folder) : program, ...words]
}

/** One that begins with a placeholder may be whole once it is filled. */
const absoluteUnlessFilled = (path: string, folder: string): string =>
  /^\{(?:here|work_folder)\}/.test(path) ? path : absolute(path, folder)

function absolute(path: string, folder: string): string {
  const whole = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
  return isAbsolute(whole) ? whole : join(folder, whole)
}

function homeFolder(variable: string, usual: string): string {
  return process.env[variable] || join(homedir(), usual)
}

/** One for each server, because tokens of two servers differ. */
function usualTokenFile(server: string): string {
  const host = server.replace(/^https?:\/\//, '').replace(/[^\w.-]+/g, '_')
  return join(homeFolder('XDG_CONFIG_HOME', '.config'), 'alyx-worker', `${host}.token`)
}

function usualStateFolder(name: string): string {
  const base = process.platform === 'win32' ? process.env.LOCALAPPDATA : undefined
  return join(base ?? homeFolder('XDG_STATE_HOME', '.local/state'), 'alyx-worker', name.replace(/[^\w.-]+/g, '_'))
}

/** Where the token is: the variable ALYX_TOKEN itself, the file that ALYX_TOKEN_FILE names, or the configuration's. */
export function placeOfToken({ tokenFile }: Configuration): { token: string } | { file: string } {
  const { ALYX_TOKEN: token, ALYX_TOKEN_FILE: file } = process.env
  if (token) return { token }
  return { file: file ? resolve(file) : tokenFile }
}
