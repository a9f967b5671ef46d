import type { Command } from 'commander'
import { examples } from './examples.ts'
import { settingsWith } from './serve.ts'

interface Flags {
  readonly host?: string
  readonly port?: string
  readonly demo: boolean
}

export function addStart(program: Command): void {
  program
    .command('start')
    .description(
      'Run the server, and set up a new one first: database, starter data, an administrator, a demo laboratory',
    )
    .option('--host <address>', 'address to listen on; 0.0.0.0 for the whole network (default 127.0.0.1)')
    .option('--port <number>', 'TCP port to listen on (default 8000)')
    .option('--no-demo', 'leave a new database without the demo laboratory')
    .addHelpText(
      'after',
      examples(
        ['alyx start', 'everything in the folder "data", at http://127.0.0.1:8000'],
        ['alyx start --no-demo', 'an empty laboratory'],
        ['ALYX_DATA_FOLDER=/srv/alyx alyx start', 'with the data elsewhere'],
      ),
    )
    .action(async (flags: Flags) => {
      const began = performance.now()
      const settings = settingsWith(flags)
      const [{ runServer }, { setUp }, { welcome }, { buildPages }] = await Promise.all([
        import('./running.ts'),
        import('./set-up.ts'),
        import('./welcome.ts'),
        import('./pages.ts'),
      ])
      const leaving = new AbortController()
      process.once('exit', () => leaving.abort())
      await runServer(settings, {
        // A database that others made gets nothing that nobody asked for.
        prepare: async (database, progress) => {
          if (settings.databaseUrl === undefined) await setUp(database, settings, { demo: flags.demo, progress })
        },
        begun: (begun) => {
          // Where the log is for machines, standard output is theirs alone.
          const screen = settings.logFormat === 'pretty' ? process.stdout : process.stderr
          screen.write(welcome(begun, settings, (performance.now() - began) / 1000))
          // Nobody waits for it: until it is done, the page says so and looks again.
          void buildPages(leaving.signal).then(({ ok, said }) => {
            if (!ok) process.stderr.write(`The web application could not be built: ${said}\n`)
          })
        },
      })
    })
}
