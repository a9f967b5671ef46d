import { configurationFile, readConfiguration } from '../configuration/configuration.ts'
import { holderOf } from '../machine/lock.ts'
import { isRunning } from '../machine/processes.ts'
import { readStatus, type WorkerStatus } from '../service/status-file.ts'
import { say } from './say.ts'

/** As `systemctl status` answers for a service that does not run. */
const NOT_RUNNING = 3

/** Says what the worker of this configuration does. @returns exit code */
export function status({ config, json = false }: { config?: string; json?: boolean }): number {
  const { stateFolder, name } = readConfiguration(config ?? configurationFile())
  const holder = holderOf(stateFolder)
  const runs = holder !== undefined && isRunning(holder)
  const last = readStatus(stateFolder)
  if (json) say(JSON.stringify({ runs, ...last }, undefined, 2))
  else if (!runs) say(`${name} does not run${last ? `; it last heard of the server ${last.reached ?? 'never'}` : ''}.`)
  else for (const line of linesOf(last, name, holder.pid)) say(line)
  return runs ? 0 : NOT_RUNNING
}

function linesOf(last: WorkerStatus | undefined, name: string, pid: number): string[] {
  if (!last || last.pid !== pid) return [`${name} runs as process ${pid}, and has only begun.`]
  const ended = Object.entries(last.ended).map(([outcome, count]) => `${count} ${outcome}`)
  return [
    `${name} runs as process ${pid} since ${last.started}${last.stopping ? ', and is stopping' : ''}.`,
    `Server    ${last.server}, last heard ${last.reached ?? 'never'}`,
    ...(last.trouble === null ? [] : [`Trouble   ${last.trouble}`]),
    `Slots     ${last.running.length} of ${last.slots} taken`,
    `Ended     ${ended.length === 0 ? 'nothing yet' : ended.join(', ')}`,
    ...last.running.map(({ name: task, command, began, progress, message, reporting }) => {
      const share = progress === null ? '' : `  ${Math.round(progress * 100)} %`
      const state = reporting ? '  has ended, and is being reported' : share
      return `  ${task} (${command}) since ${began}${state}${message === null ? '' : `  ${message}`}`
    }),
  ]
}
