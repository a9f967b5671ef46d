import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { raw, type Session, withSession } from '../database/index.ts'
import { listMigrations, migrationTitle, planMigrations } from '../schema/index.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import { fileOf } from './make.ts'
import { BrokenBackup, type Manifest } from './manifest.ts'
import { runPlainDump } from './plain-dump.ts'
import { asPlainSql, findProgram } from './postgres-programs.ts'

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
    await makeRoom(session, into)
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

/**
 * Puts a dump that `pg_dump` made, of this Alyx or of Django's, in the place of all that a database has in Alyx's schemas: in
 * one transaction, as `restoreDatabase` does. A plain dump, compressed or not, needs nothing but Node; one in `pg_dump`'s own
 * form is read by `pg_restore`.
 *
 * @returns rows by table
 * @throws CannotRestore, BrokenBackup, ProgramFailed, the typed errors of the database
 */
export async function restoreDump(file: string, into: Into): Promise<Readonly<Record<string, number>>> {
  return withSession({ ...into, applicationName: 'alyx restore' }, async (session) => {
    const { sql, done } = await plainSqlOf(file, session)
    await session.script('begin')
    await makeRoom(session, into)
    await runPlainDump(session, sql, into.onProgress)
    await done
    const { applied, problems } = await planMigrations(session)
    if (problems.length > 0) throw new CannotRestore(`${problems.join(' ')} Nothing was changed.`)
    if (applied.length > 0) await session.rows(raw('select alyx.protect_history()'))
    const { tables } = await catalogueOf(session)
    if (!tables.some(({ name }) => name === 'public.subjects_subject'))
      throw new CannotRestore(`${file} holds no Alyx: it has no table subjects_subject. Nothing was changed.`)
    const counts: Record<string, number> = {}
    for (const { name } of tables) {
      const [[count] = []] = await session.rows(raw(`select count(*) from ${name}`))
      counts[name] = Number(count)
    }
    await session.script('commit')
    await session.script('analyze')
    return counts
  })
}

const GZIP = Buffer.from([0x1f, 0x8b])
/** How `pg_dump --format=custom` begins. */
const OWN_FORM = Buffer.from('PGDMP')

async function plainSqlOf(
  file: string,
  session: Session,
): Promise<{ readonly sql: Readable; readonly done: Promise<void> }> {
  const handle = await open(file, 'r')
  const { buffer } = await handle
    .read({ buffer: Buffer.alloc(OWN_FORM.length), position: 0 })
    .finally(() => handle.close())
  if (buffer.equals(OWN_FORM)) {
    const [[server] = []] = await session.rows(raw(`select current_setting('server_version')`))
    const program = (await findProgram('pg_restore', server!)) ?? (await findProgram('pg_restore', '0'))
    if (!program)
      throw new CannotRestore(
        `${file} is in pg_dump's own form, which only pg_restore reads, and this machine has none. Where there is one, ` +
          `make a plain dump of it, "pg_restore --no-owner -f dump.sql ${file}", and restore that.`,
      )
    return asPlainSql(program, file)
  }
  const done = Promise.resolve()
  const bytes = createReadStream(file)
  if (!buffer.subarray(0, GZIP.length).equals(GZIP)) return { sql: bytes, done }
  const unpacked = createGunzip()
  return { sql: unpacked, done: pipeline(bytes, unpacked) }
}

/** Takes away what is there, unless somebody works on it. @throws CannotRestore */
async function makeRoom(session: Session, { onProgress }: Into): Promise<void> {
  await refuseCompany(session)
  onProgress?.('Taking away the old tables')
  await session.script(`
    drop schema if exists alyx cascade; drop schema if exists public cascade; create schema public;
    grant usage on schema public to public; set local check_function_bodies = off; set local search_path = pg_catalog`)
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
