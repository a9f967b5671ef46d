/**
 * Runs real clients of Alyx against a running server, and compares what they find and what they record with plain SQL.
 *
 *   npm run test:clients -- [--laboratory recorded|demo|empty|all] [--client NAME|all]
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withEndings } from '../running/endings.ts'
import { hasRecordings, recorded, temporaryFolder } from '../running/places.ts'
import { using } from '../running/postgres.ts'
import { copyOf, LABORATORIES, type Laboratory } from './laboratories.ts'
import { pythonWith, runChecks } from './python-environment.ts'
import { truthOf } from './truth.ts'

const { values: options } = parseArgs({
  options: {
    laboratory: { type: 'string', default: 'all' },
    client: { type: 'string', default: 'all' },
  },
})

/** Environments of their own, because some clients answer to the same name. */
const ENVIRONMENTS = {
  // psycopg: what is recorded is read without the server. ibllib alone: it asks for gigabytes of packages, for
  // extraction and figures, of which recording needs nothing.
  one: { packages: ['ONE-api', 'psycopg[binary]', 'pillow'], alone: ['ibllib'] },
  connector: { packages: ['alyx-connector', 'psycopg[binary]'], alone: [] },
} as const

interface Client {
  readonly script: string
  readonly environment: keyof typeof ENVIRONMENTS
  /** `asks`: compared with what the database says before. `records`: on a copy of its own, which it asks by itself. */
  readonly does: 'asks' | 'records'
  /** Whether it is told where the server looks for cache tables. */
  readonly writesTables?: true
  readonly laboratories: readonly (keyof typeof LABORATORIES)[]
}

const CLIENTS: Readonly<Record<string, Client>> = {
  one: { script: 'one_client.py', environment: 'one', does: 'asks', laboratories: ['recorded', 'demo'] },
  connector: {
    script: 'alyx_connector.py',
    environment: 'connector',
    does: 'asks',
    laboratories: ['recorded', 'demo'],
  },
  'getting-started': {
    script: 'getting_started.py',
    environment: 'one',
    does: 'records',
    laboratories: ['empty'],
  },
  'one-records': {
    script: 'one_records.py',
    environment: 'one',
    does: 'records',
    laboratories: ['recorded', 'demo'],
  },
  'one-annotates': {
    script: 'one_annotates.py',
    environment: 'one',
    does: 'records',
    laboratories: ['recorded', 'demo'],
  },
  ibllib: {
    script: 'ibllib_pipeline.py',
    environment: 'one',
    does: 'records',
    laboratories: ['recorded', 'demo'],
  },
  'ibllib-tests': {
    script: 'ibllib_own_tests.py',
    environment: 'one',
    does: 'records',
    laboratories: ['demo'],
  },
  iblrig: { script: 'iblrig_day.py', environment: 'one', does: 'records', laboratories: ['recorded', 'demo'] },
  'one-tables': {
    script: 'one_tables.py',
    environment: 'one',
    does: 'records',
    writesTables: true,
    laboratories: ['recorded', 'demo'],
  },
  'connector-records': {
    script: 'connector_records.py',
    environment: 'connector',
    does: 'records',
    laboratories: ['recorded', 'demo'],
  },
  matlab: { script: 'matlab_day.py', environment: 'one', does: 'records', laboratories: ['recorded', 'demo'] },
  'careful-rig': { script: 'careful_rig.py', environment: 'one', does: 'records', laboratories: ['recorded', 'demo'] },
}

const chosen = Object.entries(CLIENTS).filter(([name]) => options.client === 'all' || options.client === name)

function laboratories(): (keyof typeof LABORATORIES)[] {
  const all = Object.keys(LABORATORIES) as (keyof typeof LABORATORIES)[]
  const wanted = all.filter((name) => options.laboratory === 'all' || options.laboratory === name)
  if (wanted.length === 0) throw new Error(`--laboratory is ${all.join(', ')} or all`)
  if (chosen.length === 0) throw new Error(`--client is ${Object.keys(CLIENTS).join(', ')} or all`)
  return wanted.filter(
    (name) =>
      (name !== 'recorded' || hasRecordings()) && chosen.some(([, { laboratories: where }]) => where.includes(name)),
  )
}

async function askedAbout({ server, databaseUrl, username, password }: Laboratory): Promise<readonly string[]> {
  const folder = await temporaryFolder('truth')
  const truthFile = join(folder, 'truth.json')
  await writeFile(truthFile, JSON.stringify(await using(databaseUrl, truthOf)))
  return [server.address, username, password, truthFile, join(folder, 'cache')]
}

async function recordedIn({ server, databaseUrl, username, password }: Laboratory): Promise<readonly string[]> {
  return [server.address, username, password, databaseUrl, await temporaryFolder('rig')]
}

await withEndings(async () => {
  if (!hasRecordings()) process.stdout.write(`No recorded laboratory: there are no recordings in ${recorded('')}\n`)
  const pythons = new Map<string, string>()
  for (const name of new Set(chosen.map(([, { environment }]) => environment)))
    pythons.set(name, await pythonWith(name, ENVIRONMENTS[name]))
  const total = { passed: 0, failed: 0 }
  for (const name of laboratories()) {
    const laboratory = await LABORATORIES[name]()
    const here = chosen.filter(([, client]) => client.laboratories.includes(name))
    const run = async ({ script, environment }: Client, words: readonly string[]) => {
      process.stdout.write(`\nThe ${name} laboratory: `)
      const began = performance.now()
      const { passed, failed } = await runChecks(pythons.get(environment) as string, script, words)
      process.stdout.write(`${script} took ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
      total.passed += passed
      total.failed += failed
    }
    for (const [, client] of here) if (client.does === 'asks') await run(client, await askedAbout(laboratory))
    await laboratory.server.stop()
    for (const [purpose, client] of here) {
      if (client.does !== 'records') continue
      const copy = await copyOf(laboratory, purpose.replaceAll('-', '_'))
      await run(client, [...(await recordedIn(copy)), ...(client.writesTables ? [copy.tablesFolder] : [])])
      await copy.server.stop()
    }
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`)
  return total.failed > 0 ? 1 : 0
})
