import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import { examples } from './examples.ts'
import { withDatabase } from './opened.ts'
import { recorded } from './recorded.ts'
import { say } from './say.ts'

export function addColony(program: Command): void {
  const subjects = program.command('subjects').description('Look after the animals as a whole')
  subjects
    .command('zygosities')
    .argument('[nicknames...]', 'only these animals')
    .description('Work zygosities out again, from parents and from genotype tests (Alyx: update_zygosities)')
    .addHelpText('after', examples(['alyx subjects zygosities', 'of every animal']))
    .action(zygosities)
  subjects
    .command('rules')
    .description('Install the zygosity rules that are known, for the lines of this laboratory (Alyx: set_zygosities)')
    .addHelpText('after', examples(['alyx subjects rules', 'twice is harmless']))
    .action(installRules)
  subjects
    .command('alleles')
    .description('Give each line the alleles that its animals have')
    .addHelpText('after', examples(['alyx subjects alleles', 'of every line']))
    .action(addAlleles)
  subjects
    .command('check')
    .description('List what is odd about animals: dates, cages, parents, names. Changes nothing')
    .addHelpText('after', examples(['alyx subjects check', 'a line for each oddity']))
    .action(check)
  program
    .command('permissions')
    .description("Give active members the permissions that Django's pages ask for (Alyx: set_user_permissions)")
    .addHelpText('after', examples(['alyx permissions', 'twice is harmless']))
    .action(permissions)
}

async function permissions(): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database) => {
    const { givePermissions } = await import('../domains/labs/index.ts')
    const given = await recorded(database, settings, ({ db }) => givePermissions(db))
    say(
      `Lab members have ${given.permissions} permissions in Django's pages; ${counted(given.joined, 'person', 'people')} joined.`,
    )
  })
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

async function zygosities(nicknames: string[]): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database, progress) => {
    progress.say('Working zygosities out')
    const { setZygositiesOfAll } = await import('../domains/subjects/index.ts')
    const { animals, findings } = await recorded(database, settings, (recorder) =>
      setZygositiesOfAll(recorder, nicknames.length > 0 ? nicknames : undefined),
    )
    progress.done()
    const changed = findings.filter(({ before, after }) => before !== after).length
    say(`Looked at ${counted(animals, 'animal', 'animals')}; ${counted(changed, 'zygosity', 'zygosities')} changed.`)
  })
}

async function installRules(): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database) => {
    const { installKnownRules } = await import('../domains/subjects/index.ts')
    const { created, kept, absent } = await recorded(database, settings, (recorder) => installKnownRules(recorder))
    say(`${counted(created, 'rule', 'rules')} installed, ${kept} there already.`)
    if (absent.length > 0) say(`Not for this laboratory, which has no such lines or alleles: ${absent.join(', ')}.`)
  })
}

async function addAlleles(): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database) => {
    const { addAllelesOfAnimals } = await import('../domains/subjects/index.ts')
    const added = await recorded(database, settings, (recorder) => addAllelesOfAnimals(recorder))
    say(`${counted(added, 'allele', 'alleles')} added to lines.`)
  })
}

async function check(): Promise<void> {
  await withDatabase(readSettings(), async (database, progress) => {
    progress.say('Looking at all animals')
    const { validateSubjects } = await import('../domains/subjects/index.ts')
    const doubts = await validateSubjects(database)
    progress.done()
    for (const { nickname, responsible_user, what } of doubts)
      say(`${nickname}${responsible_user ? ` (${responsible_user})` : ''}: ${what}`)
    say(doubts.length === 0 ? 'Nothing odd was found.' : `${counted(doubts.length, 'oddity', 'oddities')}.`)
  })
}
