import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Command, InvalidArgumentError } from 'commander'
import { readSettings } from '../config.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { say } from './say.ts'

export function addMigrate(program: Command): void {
  const migrate = program
    .command('migrate')
    .description('Bring the tables of the database to this version, step by step')
    .addHelpText(
      'after',
      examples(
        ['alyx migrate plan', 'what would be done'],
        ['alyx migrate apply', 'do it'],
        ['alyx migrate apply --to 3', 'up to migration 3'],
        ['alyx migrate back', 'take the last one back'],
      ),
    )

  migrate
    .command('list')
    .description('List the migrations and which of them the database has')
    .addHelpText('after', examples(['alyx migrate list', 'one line per migration']))
    .action(async () => {
      const { listMigrations, migrationTitle, planMigrations } = await import('../schema/index.ts')
      await withDatabase(
        readSettings(),
        async (database) => {
          const { applied, problems } = await planMigrations(database)
          const known = await listMigrations()
          const numbers = new Set(known.map(({ number }) => number))
          for (const migration of [...known, ...applied.filter(({ number }) => !numbers.has(number))]) {
            const done = applied.find(({ number }) => number === migration.number)
            const state = done ? `${done.adopted ? 'adopted' : 'applied'} ${done.applied_at.slice(0, 16)}` : 'pending'
            say(`${migrationTitle(migration).padEnd(40)} ${state}`)
          }
          complain(problems)
        },
        { tables: 'any' },
      )
    })

  migrate
    .command('plan')
    .description('Say what "apply" would do; change nothing')
    .option('--sql', 'print the SQL too')
    .addHelpText(
      'after',
      examples(
        ['alyx migrate plan', 'in a few lines'],
        ['alyx migrate plan --sql > plan.sql', 'to read every statement'],
      ),
    )
    .action(async ({ sql }: { sql?: true }) => {
      const { AdoptionRefused, examineDatabase, migrationTitle, planMigrations } = await import('../schema/index.ts')
      await withDatabase(
        readSettings(),
        async (database) => {
          const found = await examineDatabase(database)
          if (found.state === 'foreign') throw new AdoptionRefused(found.report)
          const { pending, problems } = await planMigrations(database)
          if (complain(problems)) return
          const adopted = found.state === 'adoptable'
          if (adopted) say('-- Alyx 3.6.1 made this database: its tables stay as they are, and are adopted.')
          const steps = adopted ? pending.slice(1) : pending
          if (steps.length === 0) say('-- Nothing to apply: the database has every migration.')
          for (const step of steps) say(`-- apply ${migrationTitle(step)}${sql ? `\n\n${step.up}\n` : ''}`)
        },
        { tables: 'any' },
      )
    })

  migrate
    .command('apply')
    .description('Apply what is pending; a new database gets all tables, one of Alyx 3.6.1 is adopted')
    .option('--to <number>', 'the last migration to apply', asNumber)
    .addHelpText(
      'after',
      examples(['alyx migrate apply', 'everything that is pending'], ['alyx migrate apply --to 3', 'up to number 3']),
    )
    .action(async ({ to }: { to?: number }) => {
      const { applyMigrations, examineDatabase, migrateDatabase, migrationTitle } = await import('../schema/index.ts')
      await withDatabase(
        readSettings(),
        async (database, progress) => {
          if (to === undefined) {
            const { outcome, applied } = await migrateDatabase(database, { onProgress: progress.say })
            progress.done()
            if (outcome === 'adopted') say('Adopted the database of Alyx 3.6.1; its tables are as they were.')
            report(applied)
            return
          }
          const { state } = await examineDatabase(database)
          if (state === 'adoptable' || state === 'foreign') {
            throw new Refusal('Others made the tables of this database: see "alyx adopt --check" first.')
          }
          const applied = await applyMigrations(database, { upTo: to, onProgress: progress.say })
          progress.done()
          report(applied.map(migrationTitle))
        },
        { create: true, tables: 'any' },
      )
    })

  migrate
    .command('back')
    .description('Take the last applied migration back')
    .option('--lose-everything', 'allow taking back the first one, and with it every table and every row')
    .addHelpText('after', examples(['alyx migrate back', 'one step back; repeat it for more']))
    .action(async ({ loseEverything }: { loseEverything?: true }) => {
      const { migrationTitle, planMigrations, revertMigration } = await import('../schema/index.ts')
      await withDatabase(
        readSettings(),
        async (database, progress) => {
          const { applied } = await planMigrations(database)
          if (applied.length === 1 && !applied[0]?.adopted && !loseEverything) {
            throw new Refusal(
              'This removes every table and every row. If that is wanted, say so with --lose-everything.',
            )
          }
          const taken = await revertMigration(database, {
            loseEverything: loseEverything ?? false,
            onProgress: progress.say,
          })
          progress.done()
          say(taken ? `Took back ${migrationTitle(taken)}.` : 'There is nothing to take back.')
        },
        { tables: 'any' },
      )
    })

  migrate
    .command('check')
    .description('Check that declarations, migrations and database agree; exit code 1 when they do not')
    .addHelpText('after', examples(['alyx migrate check', 'in a script, before an upgrade']))
    .action(async () => {
      const { checkMigrations, describeDifference, migrationTitle } = await import('../schema/index.ts')
      await withDatabase(
        readSettings(),
        async (database) => {
          const { pending, problems, differences } = await checkMigrations(database)
          const lines = [
            ...problems,
            ...pending.map((migration) => `Migration ${migrationTitle(migration)} is not applied.`),
            ...differences.map(
              (difference) => `${describeDifference(difference)}${difference.harmless ? ' (harmless)' : ''}`,
            ),
          ]
          if (!complain(lines)) say('Declarations, migrations and database agree.')
        },
        { tables: 'any' },
      )
    })

  migrate
    .command('draft')
    .description(
      'Draft a migration from what the declarations have and the database lacks, for you to read and complete',
    )
    .argument('<name>', 'what it does: letters, digits and "_"')
    .addHelpText('after', examples(['alyx migrate draft add_implant_weight', 'write the next numbered file']))
    .action(async (name: string) => {
      if (!/^\w+$/.test(name)) throw new Refusal(`"${name}" cannot be the name of a file: use letters, digits and "_".`)
      const { draftMigration, listMigrations, migrationTitle } = await import('../schema/index.ts')
      const { all } = await import('@alyx/models')
      await withDatabase(readSettings(), async (database) => {
        const draft = await database.transaction((db) => draftMigration(all, db))
        if (!draft) {
          say('Nothing to draft: the database is what the declarations say.')
          return
        }
        const number = (await listMigrations()).length + 1
        const file = new URL(`../migrations/${migrationTitle({ number, name })}.sql`, import.meta.url)
        await writeFile(file, draft.text, { flag: 'wx' })
        for (const difference of draft.differences) say(`  ${difference}`)
        say(`Wrote ${fileURLToPath(file)}. Read and complete it, then run "alyx migrate apply".`)
      })
    })
}

function asNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('Give the number of a migration, such as 3.')
  return Number(text)
}

function report(applied: readonly string[]): void {
  say(applied.length === 0 ? 'Nothing was pending.' : `Applied ${applied.join(', ')}.`)
}

/** Prints what is wrong, if anything is, and lets the command fail. */
function complain(problems: readonly string[]): boolean {
  for (const problem of problems) say(problem)
  if (problems.length > 0) process.exitCode = 1
  return problems.length > 0
}
