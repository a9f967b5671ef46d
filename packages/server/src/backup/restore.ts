import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { raw, type Session, withSession } from '../database/index.ts'
import { listMigrations, migrationTitle } from '../schema/index.ts'
import type { Catalogue } from './catalogue.ts'
import { fileOf } from './make.ts'
import { BrokenBackup, type Manifest } from './manifest.ts'

export interface Into {
  readonly url: string
  readonly timeZone: string
  onProgress?(text: string): void
}

/** A backup that this version cannot restore: the message says why, and what can. */
class CannotRestore extends Error {
  override readonly name = 'CannotRestore'
}

/** @throws CannotRestore when the backup knows migrations that this version does not */
export async function refuseNewer({ migrations, alyx }: Manifest): Promise<void> {
  const known = new Set((await listMigrations()).map(migrationTitle))
  const unknown = migrations.filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new CannotRestore(
      `The backup was made by a newer Alyx (${alyx}), which has ${unknown.join(', ')}: update this one first. Nothing was changed.`,
    )
}

/**
 * Puts the tables and rows of a backup in the place of all that a database has in Alyx's schemas: in one transaction, so
 * that it is as before when anything goes wrong.
 *
 * @throws CannotRestore, BrokenBackup, the typed errors of the database
 */
export async function restoreDatabase(folder: string, manifest: Manifest, into: Into): Promise<void> {
  const catalogue = await readCatalogue(folder)
  await withSession({ ...into, applicationName: 'alyx restore' }, async (session) => {
    await session.script('begin')
    await refuseCompany(session)
    into.onProgress?.('Taking away the old tables')
    await session.script(`
      drop schema if exists alyx cascade; drop schema if exists public cascade; create schema public;
      grant usage on schema public to public; set local check_function_bodies = off; set local search_path = pg_catalog`)
    for (const line of catalogue.before) await session.script(line)
    for (const table of catalogue.tables) {
      into.onProgress?.(`Restoring ${table.name}`)
      await pipeline(
        createReadStream(join(folder, 'database', fileOf(table))),
        createGunzip(),
        session.copyIn(`copy ${table.name} (${table.columns}) from stdin`),
      )
    }
    into.onProgress?.('Building indexes and checking keys')
    for (const line of catalogue.after) await session.script(line)
    await compareCounts(session, manifest)
    if (manifest.migrations.length > 0) await session.rows(raw('select alyx.protect_history()'))
    await session.script('commit')
    await session.script('analyze')
  })
}

async function readCatalogue(folder: string): Promise<Catalogue> {
  const text = await readFile(join(folder, 'database/catalogue.json'), 'utf8').catch(() => undefined)
  if (text === undefined) throw new BrokenBackup(`${join(folder, 'database/catalogue.json')} is missing.`)
  return JSON.parse(text) as Catalogue
}

/** Whoever works on the database now would lose what they do. */
async function refuseCompany(session: Session): Promise<void> {
  const others = await session.rows(
    raw(`select distinct coalesce(nullif(application_name, ''), 'a program without name') from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`),
  )
  if (others.length > 0)
    throw new CannotRestore(
      `Others are connected to the database: ${others.flat().join(', ')}. Stop them first; nothing was changed.`,
    )
}

/** @throws BrokenBackup when a table has not as many rows as it had */
async function compareCounts(session: Session, { tables }: Manifest): Promise<void> {
  for (const [name, expected] of Object.entries(tables)) {
    const [[count] = []] = await session.rows(raw(`select count(*) from ${name}`))
    if (Number(count) !== expected)
      throw new BrokenBackup(`${name} has ${count} rows, and had ${expected} when it was backed up.`)
  }
}

/**
 * Puts the pictures of a backup in the place of those that are there.
 *
 * @returns where the former ones are now; undefined when there were none
 */
export async function restoreMedia(folder: string, media: string): Promise<string | undefined> {
  const fresh = `${media}.restoring-${process.pid}`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true })
  const archive = join(folder, 'media.tar')
  if ((await stat(archive).catch(() => undefined)) !== undefined) {
    const { extract } = await import('tar')
    await extract({ file: archive, cwd: fresh, strict: true, preserveOwner: false })
  }
  const former = `${media}.before-${new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}`
  const hadSome = (await stat(media).catch(() => undefined)) !== undefined
  if (hadSome) await rename(media, former)
  await rename(fresh, media)
  return hadSome ? former : undefined
}
