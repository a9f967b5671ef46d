import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import { made, withAddress } from './backup.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
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
      // Pictures are not touched by an upgrade.
      const { folder } = await made(settings, url, progress, { media: false })
      progress.done()
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
