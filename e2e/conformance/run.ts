/**
 * Replays the recorded answers of Alyx 3.6.1 against this server, on each PostgreSQL that is there.
 *
 *   npm run conformance -- [--postgres 15|18|both] [--only TEXT]
 */
import { execSync } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withEndings } from '../running/endings.ts'
import { hasRecordings, recorded, root, temporaryFolder } from '../running/places.ts'
import {
  embeddedPostgres,
  loadRecordedLaboratory,
  type Postgres,
  postgresAt,
  renewableDatabase,
  scratchDatabase,
} from '../running/postgres.ts'
import { startServer } from '../running/server.ts'
import { declaredExceptions } from './exceptions.ts'
import { knownDefects, type Replayed, replay } from './replay.ts'

const { values: options } = parseArgs({
  options: { postgres: { type: 'string', default: 'both' }, only: { type: 'string' } },
})

const say = (line: string) => process.stdout.write(`${line}\n`)

const POSTGRES_15 = process.env.ALYX_POSTGRES_15_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** The servers that were asked for and are there. */
async function* postgresServers(): AsyncGenerator<Postgres> {
  if (options.postgres !== '15') yield embeddedPostgres()
  if (options.postgres === '18') return
  try {
    const postgres = await postgresAt(POSTGRES_15)
    if (postgres.major !== 15) throw new Error(`it is PostgreSQL ${postgres.major}`)
    yield postgres
  } catch (error) {
    const reason = `no PostgreSQL 15 (ALYX_POSTGRES_15_URL, else 127.0.0.1:5432): ${(error as Error).message}`
    if (options.postgres === '15') throw new Error(reason)
    say(`Only PostgreSQL 18: ${reason}`)
  }
}

/** Exchanges replayed on one PostgreSQL: of reads, of a server with few requests allowed, and of changes. */
async function conform(postgres: Postgres): Promise<Replayed[]> {
  const url = await scratchDatabase(postgres, 'conformance')
  await loadRecordedLaboratory(url)
  const tables = join(await temporaryFolder('tables'), 'tables')
  await cp(recorded('tables'), tables, { recursive: true })
  const settings = { DATABASE_URL: url, DJANGO_TABLES_ROOT: tables }

  const generous = await startServer({ settings: { ...settings, THROTTLE_BURST_RATE: '100000/minute' } })
  const read = await replay(generous.address, 'read.jsonl', options)
  await generous.stop()
  const strict = await startServer({ settings: { ...settings, THROTTLE_BURST_RATE: '3/minute' } })
  const throttle = await replay(strict.address, 'throttle.jsonl', options)
  await strict.stop()
  const { url: anew, renew } = await renewableDatabase(postgres, url)
  execSync(renew)
  const writing = await startServer({
    settings: { ...settings, DATABASE_URL: anew, THROTTLE_BURST_RATE: '100000/minute', ALYX_DISABLE_MAIL: '1' },
  })
  const written = await replay(writing.address, 'write.jsonl', { ...options, reset: renew })
  await writing.stop()
  return [read, throttle, written]
}

const shown = (value: unknown) => String(value).slice(0, 300)

/** Prints one run and its failures. @returns how it counts, where declared exceptions count as neither */
function judge(runs: readonly Replayed[], exceptions: ReadonlySet<string>, defects: ReadonlySet<string>) {
  const failures = runs.flatMap((run) => run.failures)
  const failing = new Set(failures.map(({ id }) => id))
  for (const { id, path, why, expected, actual } of failures) {
    if (exceptions.has(id)) say(`  declared  ${id}`)
    else
      say(
        `  FAIL      ${id}${defects.has(id) ? ' (known defect)' : ''} at ${path} [${why}]: expected ${shown(expected)}, got ${shown(actual)}`,
      )
  }
  const undeclared = [...failing].filter((id) => !exceptions.has(id))
  // A part of the recording cannot tell that an exception is no longer one.
  const outdated = options.only === undefined ? [...exceptions].filter((id) => !failing.has(id)) : []
  for (const id of outdated) say(`  FAIL      ${id} passes: take it out of docs/compatibility.md`)
  const passed = runs.reduce((sum, run) => sum + run.passed, 0)
  const ofDefects = undeclared.filter((id) => defects.has(id)).length
  say(
    `  ${passed} as recorded or as allowed, ${failing.size - undeclared.length} declared exceptions, ${undeclared.length} failures (${ofDefects} at known defects)`,
  )
  if (undeclared.length > 0) say(`  failing: ${undeclared.join(' ')}`)
  return { passed, failed: undeclared.length + outdated.length }
}

await withEndings(async () => {
  if (!['15', '18', 'both'].includes(options.postgres)) throw new Error('--postgres is 15, 18 or both')
  const total = { passed: 0, failed: 0 }
  if (hasRecordings()) {
    const page = await readFile(join(root, 'docs/compatibility.md'), 'utf8').catch(() => '')
    const exceptions = declaredExceptions(page)
    const defects = new Set([...(await knownDefects('read.jsonl')), ...(await knownDefects('write.jsonl'))])
    for await (const postgres of postgresServers()) {
      say(`PostgreSQL ${postgres.major}`)
      const { passed, failed } = judge(await conform(postgres), exceptions, defects)
      total.passed += passed
      total.failed += failed
    }
  } else {
    say(`Nothing to compare with: there are no recordings of Alyx in ${recorded('')}`)
  }
  say(`${total.passed} passed, ${total.failed} failed`)
  return total.failed > 0 ? 1 : 0
})
