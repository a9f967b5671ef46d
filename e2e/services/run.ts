/**
 * Runs the services as they are shipped, nginx with the configuration that `alyx configure` writes in front of the real
 * server, and tries what an administrator is promised.
 *
 *   npm run test:services
 */
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { atTheEnd, withEndings } from '../running/endings.ts'
import { root } from '../running/places.ts'
import { postgresAt, scratchDatabase } from '../running/postgres.ts'
import { tryBroker } from './broker.ts'
import { tryBucket } from './bucket.ts'
import { Checks } from './checks.ts'
import { type Composition, composition, freePort, nginxProgram } from './composition.ts'
import { tryContainers } from './containers.ts'
import { debiansPostgres, type LaboratorysPostgres } from './debians-postgres.ts'
import { tryEncrypted } from './encrypted.ts'
import { tryFailures } from './failures.ts'
import { tryFiles } from './files.ts'
import { tryNeighbours } from './neighbours.ts'
import { firstPerson, MAX_UPLOAD_MB, tryPeople } from './people.ts'
import { tryProtected } from './protected.ts'

const SETTINGS = { ALYX_THROTTLE_BURST_RATE: '100000/minute', ALYX_THROTTLE_DOCS_RATE: '1000/minute' }

async function answers() {
  return {
    install: 'services',
    host_names: ['127.0.0.1', 'localhost', '.alyx.test'],
    time_zone: 'UTC',
    max_upload_mb: MAX_UPLOAD_MB,
    broker_pages: `127.0.0.1:${await freePort()}`,
    flower_pages: `127.0.0.1:${await freePort()}`,
    pgadmin_pages: `127.0.0.1:${await freePort()}`,
    settings: SETTINGS,
  }
}

/**
 * The whole walk, on a PostgreSQL that the server brings along.
 *
 * @param paced  called when what is left does not mind a machine that is busy with something else
 */
async function onOwnDatabase(checks: Checks, paced: () => void): Promise<void> {
  const given = await answers()
  const made = await started(given)
  const person = await firstPerson(made)
  await tryFiles(checks, made)
  await tryPeople(checks, made, person)
  paced()
  await tryNeighbours(checks, made)
  await tryFailures(checks, made, person)
  await tryBroker(checks, made, given.broker_pages)
  await tryProtected(checks, made, person)
  await made.configure({ media: 'public' })
  await tryBucket(checks, made, person, SETTINGS)
  await made.configure({ settings: SETTINGS })
  await tryEncrypted(checks, made, person)
  await made.stopServer()
  await made.stopProxy()
}

/** What depends on the database again, on one of the laboratory. */
async function onLaboratorysPostgres(checks: Checks, postgres: LaboratorysPostgres): Promise<void> {
  const made = await composition(await answers())
  const file = join(made.folder, 'database-url')
  await writeFile(file, await scratchDatabase(await postgresAt(postgres.url), 'services'), { mode: 0o600 })
  await made.configure({ database_url_file: file })
  await made.startServer()
  await made.startProxy()
  const person = await firstPerson(made)
  process.stdout.write('\nOn a PostgreSQL 15 of the laboratory\n')
  await tryPeople(checks, made, person)
  await tryFailures(checks, made, person, postgres)
  await made.stopServer()
  await made.stopProxy()
}

async function started(given: Readonly<Record<string, unknown>>): Promise<Composition> {
  const made = await composition(given)
  await made.startServer()
  await made.startProxy()
  return made
}

/**
 * A part with a program of its own, whose last line is its count: it waits most of the time, and others need not wait for it.
 * `end` tells its lines and waits for it.
 */
function otherProgram(path: string): { begin(): void; end(checks: Checks): Promise<void> } {
  let text = ''
  let tell = (chunk: Buffer | string): void => {
    text += chunk
  }
  let ended: Promise<number | null> = Promise.resolve(1)
  return {
    begin() {
      const child = spawn(process.execPath, [join(root, path)], { stdio: ['ignore', 'pipe', 'pipe'] })
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => tell(chunk))
      ended = new Promise((resolve) => child.once('close', resolve))
      atTheEnd(async () => {
        child.kill()
        await ended
      })
    },
    async end(checks) {
      process.stdout.write(text)
      tell = (chunk) => {
        text += chunk
        process.stdout.write(chunk)
      }
      const code = await ended
      const [, passed = '0', failed = '0'] = /(\d+) passed, (\d+) failed\s*$/.exec(text) ?? []
      checks.add(Number(passed), Number(failed) || (code === 0 ? 0 : 1))
    },
  }
}

const CELERY = 'e2e/services/celery/run.ts'

await withEndings(async () => {
  if (nginxProgram() === undefined) {
    process.stderr.write('nginx is needed: apt-get install nginx-light\n')
    return 1
  }
  const checks = new Checks()
  const celery = otherProgram(CELERY)
  await tryContainers(checks)
  await onOwnDatabase(checks, celery.begin)
  const postgres = await debiansPostgres(await freePort())
  if (postgres) await onLaboratorysPostgres(checks, postgres)
  else process.stdout.write('\nno PostgreSQL 15 of Debian: that part is left out\n')
  await celery.end(checks)
  return checks.close()
})
