import type { AttemptFolder, AttemptFolders, Exit } from '../attempt/folder.ts'
import { GivenUp } from '../attempt/heard.ts'
import { Report } from '../attempt/report.ts'
import { orphansOf } from '../machine/processes.ts'
import type { Transport } from '../server/transport.ts'

export interface RecoveryOptions {
  readonly folders: AttemptFolders
  readonly transport: Transport
  readonly graceSeconds: number
  readonly spoolBytes: number
  readonly say: (line: string) => void
  readonly troubled: (error: Error) => void
  readonly until: AbortSignal
}

/** A worker that was killed can say nothing of what it ran, but that it was. */
const KILLED: Exit['trouble'] = {
  type: 'WorkerLost',
  message: 'The worker was killed while the command ran. What still ran of it was stopped when the worker came back.',
  transient: true,
}

/**
 * Puts in order what an earlier start of this worker left: processes that still run are ended before anything new begins,
 * because they hold memory and GPUs that the server believes to be free.
 *
 * @returns reports what became of each; resolves when the server has heard of all
 */
export async function recover(options: RecoveryOptions): Promise<() => Promise<void>> {
  const left = options.folders.left()
  await Promise.all(left.map((folder) => stopOrphans(folder, options)))
  return async () => {
    await Promise.all(left.map((folder) => reportLeft(folder, options)))
  }
}

async function stopOrphans(folder: AttemptFolder, { graceSeconds, say }: RecoveryOptions): Promise<void> {
  const kept = folder.kept()
  if (!kept) return
  const orphans = orphansOf(kept.claimed.attempt, folder.process())
  if (!orphans) return
  say(`${kept.claimed.task.name} still ran from an earlier start: stopping it`)
  await orphans.stop(graceSeconds * 1000)
}

async function reportLeft(folder: AttemptFolder, options: RecoveryOptions): Promise<void> {
  const { transport, say, troubled, until, spoolBytes } = options
  const kept = folder.kept()
  if (!kept) return folder.remove()
  const { claimed, server, exitCodes, claimedAt } = kept
  if (server !== transport.address) {
    say(`${folder.path} belongs to ${server}, and is left for a worker that speaks to it`)
    return
  }
  const seconds = (Date.now() - Date.parse(claimedAt)) / 1000
  const exit = folder.exit() ?? { code: null, signal: null, elapsedSeconds: Math.max(0, seconds), trouble: KILLED! }
  const report = new Report({ attempt: claimed.attempt, folder, transport, spoolBytes, troubled, until })
  try {
    const { finish, answer } = await report.finish(exit, exitCodes)
    const fate = answer.status === undefined ? 'which the server had given up already' : `now ${answer.status}`
    say(`${claimed.task.name}, from an earlier start: ${finish.outcome}, ${fate}`)
    folder.remove()
  } catch (error) {
    if (error instanceof GivenUp) return
    say(`${claimed.task.name}, from an earlier start, cannot be reported: ${(error as Error).message}`)
    folder.remove()
  }
}
