/**
 * Many workers on random graphs, while workers, the server and connections of the database are killed at random. In the end,
 * when the strikes are over and what was lost has had time to be found,
 * every task must have exactly one success or one visible failure, and no child may have begun before its parents ended.
 *
 *   npm run test:chaos -- [--tasks 1500] [--workers 50] [--minutes 4] [--strike-seconds 3] [--seed 1]
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Laboratory, Refusal } from '../../bench/job-laboratory.ts'
import { residentMib } from '../../bench/processor-time.ts'
import { openDatabase, startEmbedded } from '../../packages/server/src/database/index.ts'
import { atTheEnd, withEndings } from '../running/endings.ts'
import { temporaryFolder } from '../running/places.ts'
import { type RunningServer, startServer } from '../running/server.ts'
import { faultsIn, summaryOf } from './account.ts'
import { randomGraphs, seeded } from './graphs.ts'

const { values: options } = parseArgs({
  options: {
    tasks: { type: 'string', default: '1500' },
    workers: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '4' },
    /** Between two strikes, on the average. */
    'strike-seconds': { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
})
const TASKS = Number(options.tasks)
const WORKERS = Number(options.workers)
const UNTIL_MS = Number(options.minutes) * 60_000
const STRIKE_MS = Number(options['strike-seconds']) * 1000
const random = seeded(Number(options.seed))

/** The shortest that the server allows, so that the lost are noticed soon. */
const LEASE_SECONDS = 10
/** Tasks of one claim, at most. */
const MOST_CLAIMED = 5
/** Who make graphs at the same time. */
const MAKERS = 4
const TELL_EVERY_MS = 30_000
/** Given after the last strike: nothing is lost by then that does not come right by itself. */
const SETTLE_MS = 90_000
const say = (line: string) => process.stdout.write(`${line}\n`)

/** What befell the laboratory. */
const struck = { workers: 0, servers: 0, connections: 0, repeated: 0, late: 0 }

await withEndings(async () => {
  say(`seed ${options.seed}: ${TASKS} tasks, ${WORKERS} workers`)
  const folder = await temporaryFolder('chaos')
  const data = join(folder, 'data')
  const first = await startServer({ command: 'start', flags: ['--no-demo'], settings: { ALYX_DATA_FOLDER: data } })
  const password = (await readFile(join(data, 'admin-password'), 'utf8')).trim()
  await first.stop()
  // A database that outlives the servers that are killed.
  const embedded = await startEmbedded({ folder: data, fsync: false })
  atTheEnd(() => embedded.stop())
  const database = await openDatabase({ url: embedded.url, timeZone: 'UTC', maxConnections: 2 })
  atTheEnd(() => database.close())
  const settings = {
    ALYX_DATA_FOLDER: await temporaryFolder('chaos-server'),
    DATABASE_URL: embedded.url,
    THROTTLE_BURST_RATE: '100000000/minute',
    ALYX_LOG_LEVEL: 'silent',
  }
  let server: RunningServer = await startServer({ settings })
  const port = new URL(server.address).port
  const lab = await Laboratory.signedIn(server.address, password)
  const graphs = randomGraphs(TASKS, random)
  const making = performance.now()
  await Promise.all(
    Array.from({ length: MAKERS }, async () => {
      for (let graph = graphs.pop(); graph; graph = graphs.pop()) await lab.makeGraph(graph)
    }),
  )
  say(`made in ${((performance.now() - making) / 1000).toFixed(0)} s`)

  const began = performance.now()
  const end = performance.now() + UNTIL_MS
  let over = false
  let calm = false
  const late = new Set<Promise<void>>()
  const open = async (): Promise<number> =>
    Number(
      (await database.rows({ text: 'select count(*) from jobs_task where status in (20, 25, 30)', values: [] }))[0]![0],
    )

  const seconds = () => ((performance.now() - began) / 1000).toFixed(0)
  /** Of a server that may just have been killed. */
  const memory = () => {
    try {
      return residentMib(server.pid).toFixed(0)
    } catch {
      return '-'
    }
  }

  async function work(name: string): Promise<void> {
    let key: string | undefined
    while (!over) {
      try {
        key ??= await lab.worker(name)
        const found = await lab.claim(key, 1 + Math.floor(random() * MOST_CLAIMED), {
          wait_seconds: 2,
          lease_seconds: LEASE_SECONDS,
        })
        await Promise.all(found.map(run))
      } catch {
        // The server is away, or was while it answered: a worker tries again.
        await pause(100 + random() * 400)
      }
    }
  }

  async function run({ attempt, task }: { attempt: string; task: { name: string } }): Promise<void> {
    await pause(random() * 60)
    const chance = random()
    // Killed with its attempt open.
    if (chance < 0.03) {
      struck.workers += 1
      return
    }
    const how =
      task.name === 'hopeless'
        ? { outcome: 'failed', error_type: 'ValueError', transient: false }
        : chance < 0.08
          ? { outcome: 'failed', error_type: 'OSError', transient: true }
          : chance < 0.1
            ? { outcome: 'released' }
            : // A clock that jumped says nonsense about the time.
              { outcome: 'succeeded', elapsed_seconds: chance > 0.95 ? 1e9 : 0.05 }
    if (chance <= 0.98) return report(attempt, how)
    // Frozen for longer than its lease, while its machine goes on with others.
    const reported = pause((LEASE_SECONDS + 12) * 1000)
      .then(() => report(attempt, how))
      .finally(() => late.delete(reported))
    late.add(reported)
  }

  async function report(attempt: string, how: object): Promise<void> {
    for (;;) {
      try {
        await lab.finish(attempt, how)
        // The answer was lost on its way, and the report is sent again.
        if (random() < 0.1) {
          struck.repeated += 1
          await lab.finish(attempt, how)
        }
        return
      } catch (error) {
        if (error instanceof Refusal && error.status < 500) {
          struck.late += 1
          return
        }
        if (over) return
        await pause(200)
      }
    }
  }

  async function strike(): Promise<void> {
    while (!calm) {
      await pause(STRIKE_MS * (0.5 + random()))
      if (calm) return
      if (random() < 0.4) {
        process.kill(server.pid, 'SIGKILL')
        struck.servers += 1
        await server.stop()
        server = await startServer({ settings, flags: ['--port', port] })
      } else {
        const cut = await database.rows({
          text: `select pg_terminate_backend(pid) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() and random() < 0.4`,
          values: [],
        })
        struck.connections += cut.length
      }
    }
  }

  const workers = Array.from({ length: WORKERS }, (_, nth) => work(`chaos-${nth}`))
  const striking = strike()
  let left = await open()
  let told = performance.now()
  while (left > 0 && performance.now() < end) {
    await pause(2_000)
    left = await open()
    if (performance.now() - told < TELL_EVERY_MS) continue
    told = performance.now()
    say(`after ${seconds()} s: ${TASKS - left} tasks are over; the server uses ${memory()} MiB`)
  }
  const leftByStrikes = left
  calm = true
  await striking
  const settled = performance.now() + SETTLE_MS
  while (left > 0 && performance.now() < settled) {
    await pause(1_000)
    left = await open()
  }
  over = true
  await Promise.all([...workers, ...late])
  say(
    `over after ${seconds()} s, ${Math.round(TASKS / ((performance.now() - began) / 1000))} tasks/s; the server uses ${memory()} MiB`,
  )
  say(
    `struck: ${Object.entries(struck)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ')}`,
  )
  say(`left when the strikes ended: ${leftByStrikes}; after the calm: ${left}`)
  say(await summaryOf(database))
  const checks = await faultsIn(database, TASKS)
  for (const { text, faults } of checks) say(`${faults === 0 ? 'ok  ' : 'FAIL'} ${text}: ${faults}`)
  const failed = checks.filter(({ faults }) => faults > 0).length
  say(`${checks.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
})
