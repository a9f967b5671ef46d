import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase, sql, startEmbedded } from '../../src/database/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's address of the PostgreSQL that the tests use. */
    databaseAdminUrl: string
    /** Name of this run, for what its test files share. */
    run: string
  }
}

const PREFIX = 'alyx-test-'

/**
 * One real PostgreSQL for the whole run: our own, in a temporary folder and without fsync, or the one that
 * ALYX_TEST_DATABASE_URL names, to try another version.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const run = randomBytes(4).toString('hex')
  project.provide('run', run)
  const given = process.env.ALYX_TEST_DATABASE_URL
  if (given) {
    project.provide('databaseAdminUrl', given)
    return () => dropTemplates(given, run)
  }
  await removeAbandoned()
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const server = await startEmbedded({ folder, databaseName: 'postgres', fsync: false })
  project.provide('databaseAdminUrl', server.url)
  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Removes what the run leaves on a server that is not ours. */
async function dropTemplates(url: string, run: string): Promise<void> {
  const admin = await openDatabase({ url, timeZone: 'UTC', maxConnections: 1 })
  try {
    const left = await admin.rows(sql`select datname from pg_database where datname like ${`%_template_${run}`}`)
    for (const [name] of left) await admin.script(`drop database if exists "${name}" with (force)`)
  } finally {
    await admin.close()
  }
}

/** Clears up after runs that were killed: their servers live on. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1])
    if (!pid || isAlive(pid)) continue
    const folder = join(tmpdir(), name)
    // Attaching makes us the last user, and the last one out stops the server.
    await startEmbedded({ folder, fsync: false }).then(
      (server) => server.stop(),
      () => undefined,
    )
    await rm(folder, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
