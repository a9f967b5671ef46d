import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second, whatever its clock does. */
const TICK_MS = 10

interface Stat {
  readonly parent: number
  readonly ownMs: number
  /** Of children that have ended and been waited for. */
  readonly endedChildrenMs: number
}

function stat(pid: number): Stat | undefined {
  try {
    // The name of the program, in brackets, may hold anything; the numbers come after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) as number[]
    const [, parent] = fields
    const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15) as [number, number, number, number]
    return {
      parent: parent as number,
      ownMs: (user + system) * TICK_MS,
      endedChildrenMs: (childrenUser + childrenSystem) * TICK_MS,
    }
  } catch {
    return undefined
  }
}

/** Milliseconds of processor time that a process has used. */
export const processMs = (pid: number): number => stat(pid)?.ownMs ?? 0

/** The same of a PostgreSQL: its first process, those that serve connections, and those that did and have ended. */
export function clusterMs(postmaster: number): number {
  const first = stat(postmaster)
  let total = (first?.ownMs ?? 0) + (first?.endedChildrenMs ?? 0)
  for (const name of readdirSync('/proc')) {
    const child = /^\d+$/.test(name) ? stat(Number(name)) : undefined
    if (child?.parent === postmaster) total += child.ownMs
  }
  return total
}

const KIB_PER_MIB = 1024

/** Memory in use by a process, MiB. */
export function residentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / KIB_PER_MIB
}
