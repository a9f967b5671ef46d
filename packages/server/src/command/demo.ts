import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { sayCounts } from './say.ts'

export function addDemo(program: Command): void {
  const demo = program
    .command('demo')
    .description('A made-up laboratory to try things on, with a year of animals, sessions and data')
    .addHelpText('after', examples(['alyx demo seed', 'put it in'], ['alyx demo remove', 'take it out again']))

  demo
    .command('seed')
    .description('Put the demo laboratory into the database, beside what is there; nobody of it can log in')
    .addHelpText('after', examples(['alyx demo seed', 'adds the starter data first when it is missing']))
    .action(async () => {
      const settings = readSettings()
      const { addDemo, addStarterData } = await import('./set-up.ts')
      const made = await withDatabase(
        settings,
        async (database, progress) => {
          await addStarterData(database, settings, progress)
          return addDemo(database, settings, progress)
        },
        { create: true, tables: 'migrate' },
      ).catch((error) => {
        throw isAboutDemo(error) ? new Refusal(`${capital(error.message)}.`) : error
      })
      sayCounts(made, 'rows made')
    })

  demo
    .command('remove')
    .description('Take exactly the demo laboratory out again; refused while your own rows refer to it')
    .addHelpText('after', examples(['alyx demo remove', 'your own rows stay']))
    .action(async () => {
      const { removeDemo } = await import('../domains/labs/demo/index.ts')
      const removed = await withDatabase(readSettings(), (database, progress) => {
        progress.say('Removing the demo laboratory')
        return removeDemo(database)
      }).catch((error) => {
        throw error instanceof Error && error.name === 'DemoInUse' ? new Refusal(`${capital(error.message)}.`) : error
      })
      sayCounts(removed, 'rows removed')
    })
}

const isAboutDemo = (error: unknown): error is Error =>
  error instanceof Error && /^the demo laboratory/.test(error.message)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
