import { rm, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { type Command, InvalidArgumentError } from 'commander'
import about from '../../package.json' with { type: 'json' }
import type { Made } from '../backup/index.ts'
import { plainSettings } from '../config/plain-settings.ts'
import { readSettings, type Settings } from '../config.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { findServer } from './one-server.ts'
import { openConfigured } from './opened.ts'
import { type Progress, showProgress } from './progress.ts'
import { remark, say } from './say.ts'
import { exitOnSignals } from './stop.ts'

interface MakeFlags {
  readonly to?: string
  readonly media: boolean
  readonly prune?: boolean
}

interface RestoreFlags {
  readonly yes?: boolean
  readonly media: boolean
  readonly safety: boolean
}

function asCount(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 1 or more.')
  return Number(text)
}

export function addBackup(program: Command): void {
  const backup = program
    .command('backup')
    .description('Back up database, pictures and settings; list, prove and remove backups')
    .addHelpText(
      'after',
      examples(
        ['alyx backup', 'make one, while people work'],
        ['alyx backup list', 'what there is'],
        ['alyx backup verify', 'prove that the newest one can be restored'],
        ['alyx restore <name>', 'put one back'],
      ),
    )
  backup
    .command('make', { isDefault: true })
    .option('--to <folder>', 'where to keep it (default: ALYX_BACKUP_ROOT)')
    .option('--no-media', 'leave pictures out')
    .option('--prune', 'then remove old ones, as "alyx backup prune" does')
    .description('Back up database, pictures and settings without secrets; nobody is kept from working')
    .addHelpText('after', examples(['alyx backup --prune', 'for a timer: make one, remove what is too old']))
    .action(make)
  backup
    .command('list')
    .description('The backups that there are, the newest first')
    .addHelpText('after', examples(['alyx backup list', 'name, time, rows, size']))
    .action(list)
  backup
    .command('verify')
    .argument('[backup]', 'name or folder (default: the newest)')
    .description(
      'Restore a backup into a database that is thrown away, and compare; exit code 1 when something is wrong',
    )
    .addHelpText('after', examples(['alyx backup verify', 'once a month, and after each change of machines']))
    .action(verify)
  backup
    .command('prune')
    .option('--keep <number>', 'newest backups that stay (default: ALYX_BACKUP_KEEP)', asCount)
    .description('Remove old backups; the first of each month of the last year stays')
    .addHelpText('after', examples(['alyx backup prune --keep 30', 'keeps a month of daily ones']))
    .action(prune)
  program
    .command('restore')
    .argument('<backup>', "name or folder of a backup, or a file that pg_dump made of an Alyx, also of Django's")
    .option('--yes', 'do not ask')
    .option('--no-media', 'leave the pictures as they are')
    .option('--no-safety', 'do not back up first what is there now')
    .description('Put a backup in the place of the database and the pictures; stop the server first')
    .addHelpText(
      'after',
      examples(
        ['alyx restore alyx-rack1-2026-03-02-031500', 'asks before it does anything'],
        ['alyx restore /mnt/dumps/alyx_full.sql.gz', 'what pg_dump wrote: plain, compressed, or in its own form'],
      ),
    )
    .action(restore)
}

/** Where the database is, while the work takes: our own PostgreSQL is started for it when nobody has. */
export async function withAddress<T>(
  settings: Settings,
  create: boolean,
  work: (url: string, progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = showProgress()
  const careless = exitOnSignals()
  try {
    const opened = await openConfigured(settings, { create, onProgress: progress.say, maxConnections: 1 })
    // Only its address is needed: a restore wants the database for itself.
    await opened.database.close()
    try {
      return await work(opened.url, progress)
    } finally {
      await opened.embedded?.stop()
    }
  } finally {
    progress.done()
    careless()
  }
}

/** Makes a backup as settings and flags say. */
export async function made(
  settings: Settings,
  url: string,
  progress: Progress,
  { to, media }: Pick<MakeFlags, 'to' | 'media'>,
): Promise<Made> {
  const { makeBackup } = await import('../backup/index.ts')
  return makeBackup({
    url,
    timeZone: settings.timeZone,
    root: to === undefined ? settings.backupRoot : resolve(to),
    media: media ? settings.mediaRoot : undefined,
    settings: plainSettings(settings),
    version: about.version,
    pgDump: settings.backupPgDump,
    onProgress: progress.say,
  })
}

const MEGABYTE = 1_000_000
const inMegabytes = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(1)} MB`
const rowsOf = (tables: Readonly<Record<string, number>>): number =>
  Object.values(tables).reduce((sum, rows) => sum + rows, 0)

async function make(flags: MakeFlags): Promise<void> {
  const settings = readSettings()
  await withAddress(settings, false, async (url, progress) => {
    const { folder, manifest, bytes } = await made(settings, url, progress, flags)
    progress.done()
    say(folder)
    remark(
      `${rowsOf(manifest.tables)} rows of ${Object.keys(manifest.tables).length} tables, ${manifest.media.files} pictures, ${inMegabytes(bytes)}.`,
    )
    if (manifest.media.kind === 'bucket')
      remark('The pictures lie in a bucket and are not in the backup: let the bucket keep versions.')
    if (manifest.dump)
      remark(`It holds a dump for pg_restore as well: ${manifest.dump.file}, by ${manifest.dump.made_by}.`)
    remark('Secrets and passwords of services are not in it. Keep a copy on another machine.')
  })
  if (flags.prune) await prune({})
}

async function list(): Promise<void> {
  const { backupRoot } = readSettings()
  const { listBackups } = await import('../backup/index.ts')
  const backups = await listBackups(backupRoot)
  if (backups.length === 0) remark(`There is no backup in ${backupRoot} yet: "alyx backup" makes one.`)
  for (const { name, manifest, bytes } of backups)
    say(
      `${name}  ${manifest.made_at.slice(0, 16).replace('T', ' ')} UTC  ${rowsOf(manifest.tables)} rows  ${inMegabytes(bytes)}`,
    )
}

/** A backup by its name in the folder of backups, or by its path; the newest when nothing is said. */
async function chosen({ backupRoot }: Settings, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined)
    return isAbsolute(wanted) || dirname(wanted) !== '.' ? resolve(wanted) : join(backupRoot, wanted)
  const { listBackups } = await import('../backup/index.ts')
  const [newest] = await listBackups(backupRoot)
  if (!newest) throw new Refusal(`There is no backup in ${backupRoot} yet: "alyx backup" makes one.`)
  return newest.folder
}

async function verify(wanted: string | undefined): Promise<void> {
  const settings = readSettings()
  const { readManifest, refuseNewer, verifyBackup } = await import('../backup/index.ts')
  const folder = await chosen(settings, wanted)
  const manifest = await readManifest(folder)
  await refuseNewer(manifest)
  await withAddress(settings, true, async (url, progress) => {
    const { rows, tables, seals } = await verifyBackup(folder, manifest, {
      url,
      timeZone: settings.timeZone,
      onProgress: progress.say,
    })
    progress.done()
    say(
      `${basename(folder)} can be restored: ${rows} rows of ${tables} tables, ${seals} seals of the history, as they were.`,
    )
  })
}

async function prune({ keep }: { keep?: number }): Promise<void> {
  const settings = readSettings()
  const { pruneBackups } = await import('../backup/index.ts')
  for (const name of await pruneBackups(settings.backupRoot, keep ?? settings.backupKeep)) say(`removed ${name}`)
}

async function restore(wanted: string, flags: RestoreFlags): Promise<void> {
  const settings = readSettings()
  const { checkParts, readManifest, refuseNewer, restoreDatabase, restoreMedia } = await import('../backup/index.ts')
  const folder = await chosen(settings, wanted)
  if ((await stat(folder).catch(() => undefined))?.isFile()) return restoreFile(settings, folder, flags)
  const manifest = await readManifest(folder)
  await refuseNewer(manifest)
  await checkParts(folder, manifest)
  await refuseRunning(settings)
  if (!flags.yes) await confirm(manifest.database, manifest.made_at)
  await withAddress(settings, true, async (url, progress) => {
    const into = { url, timeZone: settings.timeZone, onProgress: progress.say }
    if (flags.safety) await keepFormer(settings, url, progress)
    await restoreDatabase(folder, manifest, into)
    const former =
      flags.media && manifest.media.kind === 'folder' ? await restoreMedia(folder, settings.mediaRoot) : undefined
    progress.done()
    say(
      `Restored ${rowsOf(manifest.tables)} rows of ${Object.keys(manifest.tables).length} tables, as of ${manifest.made_at}.`,
    )
    if (former !== undefined) remark(`The former pictures are in ${former}.`)
  })
  remark('Start the server: it brings the tables to its version.')
}

/** A dump of `pg_dump`, of this Alyx or of Django's: only the database, because there is nothing else in it. */
async function restoreFile(settings: Settings, file: string, flags: RestoreFlags): Promise<void> {
  const { restoreDump } = await import('../backup/index.ts')
  await refuseRunning(settings)
  const { mtime } = await stat(file)
  if (!flags.yes) await confirm('replace', mtime.toISOString())
  await withAddress(settings, true, async (url, progress) => {
    if (flags.safety) await keepFormer(settings, url, progress)
    const tables = await restoreDump(file, { url, timeZone: settings.timeZone, onProgress: progress.say })
    progress.done()
    say(`Restored ${rowsOf(tables)} rows of ${Object.keys(tables).length} tables from ${file}.`)
  })
  remark('Pictures are not in a dump: copy them to ALYX_MEDIA_ROOT. Then start the server: it adopts the tables.')
}

async function refuseRunning({ dataFolder }: Settings): Promise<void> {
  const running = await findServer(dataFolder)
  if (running) throw new Refusal(`A server is running in ${dataFolder}, process ${running.pid}: stop it first.`)
}

/** A restore that was a mistake can be taken back. */
async function keepFormer(settings: Settings, url: string, progress: Progress): Promise<void> {
  const { folder, manifest } = await made(settings, url, progress, { media: false })
  progress.done()
  if (Object.keys(manifest.tables).length > 0) return remark(`What is there now was backed up: ${folder}`)
  await rm(folder, { recursive: true })
}

/** @param word  what has to be typed, the name of what is lost */
async function confirm(word: string, madeAt: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Refusal('This replaces everything in the database: say --yes when nobody can be asked.')
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await ask.question(
      `This replaces everything in the database by what it was at ${madeAt}. Type ${word} to go on: `,
    )
    if (answer.trim() !== word) throw new Refusal('Nothing was changed.')
  } finally {
    ask.close()
  }
}
