/**
 * Measures the queue over HTTP: how fast tasks are made, given away and ended, with random graphs of many tasks.
 *
 *   npm run bench:jobs -- [--tasks 100000] [--workers 8] [--short]
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withEndings } from '../e2e/running/endings.ts'
import { temporaryFolder } from '../e2e/running/places.ts'
import { startServer } from '../e2e/running/server.ts'
import { Laboratory, type PlannedTask } from './job-laboratory.ts'
import { residentMib } from './processor-time.ts'

const { values: options } = parseArgs({
  options: {
    tasks: { type: 'string' },
    workers: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
})
const TASKS = Number(options.tasks ?? (options.short ? 6_000 : 100_000))
const WORKERS = Number(options.workers ?? 8)
/** Tasks of one graph, and how many earlier ones each may wait for. */
const GRAPH = 500
const MOST_PARENTS = 3
/** Of 100,000 waiting tasks these many are given away to measure with each size of claim. */
const SHARE = 0.1
// A short run is measured beside others, on a machine that is busy.
const AIM_CLAIMS_PER_SECOND = options.short ? 250 : 1000

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

interface Measured {
  readonly what: string
  readonly tasks: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly statements: number
}

/** Runs `turn` in so many loops at once until it says that there is nothing left. */
async function measured(what: string, lab: Laboratory, turn: (loop: number) => Promise<number>): Promise<Measured> {
  lab.statements = 0
  let tasks = 0
  const times: number[] = []
  const began = performance.now()
  await Promise.all(
    Array.from({ length: WORKERS }, async (_, loop) => {
      for (;;) {
        const start = performance.now()
        const done = await turn(loop)
        if (done === 0) return
        times.push(performance.now() - start)
        tasks += done
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { what, tasks, perSecond: tasks / seconds, p50: at(0.5), p99: at(0.99), statements: lab.statements }
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
  const workers = await Promise.all(Array.from({ length: WORKERS }, (_, nth) => lab.worker(`bench-${nth}`, TASKS)))

  const results: Measured[] = []
  let graphs = Math.ceil(TASKS / GRAPH)
  results.push(
    await measured('made, 500 of a graph at once', lab, async () => {
      if (graphs <= 0) return 0
      graphs -= 1
      return (await lab.makeGraph(randomGraph())).length
    }),
  )
  const claimed: string[] = []
  for (const limit of [1, 10, 100]) {
    let left = Math.min(TASKS * SHARE, limit * 2_000)
    results.push(
      await measured(`claimed, ${limit} at a time`, lab, async (loop) => {
        if (left <= 0) return 0
        left -= limit
        const found = await lab.claim(workers[loop]!, limit)
        claimed.push(...found.map(({ attempt }) => attempt))
        return found.length
      }),
    )
  }
  results.push(
    await measured('ended, one at a time, children woken', lab, async () => {
      const attempt = claimed.pop()
      if (attempt === undefined) return 0
      await lab.finish(attempt)
      return 1
    }),
  )
  let most = Math.min(TASKS * SHARE, 10_000)
  results.push(
    await measured('claimed (10) and ended one by one', lab, async (loop) => {
      if (most <= 0) return 0
      const found = await lab.claim(workers[loop]!, 10)
      most -= found.length
      for (const { attempt } of found) await lab.finish(attempt)
      return found.length
    }),
  )

  say('| Tasks | number | per second | p50 ms | p99 ms | statements for each task |')
  say('| --- | ---: | ---: | ---: | ---: | ---: |')
  for (const { what, tasks, perSecond, p50, p99, statements } of results)
    say(
      `| ${what} | ${tasks} | ${perSecond.toFixed(0)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${(statements / tasks).toFixed(2)} |`,
    )
  say(`\nMemory of the server: ${residentMib(server.pid).toFixed(0)} MiB`)
  const best = results.find(({ what }) => what.startsWith('claimed, 10 '))!
  const holds = best.perSecond >= AIM_CLAIMS_PER_SECOND
  say(
    `${holds ? 'ok  ' : 'FAIL'} claims, 10 at a time: ${best.perSecond.toFixed(0)} tasks/s, at least ${AIM_CLAIMS_PER_SECOND}`,
  )
  say(`${holds ? 1 : 0} passed, ${holds ? 0 : 1} failed`)
  return holds ? 0 : 1
})
