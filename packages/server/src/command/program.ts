import { Command } from 'commander'
import about from '../../package.json' with { type: 'json' }
import { addAccounts } from './accounts.ts'
import { addAdopt } from './adopt.ts'
import { addBackup } from './backup.ts'
import { addCollectStatic } from './collect-static.ts'
import { addColony } from './colony.ts'
import { addConfigure } from './configure.ts'
import { addData } from './data.ts'
import { addDemo } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addFiles } from './files.ts'
import { addHistory } from './history.ts'
import { addHomeOffice } from './home-office.ts'
import { addMaintenance } from './maintenance.ts'
import { addMigrate } from './migrate.ts'
import { addNotifications } from './notifications.ts'
import { addOneCache } from './one-cache.ts'
import { addSchedule } from './schedule.ts'
import { addServe } from './serve.ts'
import { addStart } from './start.ts'
import { addUpgrade } from './upgrade.ts'

/** The command line of `alyx`. What a command needs is loaded when it runs, so that help is instant. */
export function program(): Command {
  const alyx = new Command('alyx')
    .description('The metadata server of an experimental neuroscience laboratory.')
    .version(about.version)
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nSettings come from environment variables or a file .env in the working folder: see docs/settings.md.\n' +
        'Exit codes: 0 done, 1 could not be done, 2 wrong use of the command line.\n',
    )
  for (const add of [
    addStart,
    addServe,
    addMigrate,
    addAdopt,
    addAccounts,
    addData,
    addDemo,
    addHistory,
    addBackup,
    addNotifications,
    addColony,
    addFiles,
    addOneCache,
    addHomeOffice,
    addDoctor,
    addUpgrade,
    addMaintenance,
    addSchedule,
    addConfigure,
    addCollectStatic,
  ])
    add(alyx)
  return alyx
}
