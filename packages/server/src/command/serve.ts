import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import { examples } from './examples.ts'

interface Flags {
  readonly host?: string
  readonly port?: string
}

/** Settings, with what the command line said about where to listen. */
export const settingsWith = ({ host, port }: Flags) =>
  readSettings(undefined, undefined, { ALYX_HOST: host, ALYX_PORT: port })

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Run the server on the configured database, after bringing its tables to this version')
    .option('--host <address>', 'address to listen on; 0.0.0.0 for the whole network (default 127.0.0.1)')
    .option('--port <number>', 'TCP port to listen on (default 8000)')
    .addHelpText(
      'after',
      examples(
        ['alyx serve', 'on the PostgreSQL of the data folder'],
        ['DATABASE_URL=postgres://alyx:secret@db/alyx alyx serve', "on a laboratory's database"],
        ['alyx serve --host 0.0.0.0 --port 8080', 'for the whole network'],
      ),
    )
    .action(async (flags: Flags) => {
      const settings = settingsWith(flags)
      const { runServer } = await import('./running.ts')
      await runServer(settings, {
        begun: ({ address, migration }) => {
          const adopted = migration.outcome === 'adopted' ? ' on a database that Alyx 3.6.1 made' : ''
          process.stderr.write(`Alyx answers at ${address}${adopted}. Ctrl-C stops it.\n`)
        },
      })
    })
}
