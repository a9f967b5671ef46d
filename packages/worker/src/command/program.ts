import { Command } from 'commander'
import about from '../../package.json' with { type: 'json' }

const CONFIG = [
  '-c, --config <file>',
  'the configuration (default: alyx-worker.yaml here or in the home folder)',
] as const

/** The command line of `alyx-worker`. What a command needs is loaded when it runs, so that help is instant. */
export function program(): Command {
  const worker = new Command('alyx-worker')
    .description('Runs tasks of Alyx on this machine, by commands in any language.')
    .version(about.version)
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nThe variables ALYX_WORKER_CONFIGURATION, ALYX_TOKEN and ALYX_TOKEN_FILE count before what the configuration says.\n' +
        'Exit codes: 0 done, 1 could not be done or a task did not succeed, 2 wrong use of the command line, 3 does not run.\n',
    )
  const add = (name: string, description: string, example: string): Command =>
    worker
      .command(name)
      .description(description)
      .addHelpText('after', `\nExample:\n  ${example}\n`)
      .option(...CONFIG)

  add(
    'init',
    'Writes a configuration to begin with.',
    'alyx-worker init --server https://alyx.example.org --name rack-1',
  )
    .requiredOption('--server <address>', 'the address of Alyx')
    .option('--name <name>', 'of this worker (default: of the machine)')
    .option('--force', 'write over one that is there')
    .action(async (options) => exitWith(await (await import('./init.ts')).init(options)))
  add(
    'login',
    'Asks for your password, and keeps the token that the server gives.',
    'alyx-worker login --username anna',
  )
    .option('--username <name>', 'of your account')
    .action(async (options) => exitWith(await (await import('./login.ts')).login(options)))
  add('check', 'Says whether configuration, server, token and commands are right.', 'alyx-worker check')
    .option('--placeholders', 'list what can stand in the words of a command')
    .action(async (options) => exitWith(await (await import('./check.ts')).check(options)))
  add('run', 'Runs tasks until it is stopped.', 'alyx-worker run --until-empty')
    .option('--once', 'run one task, if there is one')
    .option('--until-empty', 'run until none is left')
    .action(async (options) => exitWith(await (await import('./run.ts')).run(options)))
  add('status', 'Says what the worker on this machine is doing.', 'alyx-worker status --json')
    .option('--json', 'for programs')
    .action(async (options) => exitWith((await import('./status.ts')).status(options)))
  add('run-task', 'Runs one task by hand, with its output on the screen.', 'alyx-worker run-task 9a1b… --dry-run')
    .argument('<task>', 'key of the task')
    .option('--dry-run', 'only show what would be run')
    .action(async (task, options) => exitWith(await (await import('./run-task.ts')).runTask(task, options)))
  return worker
}

function exitWith(code: number): void {
  process.exitCode = code
}
