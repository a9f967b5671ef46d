import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import { examples } from './examples.ts'
import { say } from './say.ts'

export function addCollectStatic(program: Command): void {
  program
    .command('collect-static')
    .description('Put the files that never change where nginx serves them from: ALYX_STATIC_ROOT')
    .addHelpText(
      'after',
      examples(['alyx collect-static', 'after an upgrade; the units and containers do it themselves']),
    )
    .action(async () => {
      const { staticRoot } = readSettings()
      const [{ collectStatic }, { buildPages }] = await Promise.all([
        import('../media/static-files.ts'),
        import('./pages.ts'),
      ])
      const { ok, said } = await buildPages()
      if (!ok) process.stderr.write(`The web application could not be built: ${said}\n`)
      say(`${await collectStatic(staticRoot)} files in ${staticRoot}`)
    })
}
