import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOf } from '../attempt/environment.ts'
import { AttemptFolder } from '../attempt/folder.ts'
import { commandFor } from '../configuration/commands.ts'
import { holderOf } from '../machine/lock.ts'
import { isRunning } from '../machine/processes.ts'
import { type ClaimedAttempt, readTask, readUsername } from '../server/calls.ts'
import { Worker } from '../service/worker.ts'
import { type Opened, opened } from './opened.ts'
import { journal, remark, say } from './say.ts'
import { stopOnSignals } from './signals.ts'

export interface RunTaskOptions {
  readonly config?: string
  readonly dryRun?: boolean
}

/** Runs one task by hand, with its output on the screen. @returns exit code */
export async function runTask(task: string, { config, dryRun = false }: RunTaskOptions): Promise<number> {
  const all = opened({ ...(config !== undefined && { config }) })
  const { configuration, transport, token } = all
  const known = await readTask(transport, task)
  const command = commandFor(configuration.commands, known.task.executable)
  if (!command) {
    remark(`No command of ${configuration.file} runs "${known.task.executable}".`)
    return 1
  }
  if (dryRun) return show(all, known)
  if (!known.ready) {
    const blocked = known.blockedBy.length > 0
    const why = blocked ? `waits for ${known.blockedBy.join(', ')}` : `is ${known.status}, or waits for its next try`
    remark(`${known.task.name} ${why}: only a task that is ready can be run. Reset it first, if it should run again.`)
    return 1
  }
  const byHand = {
    ...configuration,
    // Beside the service of the same machine, and not one of its slots.
    name: `${configuration.name}, by hand`,
    stateFolder: freeFolder(configuration.stateFolder),
    slots: 1,
    graphs: [],
    labs: [],
    repositories: [],
    commands: [command],
  }
  const printed = (text: string): void => void process.stdout.write(text)
  const worker = new Worker({ configuration: byHand, transport, token, say: journal, printed, task: known.task.id })
  const failures = await stopOnSignals(worker, () => worker.work('once'))
  if (worker.begun === 0)
    remark(`${known.task.name} was not given to us: it is paused, was taken by others, or does not fit here.`)
  return worker.begun > 0 && failures === 0 ? 0 : 1
}

/** Several may be run by hand at once. */
function freeFolder(stateFolder: string): string {
  for (let place = 1; ; place += 1) {
    const folder = `${stateFolder}-by-hand-${place}`
    const holder = holderOf(folder)
    if (!existsSync(folder) || holder === undefined || !isRunning(holder)) return folder
  }
}

/** Shows what would be run. */
async function show({ configuration, transport }: Opened, { task }: { task: ClaimedAttempt['task'] }): Promise<number> {
  const command = commandFor(configuration.commands, task.executable)!
  const folder = new AttemptFolder(mkdtempSync(join(tmpdir(), 'alyx-worker-')))
  try {
    const claimed = {
      attempt: '00000000-0000-0000-0000-000000000000',
      number: 1,
      lease_seconds: 0,
      timeout_seconds: null,
      task,
    }
    const share = {
      cpu: Math.max(1, command.cpu, task.cpu ?? 0),
      ramGb: Math.max(command.ramGb, task.ram ?? 0),
      gpus: [],
    }
    const start = startOf(command, {
      claimed,
      server: transport.address,
      username: await readUsername(transport),
      share,
      folder,
    })
    say(`Command   ${command.name}`)
    say(`Program   ${[start.program, ...start.words].map((word) => JSON.stringify(word)).join(' ')}`)
    say(`Folder    ${start.folder}`)
    say(`Arguments ${JSON.stringify(task.arguments)}`)
    for (const [name, value] of Object.entries(start.environment))
      if (name.startsWith('ALYX_') || name in command.environment) say(`          ${name}=${value}`)
    return 0
  } finally {
    rmSync(folder.path, { recursive: true, force: true })
  }
}
