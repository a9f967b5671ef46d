import type { Command } from '../configuration/commands.ts'
import { filled, filledPath, type Values } from '../configuration/placeholders.ts'
import type { ClaimedAttempt } from '../server/calls.ts'
import { isRecord } from '../server/transport.ts'
import type { AttemptFolder } from './folder.ts'

/** What an attempt may use of the machine. */
export interface Share {
  readonly cpu: number
  readonly ramGb: number
  /** Indices of GPUs that are its own for as long as it runs. */
  readonly gpus: readonly string[]
}

/** How a program is started. */
export interface Start {
  readonly program: string
  readonly words: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Program, folder and environment of one attempt.
 *
 * @throws CannotFill when the task lacks what the configuration needs
 */
export function startOf(
  command: Command,
  {
    claimed,
    server,
    username,
    share,
    folder,
  }: { claimed: ClaimedAttempt; server: string; username: string; share: Share; folder: AttemptFolder },
): Start {
  const values = valuesOf(claimed, command.here, server, share, folder)
  const [program = '', ...words] = command.run.map((word) => (command.shell ? word : filled(word, values)))
  return {
    ...(command.shell ? throughShell(program) : { program, words }),
    folder: command.folder === undefined ? folder.workFolder : filledPath(command.folder, values),
    environment: {
      ...inherited(),
      ...told(values, claimed, folder, share),
      ALYX_USER: username,
      ...Object.fromEntries(Object.entries(command.environment).map(([name, text]) => [name, filled(text, values)])),
      // Last, because everything that an attempt starts is found by it.
      ALYX_ATTEMPT: claimed.attempt,
    },
  }
}

const throughShell = (line: string): Pick<Start, 'program' | 'words'> =>
  process.platform === 'win32'
    ? { program: process.env.ComSpec ?? 'cmd.exe', words: ['/d', '/s', '/c', line] }
    : { program: '/bin/sh', words: ['-c', line] }

/** The worker's own environment, without what is about the worker. */
function inherited(): Record<string, string> {
  const secret = ['ALYX_TOKEN', 'ALYX_TOKEN_FILE', 'ALYX_WORKER_CONFIGURATION', 'NODE_CHANNEL_FD', 'NOTIFY_SOCKET']
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !secret.includes(name))
  return Object.fromEntries(kept) as Record<string, string>
}

function valuesOf(
  { attempt, number, task }: ClaimedAttempt,
  here: string,
  url: string,
  share: Share,
  folder: AttemptFolder,
): Values {
  const some = (value: string | number | null): string | undefined => (value === null ? undefined : String(value))
  return {
    task: task.id,
    task_name: task.name,
    executable: task.executable,
    graph: some(task.graph),
    priority: some(task.priority),
    attempt,
    attempt_number: String(number),
    session: some(task.session),
    lab: some(task.lab),
    subject: some(task.subject),
    date: some(task.date),
    number: some(task.number),
    number3: task.number === null ? undefined : String(task.number).padStart(3, '0'),
    repository: some(task.data_repository),
    version: some(task.version),
    here,
    arguments: folder.argumentsFile,
    task_file: folder.taskFile,
    work_folder: folder.workFolder,
    cpu: String(share.cpu),
    ram_gb: String(share.ramGb),
    gpus: share.gpus.join(','),
    url,
    given: isRecord(task.arguments) ? task.arguments : {},
  }
}

/** What every command is told; variables of what a task does not have are empty. */
function told(values: Values, { task }: ClaimedAttempt, folder: AttemptFolder, share: Share): Record<string, string> {
  return {
    // Lines of a log should come when they are printed.
    PYTHONUNBUFFERED: process.env.PYTHONUNBUFFERED ?? '1',
    ...(share.gpus.length > 0 || task.gpu !== null ? { CUDA_VISIBLE_DEVICES: share.gpus.join(',') } : {}),
    ALYX_URL: values.url ?? '',
    ALYX_TOKEN_FILE: folder.tokenFile,
    ALYX_TASK: values.task ?? '',
    ALYX_TASK_NAME: values.task_name ?? '',
    ALYX_TASK_FILE: folder.taskFile,
    ALYX_ARGUMENTS_FILE: folder.argumentsFile,
    ALYX_ATTEMPT_NUMBER: values.attempt_number ?? '',
    ALYX_EXECUTABLE: values.executable ?? '',
    ALYX_GRAPH: values.graph ?? '',
    ALYX_SESSION: values.session ?? '',
    ALYX_LAB: values.lab ?? '',
    ALYX_SUBJECT: values.subject ?? '',
    ALYX_DATE: values.date ?? '',
    ALYX_NUMBER: values.number ?? '',
    ALYX_REPOSITORY: values.repository ?? '',
    ALYX_HERE: values.here ?? '',
    ALYX_WORK_FOLDER: folder.workFolder,
    ALYX_CPU: values.cpu ?? '',
    ALYX_RAM_GB: values.ram_gb ?? '',
    ALYX_GPUS: values.gpus ?? '',
  }
}
