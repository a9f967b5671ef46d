/**
 * Measures the reads that laboratories wait for, on a large laboratory.
 *
 *   npm run bench -- [--scale 1] [--short] [--only TEXT] [--write]
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withEndings } from '../e2e/running/endings.ts'
import { root } from '../e2e/running/places.ts'
import { startServer } from '../e2e/running/server.ts'
import { openDatabase, raw } from '../packages/server/src/database/index.ts'
import { verdicts } from './aims.ts'
import { floors } from './floors.ts'
import { DATASET_KINDS, sizesAt, TOKEN } from './laboratory.ts'
import { type Bench, endure, type Measured, measure } from './measure.ts'
import { preparedDatabase } from './prepared-database.ts'
import { residentMib } from './processor-time.ts'
import { page, table } from './report.ts'
import { measuredRequests } from './requests.ts'

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string' },
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})

const LONG = {
  durations: { warmUpMs: 1_000, measuredMs: 5_000, floorMs: 2_500 },
  requests: 20_000,
  slack: 1,
  scale: '1',
}
const SHORT = {
  durations: { warmUpMs: 400, measuredMs: 1_600, floorMs: 800 },
  requests: 2_000,
  // A few seconds on small data and a shared machine: enough to notice a page that became several times dearer.
  slack: 4,
  scale: '0.02',
}

const say = (line: string) => process.stdout.write(`${line}\n`)

await withEndings(async () => {
  const { durations, requests: enduring, slack, scale } = options.short ? SHORT : LONG
  const sizes = sizesAt(Number(options.scale ?? scale))
  const embedded = await preparedDatabase(sizes, say)
  const server = await startServer({
    // Logging is part of the work.
    settings: { DATABASE_URL: embedded.url, THROTTLE_BURST_RATE: '100000000/minute', ALYX_LOG_LEVEL: 'info' },
  })
  const database = await openDatabase({ url: embedded.url, timeZone: 'UTC', maxConnections: 4 })
  try {
    const names = await database.rows(raw(`select name from data_datasettype order by name limit ${DATASET_KINDS}`))
    const datasetTypes = names.map(([name]) => name as string)
    const bench: Bench = {
      address: server.address,
      token: TOKEN,
      serverPid: server.pid,
      postmasterPid: embedded.pid,
      database,
      durations,
    }
    const all = measuredRequests(sizes, datasetTypes)
    const allFloors = floors(sizes, datasetTypes)
    const results: Measured[] = []
    for (const [nth, request] of all.entries()) {
      if (options.only !== undefined && !request.name.includes(options.only)) continue
      results.push(await measure(bench, request, allFloors[nth] as (typeof allFloors)[number]))
      process.stderr.write(`  ${request.name}\n`)
    }
    say(`\n${table(results)}\n`)
    const failed = await endure(bench, all, enduring)
    const memory = { requests: enduring, mib: residentMib(server.pid) }
    const judged = verdicts(results, memory.mib, slack)
    judged.push({
      text: `${enduring} more requests: ${failed.length} not answered`,
      holds: failed.length === 0,
    })
    for (const { text, holds } of judged)
      if (!holds || !/always|statements/.test(text)) say(`${holds ? 'ok  ' : 'FAIL'} ${text}`)
    if (options.write) await writeFile(join(root, 'docs/benchmarks.md'), page(results, memory, sizes))
    const missed = judged.filter(({ holds }) => !holds).length
    say(`${judged.length - missed} passed, ${missed} failed`)
    return missed > 0 ? 1 : 0
  } finally {
    await database.close()
  }
})
