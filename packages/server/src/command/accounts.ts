import { rmSync } from 'node:fs'
import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import type { Role } from '../domains/labs/index.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { remark, say } from './say.ts'

interface Person {
  readonly email?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly lab?: string
  readonly passwordFile?: string
}

interface Rights {
  readonly stockManager?: true
  readonly public?: true
}

const HOW_TO_GIVE_A_PASSWORD =
  '\nThe password is asked for, or read from standard input or a file: an argument would be seen by everybody on the machine.\n'

export function addAccounts(program: Command): void {
  personOptions(program.command('create-user'))
    .description('Make an account for a person')
    .option('--stock-manager', 'may act on every animal')
    .option('--public', 'may read and never write')
    .addHelpText('after', HOW_TO_GIVE_A_PASSWORD)
    .addHelpText(
      'after',
      examples(
        ['alyx create-user marie --email marie@example.org --lab mylab', 'asks for the password'],
        ['alyx create-user marie --password-file marie.txt', 'in a script'],
      ),
    )
    .action(async (username: string, flags: Person & Rights) => {
      if (flags.stockManager && flags.public)
        throw new Refusal('A public account only reads: it cannot be a stock manager.')
      await create(username, flags.public ? 'public' : flags.stockManager ? 'stock manager' : 'member', flags)
    })

  personOptions(program.command('create-superuser'))
    .description('Make an account that may do everything')
    .addHelpText('after', HOW_TO_GIVE_A_PASSWORD)
    .addHelpText('after', examples(['alyx create-superuser marie', 'asks for the password']))
    .action((username: string, flags: Person) => create(username, 'superuser', flags))

  program
    .command('change-password')
    .argument('<name>', 'of the account')
    .description('Set the password of an account; it is logged out of the web application everywhere')
    .option('--password-file <file>', 'take the password from the first line of a file')
    .addHelpText('after', HOW_TO_GIVE_A_PASSWORD)
    .addHelpText(
      'after',
      examples(
        ['alyx change-password marie', 'asks for it'],
        ['pwgen 20 1 | alyx change-password rig1', 'from a program'],
      ),
    )
    .action(async (username: string, { passwordFile }: Person) => {
      const settings = readSettings()
      const { requireAccount, setPassword } = await import('../domains/labs/index.ts')
      const { ADMINISTRATOR, adminPasswordFile } = await import('./set-up.ts')
      await withDatabase(settings, async (database) => {
        await requireAccount(database, username)
        await setPassword(database, username, await hashOfNewPassword(username, passwordFile))
      })
      // What the file says is no longer true.
      if (username === ADMINISTRATOR && settings.databaseUrl === undefined) {
        rmSync(adminPasswordFile(settings.dataFolder), { force: true })
      }
      say(`Changed the password of "${username}".`)
    })

  program
    .command('token')
    .argument('<name>', 'of the account')
    .description('Print the token with which programs of this person call the REST interface')
    .option('--renew', 'make a new one; programs that use the old one are locked out')
    .addHelpText(
      'after',
      examples(
        ['alyx token marie', 'make one when there is none'],
        ['curl -H "Authorization: Token $(alyx token marie)" http://127.0.0.1:8000/subjects', 'use it'],
      ),
    )
    .action(async (username: string, { renew }: { renew?: true }) => {
      const { issueToken } = await import('../domains/labs/index.ts')
      await withDatabase(readSettings(), async (database) =>
        say(await database.transaction((db) => issueToken(db, username, { renew: renew ?? false }))),
      )
    })
}

function personOptions(command: Command): Command {
  return command
    .argument('<name>', 'to log in with: letters, digits and @ . + - _')
    .option('--email <address>', 'for notifications')
    .option('--first-name <name>', 'given name')
    .option('--last-name <name>', 'family name')
    .option('--lab <name>', 'the lab that the person works in from today')
    .option('--password-file <file>', 'take the password from the first line of a file')
}

async function create(username: string, role: Role, person: Person): Promise<void> {
  const { assertNewUsername, createAccount } = await import('../domains/labs/index.ts')
  const { passwordFile, ...about } = person
  await withDatabase(readSettings(), async (database) => {
    // Before anybody types a password in vain.
    await assertNewUsername(database, username)
    const passwordHash = await hashOfNewPassword(username, passwordFile)
    await database.transaction((db) => createAccount(db, { ...about, username, role, passwordHash }))
  })
  say(`Made the account "${username}" (${role}).`)
  if (!person.lab && role !== 'superuser')
    remark('It belongs to no lab yet: --lab NAME says so when an account is made.')
}

async function hashOfNewPassword(username: string, file: string | undefined): Promise<string> {
  const [{ makePassword }, { newPassword }] = await Promise.all([
    import('../auth/passwords.ts'),
    import('./password.ts'),
  ])
  return makePassword(await newPassword(username, file))
}
