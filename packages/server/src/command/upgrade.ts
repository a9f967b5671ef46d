import type { Command } from 'commander'
import { readSettings, type Settings } from '../config.ts'
import type { Database } from '../database/index.ts'
import { made, withAddress } from './backup.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import type { Progress } from './progress.ts'
import { remark, say } from './say.ts'

export function addUpgrade(program: Command): void {
  program
    .command('upgrade')
    .description('Bring the tables to this version safely: back up, apply what is pending, check')
    .option('--no-backup', 'when something else has backed up the database')
    .addHelpText('after', examples(['alyx upgrade', 'after a new version was installed, before the server is started']))
    .action(upgrade)
}

async function upgrade({ backup }: { backup: boolean }): Promise<void> {
  const settings = readSettings()
  const pending = await withDatabase(settings, pendingTitles, { tables: 'any' })
  if (pending.length === 0) return say('Nothing is pending: the tables are those of this version.')
  if (backup)
    await withAddress(settings, false, async (url, progress) => {
      const folder = await backedUp(settings, url, progress)
      say(`Backed up: ${folder}`)
    })
  await withDatabase(
    settings,
    async (database, progress) => {
      const { checkMigrations, describeDifference, migrateDatabase } = await import('../schema/index.ts')
      const { applied } = await migrateDatabase(database, { onProgress: progress.say })
      progress.done()
      say(`Applied ${applied.join(', ')}.`)
      const { problems, differences } = await checkMigrations(database)
      const wrong = [...problems, ...differences.filter(({ harmless }) => !harmless).map(describeDifference)]
      if (wrong.length > 0) throw new Refusal(`The tables are not as this version wants them.\n${wrong.join('\n')}`)
    },
    { tables: 'any' },
  )
  remark('Start the server.')
}

/** Backs up the database alone: pictures are not touched by an upgrade. @returns the folder */
async function backedUp(settings: Settings, url: string, progress: Progress): Promise<string> {
  const { folder } = await made(settings, url, progress, { media: false })
  progress.done()
  return folder
}

/**
 * Backs up the tables of an older version before a server changes them. A new database, and one of Django's, whose tables stay
 * as they are, need none.
 *
 * @returns the folder; undefined when there was nothing to do
 * @throws Refusal when it cannot be done
 */
export async function backUpBeforeUpgrade(
  settings: Settings,
  { url, database }: { readonly url: string; readonly database: Database },
  progress: Progress,
): Promise<string | undefined> {
  const { examineDatabase, planMigrations } = await import('../schema/index.ts')
  if (!settings.backupBeforeUpgrade || (await examineDatabase(database)).state !== 'ours') return undefined
  const { pending, problems } = await planMigrations(database)
  if (pending.length === 0 || problems.length > 0) return undefined
  try {
    return await backedUp(settings, url, progress)
  } catch (error) {
    throw new Refusal(
      `The tables need ${pending.length === 1 ? 'one change' : `${pending.length} changes`} for this version, and could not be backed up before: ` +
        `${error instanceof Error ? error.message : error} Nothing was changed. Where something else backs them up, set ALYX_BACKUP_BEFORE_UPGRADE=false.`,
    )
  }
}

/** @throws MigrationMismatch when the database is newer than this program; Refusal when it is none of ours */
async function pendingTitles(database: Parameters<Parameters<typeof withDatabase>[1]>[0]): Promise<string[]> {
  const { examineDatabase, MigrationMismatch, migrationTitle, planMigrations } = await import('../schema/index.ts')
  const { state } = await examineDatabase(database)
  if (state !== 'ours')
    throw new Refusal('No server of this kind has used the database yet: see "alyx adopt --check", or "alyx start".')
  const { pending, problems } = await planMigrations(database)
  if (problems.length > 0) throw new MigrationMismatch(problems)
  return pending.map(migrationTitle)
}
