/**
 * Measures the reads that laboratories wait for and the writes of their rigs, on a large laboratory.
 *
 *   npm run bench -- [--scale 1] [--short] [--only TEXT] [--cache-tables | --pages] [--write]
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withEndings } from '../e2e/running/endings.ts'
import { root } from '../e2e/running/places.ts'
import { copyOfDatabase } from '../e2e/running/postgres.ts'
import { startServer } from '../e2e/running/server.ts'
import { openDatabase, raw } from '../packages/server/src/database/index.ts'
import { migrateDatabase } from '../packages/server/src/schema/index.ts'
import { verdicts } from './aims.ts'
import { measureTables, tablesPage, tablesVerdicts, withTables } from './cache-tables.ts'
import { floors } from './floors.ts'
import { DATASET_KINDS, type Sizes, sizesAt, TOKEN } from './laboratory.ts'
import { type Bench, endure, type Measured, measure } from './measure.ts'
import { sectionOf } from './page-section.ts'
import { applicationTables, applicationVerdicts, measureApplication, withApplication } from './pages.ts'
import { preparedDatabase } from './prepared-database.ts'
import { residentMib } from './processor-time.ts'
import { QUEUE_HEADING } from './queue-page.ts'
import { page, table, writingPage } from './report.ts'
import { measuredRequests } from './requests.ts'
import {
  type MeasuredWriting,
  measuredWrites,
  measureWrite,
  measureWriting,
  typesByName,
  writingTable,
  writingVerdicts,
} from './writes.ts'

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string' },
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    /** Nothing but the tables that ONE searches. */
    'cache-tables': { type: 'boolean', default: false },
    /** Nothing but the web application, in Chromium. */
    pages: { type: 'boolean', default: false },
  },
})

const LONG = {
  durations: { warmUpMs: 1_000, measuredMs: 5_000, floorMs: 2_500 },
  requests: 20_000,
  writes: 20_000,
  slack: 1,
  scale: '1',
}
const SHORT = {
  durations: { warmUpMs: 400, measuredMs: 1_600, floorMs: 800 },
  requests: 2_000,
  writes: 2_000,
  // A few seconds on small data and a shared machine: enough to notice a page that became several times dearer.
  slack: 4,
  scale: '0.02',
}

/** Logging is part of the work. */
const settingsFor = (url: string) => ({
  DATABASE_URL: url,
  THROTTLE_BURST_RATE: '100000000/minute',
  ALYX_LOG_LEVEL: 'info',
})

const PAGE = join(root, 'docs/benchmarks.md')

const say = (line: string) => process.stdout.write(`${line}\n`)

/** Writes go to a copy of the large laboratory: the next run finds it as it was. */
async function benchWrites({ sizes, writes, ...bench }: Bench & { url: string; sizes: Sizes; writes: number }) {
  const url = await copyOfDatabase(bench.url, 'writing')
  const server = await startServer({ settings: settingsFor(url) })
  const database = await openDatabase({ url, timeZone: 'UTC', maxConnections: 4 })
  try {
    const types = await typesByName(database)
    const on: Bench = { ...bench, address: server.address, serverPid: server.pid, database }
    const measured: MeasuredWriting[] = []
    for (const write of measuredWrites(sizes, types)) {
      if (options.only !== undefined && !write.name.includes(options.only)) continue
      measured.push(await measureWrite(on, write))
      process.stderr.write(`  ${write.name}\n`)
    }
    return { measured, whole: await measureWriting(on, sizes, types, writes) }
  } finally {
    await database.close()
    await server.stop()
  }
}

/** The tables alone, on a laboratory that an older version may have prepared. */
async function benchTables(url: string, sizes: Sizes, slack: number): Promise<number> {
  const database = await openDatabase({ url, timeZone: 'UTC', maxConnections: 2 })
  await migrateDatabase(database)
  await database.close()
  const measured = await measureTables(url)
  say(measured.line)
  const judged = tablesVerdicts(measured, slack)
  for (const { text, holds } of judged) say(`${holds ? 'ok  ' : 'FAIL'} ${text}`)
  if (options.write)
    await writeFile(PAGE, withTables(await readFile(PAGE, 'utf8'), tablesPage(measured, sizes.datasets)))
  return judged.every(({ holds }) => holds) ? 0 : 1
}

/** The web application alone, likewise. */
async function benchPages(url: string, sizes: Sizes, slack: number): Promise<number> {
  const database = await openDatabase({ url, timeZone: 'UTC', maxConnections: 2 })
  await migrateDatabase(database)
  const server = await startServer({ settings: settingsFor(url) })
  const measured = await measureApplication(server.address, database, sizes)
  await database.close()
  say(applicationTables(measured))
  const judged = applicationVerdicts(measured, slack)
  for (const { text, holds } of judged) say(`${holds ? 'ok  ' : 'FAIL'} ${text}`)
  const failed = judged.filter(({ holds }) => !holds).length
  say(`${judged.length - failed} passed, ${failed} failed`)
  if (options.write) await writeFile(PAGE, withApplication(await readFile(PAGE, 'utf8'), measured))
  return failed === 0 ? 0 : 1
}

await withEndings(async () => {
  const { durations, requests: enduring, writes, slack, scale } = options.short ? SHORT : LONG
  const sizes = sizesAt(Number(options.scale ?? scale))
  const embedded = await preparedDatabase(sizes, say)
  if (options.pages) return benchPages(embedded.url, sizes, slack)
  if (options['cache-tables']) return benchTables(embedded.url, sizes, slack)
  const server = await startServer({
    settings: settingsFor(embedded.url),
  })
  const open = (url: string) => openDatabase({ url, timeZone: 'UTC', maxConnections: 4 })
  const database = await open(embedded.url)
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
    await server.stop()
    await database.close()
    const writing = await benchWrites({ ...bench, url: embedded.url, sizes, writes })
    say(`\n${writingTable(writing.measured)}\n`)
    for (const verdict of writingVerdicts(writing.measured, writing.whole, slack)) {
      judged.push(verdict)
      if (!verdict.holds || !/always|statements/.test(verdict.text))
        say(`${verdict.holds ? 'ok  ' : 'FAIL'} ${verdict.text}`)
    }
    const tables = await measureTables(embedded.url)
    for (const verdict of tablesVerdicts(tables, slack)) {
      judged.push(verdict)
      say(`${verdict.holds ? 'ok  ' : 'FAIL'} ${verdict.text}`)
    }
    if (options.write)
      await writeFile(
        PAGE,
        page(results, memory, sizes) +
          writingPage(writing) +
          sectionOf(await readFile(PAGE, 'utf8'), QUEUE_HEADING) +
          tablesPage(tables, sizes.datasets),
      )
    const missed = judged.filter(({ holds }) => !holds).length
    say(`${judged.length - missed} passed, ${missed} failed`)
    return missed > 0 ? 1 : 0
  } finally {
    await database.close()
  }
})
