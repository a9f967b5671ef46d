import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import { examples } from './examples.ts'
import { withDatabase } from './opened.ts'
import { say } from './say.ts'

export function addAdopt(program: Command): void {
  program
    .command('adopt')
    .description('Take over a database that Alyx 3.6.1 made; its tables stay as they are, and it can go on using them')
    .option('--check', 'only say whether it can be done')
    .addHelpText(
      'after',
      examples(
        ['DATABASE_URL=postgres://alyx:secret@db/alyx alyx adopt --check', 'look, and change nothing'],
        ['DATABASE_URL=postgres://alyx:secret@db/alyx alyx adopt', 'do it; "serve" does it too'],
      ),
    )
    .action(async ({ check }: { check?: true }) => {
      const { AdoptionRefused, describeDifference, examineDatabase, migrateDatabase } = await import(
        '../schema/index.ts'
      )
      await withDatabase(
        readSettings(),
        async (database, progress) => {
          progress.say('Comparing the database with Alyx 3.6.1')
          const found = await examineDatabase(database)
          progress.done()
          if (found.state === 'foreign') throw new AdoptionRefused(found.report)
          if (found.state !== 'adoptable') {
            const empty = 'The database is empty: there is nothing to adopt.'
            return say(found.state === 'empty' ? empty : 'This server uses the database already: it needs no adoption.')
          }
          say('Alyx 3.6.1 made this database: it can be adopted.')
          if (found.report.harmless.length > 0) say('Differences that do no harm and stay as they are:')
          for (const difference of found.report.harmless) say(`  - ${describeDifference(difference)}`)
          if (check) return
          const { applied } = await migrateDatabase(database, { onProgress: progress.say })
          say(`Adopted.${applied.length > 0 ? ` Added ours beside it: ${applied.join(', ')}.` : ''}`)
        },
        { tables: 'any' },
      )
    })
}
