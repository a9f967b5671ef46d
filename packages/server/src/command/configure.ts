import type { Command } from 'commander'
import type { ConfigureFlags } from './configure/run.ts'
import { examples } from './examples.ts'

export function addConfigure(program: Command): void {
  program
    .command('configure')
    .description(
      'Write what surrounds the server: nginx, systemd or containers, settings and secrets, from the answers in alyx.yaml',
    )
    .option('--folder <path>', 'where answers and files lie, outside of version control', 'config')
    .option('--no-input', 'ask nothing: what is not answered gets its default')
    .option('--ask', 'ask for everything again')
    .option('--check', 'change nothing, and say line by line what differs; exit code 1 when something does')
    .option('--fix', 'write files again that somebody changed; what was there is kept beside them')
    .option('--print [file]', 'write nothing, and show what would be written, secrets excepted')
    .addHelpText(
      'after',
      examples(
        ['alyx configure', 'ask, and write everything to the folder "config"'],
        ['alyx configure --no-input', 'with what alyx.yaml says, after an upgrade too'],
        ['alyx configure --check', 'what differs from what should be there'],
        ['alyx configure --print nginx.conf', 'the configuration of nginx'],
      ),
    )
    .action(async (flags: ConfigureFlags) => {
      const { configure } = await import('./configure/run.ts')
      await configure(flags)
    })
}
