import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbedded } from '../../packages/server/src/database/index.ts'
import { atTheEnd } from '../running/endings.ts'
import { recorded, temporaryFolder } from '../running/places.ts'
import { copyOfDatabase, loadRecordedLaboratory } from '../running/postgres.ts'
import { type RunningServer, startServer } from '../running/server.ts'

/** A running server with somebody who may sign in to it. */
export interface Laboratory {
  readonly server: RunningServer
  readonly databaseUrl: string
  readonly username: string
  readonly password: string
}

export interface Copy extends Laboratory {
  /** Where its server looks for cache tables; empty at first. */
  readonly tablesFolder: string
}

const UNLIMITED = { THROTTLE_BURST_RATE: '100000/minute' }

/** What the documentation of Alyx calls the lab that a new installation has. */
const DOCUMENTED_LAB = 'defaultlab'

/** What a new user has after `npm start`. */
const demo = () => newLaboratory('demo', [])

/** What a new user has who wants no examples. */
const empty = () => newLaboratory('empty', ['--no-demo'])

async function newLaboratory(purpose: string, flags: readonly string[]): Promise<Laboratory> {
  const folder = await temporaryFolder(purpose)
  const embedded = await startEmbedded({ folder, fsync: false })
  atTheEnd(() => embedded.stop())
  const settings = { ...UNLIMITED, ALYX_DATA_FOLDER: folder, ALYX_DEFAULT_LAB_NAME: DOCUMENTED_LAB }
  const server = await startServer({ command: 'start', flags, settings })
  const password = (await readFile(join(folder, 'admin-password'), 'utf8')).trim()
  return { server, databaseUrl: embedded.url, username: 'admin', password }
}

/** What a laboratory has that has used Alyx 3.6.1. */
async function recordedLaboratory(): Promise<Laboratory> {
  const folder = await temporaryFolder('recorded')
  const embedded = await startEmbedded({ folder, fsync: false })
  atTheEnd(() => embedded.stop())
  await loadRecordedLaboratory(embedded.url)
  const settings = { ...UNLIMITED, DATABASE_URL: embedded.url, DJANGO_TABLES_ROOT: recorded('tables') }
  return {
    server: await startServer({ settings }),
    databaseUrl: embedded.url,
    username: 'alice',
    password: 'test-password',
  }
}

/** Each makes a laboratory of its own. */
export const LABORATORIES = { recorded: recordedLaboratory, demo, empty }

/**
 * A server on a copy of a laboratory, which may be changed without anybody noticing.
 *
 * @param laboratory whose own server no longer runs
 */
export async function copyOf(laboratory: Laboratory, purpose: string): Promise<Copy> {
  const databaseUrl = await copyOfDatabase(laboratory.databaseUrl, purpose)
  const tablesFolder = await temporaryFolder('tables')
  const server = await startServer({
    settings: {
      ...UNLIMITED,
      DATABASE_URL: databaseUrl,
      ALYX_DEFAULT_LAB_NAME: DOCUMENTED_LAB,
      ALYX_TABLES_ROOT: tablesFolder,
    },
  })
  return { ...laboratory, server, databaseUrl, tablesFolder }
}
