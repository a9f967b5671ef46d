import type { Share } from '../attempt/environment.ts'
import type { Command } from '../configuration/commands.ts'
import type { Resources } from '../machine/resources.ts'
import type { ClaimedTask } from '../server/calls.ts'

/** What is free on this machine. Each attempt gets a share, and gives it back. */
export class Shares {
  readonly #all: Resources
  readonly #taken = new Set<Share>()

  constructor(all: Resources) {
    this.#all = all
  }

  /**
   * A share for a task: as much as it asks for, and no less than its command needs.
   *
   * @returns undefined when so much is not free now. A task that asks for more than there is gets all, once it is free.
   */
  take(task: ClaimedTask, command: Command): Share | undefined {
    const asked = task.cpu !== null && task.cpu < 0 ? this.#all.cpu : (task.cpu ?? 0)
    const needed = command.cpu < 0 ? this.#all.cpu : command.cpu
    const cpu = Math.min(Math.max(asked, needed, 1), this.#all.cpu)
    const ramGb = Math.min(Math.max(task.ram ?? 0, command.ramGb), this.#all.ramGb)
    const gpu = Math.min(Math.max(task.gpu ?? 0, command.gpu), this.#all.gpus.length)
    const taken = [...this.#taken]
    const usedCpu = taken.reduce((sum, share) => sum + share.cpu, 0)
    const usedRamGb = taken.reduce((sum, share) => sum + share.ramGb, 0)
    const usedGpus = new Set(taken.flatMap(({ gpus }) => gpus))
    const freeGpus = this.#all.gpus.filter((index) => !usedGpus.has(index))
    if (cpu > this.#all.cpu - usedCpu || ramGb > this.#all.ramGb - usedRamGb || gpu > freeGpus.length) return undefined
    const share: Share = { cpu, ramGb, gpus: freeGpus.slice(0, gpu) }
    this.#taken.add(share)
    return share
  }

  giveBack(share: Share): void {
    this.#taken.delete(share)
  }
}
