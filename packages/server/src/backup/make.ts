import { createWriteStream } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { raw, type Session, withSession } from '../database/index.ts'
import { historySeals } from '../history/index.ts'
import { fingerprint, planMigrations, readSchema } from '../schema/index.ts'
import { catalogueOf, type TableToCopy } from './catalogue.ts'
import { MANIFEST, type Manifest, type Part, partOf } from './manifest.ts'
import { dumpWith, findProgram } from './postgres-programs.ts'

export interface BackupWishes {
  /** The database, as settings name it. */
  readonly url: string
  readonly timeZone: string
  /** Where backups are kept. */
  readonly root: string
  /** Folder of uploaded pictures; undefined when they are left out, a bucket's address when they lie there. */
  readonly media: string | undefined
  /** What was set, without secrets. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly version: string
  /** Whether a dump of `pg_dump` is added where this machine has that program. */
  readonly pgDump: boolean
  onProgress?(text: string): void
}

export interface Made {
  readonly folder: string
  readonly name: string
  readonly manifest: Manifest
  readonly bytes: number
}

const MODE = { folder: 0o700, file: 0o600 }
/** Twice as fast as the best, and a tenth larger. */
const GZIP_LEVEL = 3
const MICROSECONDS = 1000

/** A folder that begins like this is a backup that was not finished. */
export const UNFINISHED = '.unfinished-'

/**
 * Backs up database, pictures and settings into a folder of its own, whose name appears when it is whole and on disk.
 * The database is seen as at one moment; nobody is kept from working meanwhile. Memory does not grow with its size.
 *
 * @throws NotKnown, the typed errors of the database, the errors of the file system
 */
export async function makeBackup(wishes: BackupWishes): Promise<Made> {
  const { root, url, timeZone, onProgress } = wishes
  await mkdir(root, { recursive: true, mode: MODE.folder })
  const made = new Date()
  const draft = join(root, `${UNFINISHED}${process.pid}-${made.getTime()}`)
  await mkdir(join(draft, 'database'), { recursive: true, mode: MODE.folder })
  try {
    const database = await withSession({ url, timeZone, applicationName: 'alyx backup' }, async (session) => {
      await session.script('begin isolation level repeatable read read only')
      const facts = await dumpInto(join(draft, 'database'), session, onProgress)
      const dump = wishes.pgDump ? await addDump(draft, session, facts.postgresql, wishes) : null
      await session.script('commit')
      return { ...facts, dump }
    })
    onProgress?.('Backing up pictures')
    const media = await packMedia(wishes.media, join(draft, 'media.tar'))
    await writeFile(join(draft, 'settings.json'), `${JSON.stringify(wishes.settings, undefined, 2)}\n`, {
      mode: MODE.file,
    })
    const manifest: Manifest = {
      format: 1,
      made_at: made.toISOString(),
      alyx: wishes.version,
      host: hostname(),
      ...database,
      media,
      parts: await partsIn(draft),
    }
    await writeFile(join(draft, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: MODE.file })
    await flushAll(draft)
    const name = await named(root, draft, manifest, made)
    return {
      folder: join(root, name),
      name,
      manifest,
      bytes: manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0),
    }
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

type DatabaseFacts = Pick<Manifest, 'database' | 'postgresql' | 'migrations' | 'schema' | 'tables' | 'history'>

async function dumpInto(folder: string, session: Session, onProgress?: (text: string) => void): Promise<DatabaseFacts> {
  const [[database, postgresql] = []] = await session.rows(
    raw(`select current_database(), current_setting('server_version')`),
  )
  const { applied } = await planMigrations(session)
  const schema = fingerprint(await readSchema(session))
  const { head } = applied.length > 0 ? await historySeals(session) : { head: undefined }
  const catalogue = await catalogueOf(session)
  await writeFile(join(folder, 'catalogue.json'), `${JSON.stringify(catalogue, undefined, 1)}\n`, { mode: MODE.file })
  const tables: Record<string, number> = {}
  for (const table of catalogue.tables) {
    onProgress?.(`Backing up ${table.name}`)
    tables[table.name] = await copyTable(session, table, join(folder, fileOf(table)))
  }
  return {
    database: database!,
    postgresql: postgresql!.split(' ')[0]!,
    migrations: applied.map(({ number, name }) => `${String(number).padStart(4, '0')}_${name}`),
    schema,
    tables,
    history: head ?? null,
  }
}

const DUMP = 'database/alyx.dump'

/** Adds what other programs can restore, as of the same moment; without the program nothing, because ours is whole. */
async function addDump(
  draft: string,
  session: Session,
  postgresql: string,
  { url, onProgress }: BackupWishes,
): Promise<NonNullable<Manifest['dump']> | null> {
  const program = await findProgram('pg_dump', postgresql)
  if (!program) return null
  onProgress?.('Adding a dump of pg_dump')
  const [[snapshot] = []] = await session.rows(raw('select pg_export_snapshot()'))
  const file = join(draft, DUMP)
  await dumpWith(program, { url, snapshot: snapshot!, file })
  await chmod(file, MODE.file)
  return { file: DUMP, made_by: `pg_dump ${program.version}` }
}

/** Where the rows of a table are, in the folder of the database. */
export const fileOf = ({ name }: TableToCopy): string => `${name.replaceAll('"', '').replaceAll('/', '_')}.copy.gz`

async function copyTable(session: Session, { name, columns }: TableToCopy, file: string): Promise<number> {
  let rows = 0
  const counted = new PassThrough()
  // In the text form of COPY a line break within a value is written as two characters.
  counted.on('data', (piece: Buffer) => {
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) rows += 1
  })
  await pipeline(
    session.copyOut(`copy ${name} (${columns}) to stdout`),
    counted,
    createGzip({ level: GZIP_LEVEL }),
    createWriteStream(file, { mode: MODE.file }),
  )
  return rows
}

async function packMedia(media: string | undefined, file: string): Promise<Manifest['media']> {
  if (media === undefined) return { kind: 'left out', files: 0 }
  if (/^[a-z\d]+:\/\//i.test(media)) return { kind: 'bucket', files: 0 }
  const names = await readdir(media).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  let files = 0
  const { create } = await import('tar')
  if (names.length === 0) return { kind: 'folder', files }
  await create(
    {
      file,
      cwd: media,
      portable: true,
      mode: MODE.file,
      filter: (path, entry) => {
        // Drafts of uploads that go on meanwhile.
        if (/(?:^|\/)\.[\da-f]+\.part$/.test(path)) return false
        if ('isFile' in entry && entry.isFile()) files += 1
        return true
      },
    },
    names,
  )
  return { kind: 'folder', files }
}

async function partsIn(folder: string): Promise<Part[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name }) =>
    join(parentPath, name)
      .slice(folder.length + 1)
      .replaceAll('\\', '/'),
  )
  const parts: Part[] = []
  for (const path of paths.toSorted()) parts.push(await partOf(folder, path))
  return parts
}

/** A backup that a power cut takes back would be none. */
async function flushAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const { parentPath, name } of entries) await flush(join(parentPath, name))
  await flush(folder)
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Gives the finished folder its name: `alyx-rack1-2026-03-02-031500`. */
async function named(root: string, draft: string, { database, host }: Manifest, made: Date): Promise<string> {
  const plain = (word: string) => word.replaceAll(/[^\w.-]/g, '_')
  const day = made.toISOString()
  const base = `${plain(database)}-${plain(host)}-${day.slice(0, 10)}-${day.slice(11, 19).replaceAll(':', '')}`
  for (let nth = 1; ; nth += 1) {
    const name = nth === 1 ? base : `${base}-${nth}`
    try {
      await mkdir(join(root, name), { mode: MODE.folder })
      // An empty folder is replaced, a backup never.
      await rename(draft, join(root, name))
      await flush(dirname(join(root, name)))
      return name
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || nth > MICROSECONDS) throw error
    }
  }
}
