/**
 * Measures the queue over HTTP: how fast tasks are made, given away and ended, with random graphs of many tasks.
 *
 *   npm run bench:jobs -- [--tasks 100000] [--workers 50] [--short] [--write]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { withEndings } from '../e2e/running/endings.ts'
import { root, temporaryFolder } from '../e2e/running/places.ts'
import { startServer } from '../e2e/running/server.ts'
import { Laboratory, type PlannedTask } from './job-laboratory.ts'
import { withSection } from './page-section.ts'
import { clusterMs, processMs, residentMib } from './processor-time.ts'
import { type MeasuredCalls, QUEUE_HEADING, queuePage, queueTable } from './queue-page.ts'

const { values: options } = parseArgs({
  options: {
    tasks: { type: 'string' },
    workers: { type: 'string' },
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const TASKS = Number(options.tasks ?? (options.short ? 6_000 : 100_000))
const WORKERS = Number(options.workers ?? 50)
/** Who make graphs, and who take many tasks at once. */
const FEW = Math.min(8, WORKERS)
/** Tasks of one graph, and how many earlier ones each may wait for. */
const GRAPH = 500
const MOST_PARENTS = 3
/** Of all tasks these are given away to measure with each size of claim. */
const SHARE = 0.1
/** Nobody says meanwhile that a task is still being worked on. */
const LONG_LEASE = { lease_seconds: 24 * 3600 }
/** Enough to know how long the ending of one takes. */
const MOST_ENDED = 5_000
const MOST_WHOLE = 2_000
/** Tasks per second, by the beginning of the line. A short run is measured beside others, on a machine that is busy. */
const AIMS: Readonly<Record<string, number>> = options.short
  ? { 'claimed, 1 ': 100, 'claimed, 10 ': 250, 'ended, one ': 100 }
  : { 'claimed, 1 ': 1000, 'claimed, 10 ': 1000 }

const say = (line: string) => process.stdout.write(`${line}\n`)

function randomGraph(): PlannedTask[] {
  return Array.from({ length: GRAPH }, (_, at) => ({
    ref: `t${at}`,
    name: `step${at % 20}`,
    executable: `lab.step${at % 20}`,
    priority: Math.floor(Math.random() * 5) * 20,
    // Half of them are roots.
    parents:
      at === 0 || Math.random() < 0.5
        ? []
        : [
            ...new Set(
              Array.from(
                { length: 1 + Math.floor(Math.random() * MOST_PARENTS) },
                () => `t${Math.floor(Math.random() * at)}`,
              ),
            ),
          ],
  }))
}

interface Machine {
  readonly lab: Laboratory
  readonly server: number
  readonly postmaster: number
}

/** PostgreSQL counts and sweeps tables that have just been filled, which is no part of what is measured. */
async function untilSettled({ postmaster }: Machine): Promise<void> {
  const end = performance.now() + SETTLING.mostMs
  for (let quiet = 0; quiet < SETTLING.quietLooks && performance.now() < end; ) {
    const before = clusterMs(postmaster)
    await pause(SETTLING.lookMs)
    quiet = clusterMs(postmaster) - before < SETTLING.idleMs ? quiet + 1 : 0
  }
}
/** Autovacuum looks around once a minute. */
const SETTLING = options.short
  ? { mostMs: 5_000, lookMs: 1_000, idleMs: 100, quietLooks: 2 }
  : { mostMs: 180_000, lookMs: 1_000, idleMs: 100, quietLooks: 65 }

/** Runs `turn` in so many loops at once until it says that there is nothing left. */
async function measured(
  { lab, server, postmaster }: Machine,
  what: string,
  workers: number,
  turn: () => Promise<number>,
): Promise<MeasuredCalls> {
  const used = () => [processMs(server), clusterMs(postmaster), processMs(process.pid)] as const
  lab.statements = 0
  let tasks = 0
  const times: number[] = []
  const before = used()
  const began = performance.now()
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (;;) {
        const start = performance.now()
        const done = await turn()
        if (done === 0) return
        times.push(performance.now() - start)
        tasks += done
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  const [node, postgres, caller] = used().map((ms, at) => (ms - before[at]!) / tasks) as [number, number, number]
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const { statements } = lab
  const perSecond = tasks / seconds
  process.stderr.write(`  ${what}: ${perSecond.toFixed(0)} tasks/s\n`)
  return {
    what,
    workers,
    tasks,
    perSecond,
    p50: at(0.5),
    p99: at(0.99),
    statements,
    processor: [node, postgres, caller],
  }
}

await withEndings(async () => {
  const folder = await temporaryFolder('bench-jobs')
  const server = await startServer({
    command: 'start',
    flags: ['--no-demo'],
    settings: {
      ALYX_DATA_FOLDER: join(folder, 'data'),
      THROTTLE_BURST_RATE: '100000000/minute',
      ALYX_LOG_LEVEL: 'info',
    },
  })
  const password = (await readFile(join(folder, 'data/admin-password'), 'utf8')).trim()
  const lab = await Laboratory.signedIn(server.address, password)
  const [postmaster] = (await readFile(join(folder, 'data/postgres-18/postmaster.pid'), 'utf8')).split('\n').map(Number)
  const machine: Machine = { lab, server: server.pid, postmaster: postmaster! }
  const workers = await Promise.all(Array.from({ length: WORKERS }, (_, nth) => lab.worker(`bench-${nth}`)))
  const load = loadavg()[0]!

  const results: MeasuredCalls[] = []
  let graphs = Math.ceil(TASKS / GRAPH)
  results.push(
    await measured(machine, `made, ${GRAPH} of a graph at once`, FEW, async () => {
      if (graphs <= 0) return 0
      graphs -= 1
      return (await lab.makeGraph(randomGraph())).length
    }),
  )
  await untilSettled(machine)
  const claimed: string[] = []
  let calls = 0
  // In rotation, so that none of them has more tasks than it may.
  const nextWorker = () => workers[calls++ % WORKERS]!
  for (const [limit, asking] of [
    [1, WORKERS],
    [10, FEW],
    [100, FEW],
  ] as const) {
    // Tasks of 500 have 250 roots: what is given away here is ready from the beginning.
    let left = Math.min(TASKS * SHARE, limit * 5_000)
    results.push(
      await measured(machine, `claimed, ${limit} at a time`, asking, async () => {
        if (left <= 0) return 0
        left -= limit
        const found = await lab.claim(nextWorker(), limit, LONG_LEASE)
        claimed.push(...found.map(({ attempt }) => attempt))
        return found.length
      }),
    )
  }
  claimed.splice(MOST_ENDED)
  results.push(
    await measured(machine, 'ended, one at a time, children woken', WORKERS, async () => {
      const attempt = claimed.pop()
      if (attempt === undefined) return 0
      await lab.finish(attempt)
      return 1
    }),
  )
  let most = Math.min(TASKS * SHARE, MOST_WHOLE)
  results.push(
    await measured(machine, 'claimed (10) and ended one by one', FEW, async () => {
      if (most <= 0) return 0
      const found = await lab.claim(nextWorker(), 10, LONG_LEASE)
      most -= found.length
      for (const { attempt } of found) await lab.finish(attempt)
      return found.length
    }),
  )

  const mib = residentMib(server.pid)
  say(queueTable(results))
  say(`\nMemory of the server: ${mib.toFixed(0)} MiB`)
  if (options.write) {
    const place = join(root, 'docs/benchmarks.md')
    const section = queuePage(results, { tasks: TASKS, load: [load, loadavg()[0]!], mib })
    await writeFile(place, withSection(await readFile(place, 'utf8'), QUEUE_HEADING, section))
  }
  const judged = Object.entries(AIMS).map(([beginning, least]) => {
    const { what, perSecond } = results.find((one) => one.what.startsWith(beginning))!
    return { text: `${what}: ${perSecond.toFixed(0)} tasks/s, at least ${least}`, holds: perSecond >= least }
  })
  for (const { text, holds } of judged) say(`${holds ? 'ok  ' : 'FAIL'} ${text}`)
  const failed = judged.filter(({ holds }) => !holds).length
  say(`${judged.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
})
