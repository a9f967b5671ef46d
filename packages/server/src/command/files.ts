import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { readSettings } from '../config.ts'
import { asDay, daysAgo } from './day.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { recorded } from './recorded.ts'
import { say } from './say.ts'

function asCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 1 or more.')
  return Number(text)
}

export function addFiles(program: Command): void {
  const files = program.command('files').description('Look after file records, without Globus')
  files
    .command('missing')
    .option('--lab <name>', 'only datasets of this lab')
    .option('--dry-run', 'only say what would be added')
    .description('Add the records of files that lie on a rig and are missing in repositories that others can read')
    .addHelpText('after', examples(['alyx files missing --lab cortexlab --dry-run', 'what would be added']))
    .action(missing)
  files
    .command('listed')
    .argument('<listing>', 'a text file with an absolute path in each line, as "find" writes it')
    .option('--repository <name>', 'the data repository that was listed')
    .description('Mark the files of a listing as existing')
    .addHelpText('after', examples(['alyx files listed files.txt --repository lab_server', 'what a server has']))
    .action(listed)
  files
    .command('tidy')
    .option('--dry-run', 'only say what would be changed')
    .description('Put paths right that were written with backslashes or doubled slashes')
    .addHelpText('after', examples(['alyx files tidy --dry-run', 'what would be changed']))
    .action(tidy)
  files
    .command('copies')
    .option('--lab <name>', 'copies on the rigs of this lab')
    .option('--repository <name>', 'copies in this data repository')
    .requiredOption('--before <day>', 'of sessions until this day, as 2025-12-31', asDay)
    .option('--limit <count>', 'at most so many datasets', asCount)
    .description(
      'List large files on rigs which others can read elsewhere, one a line: they may be removed there. Needs a lab or a repository',
    )
    .addHelpText(
      'after',
      examples(['alyx files copies --lab cortexlab --before 2025-12-31', 'tab-separated: repository, path, bytes']),
    )
    .action(copies)
  program
    .command('dataset-type-check')
    .argument('<name>', 'name of the new type, as spikes.times')
    .argument('[pattern]', 'pattern of its file names, as "spikes.times*.npy"')
    .option('--strict', 'also tell what is wrong with the types that exist')
    .description('Say what a new dataset type would break, before it is made')
    .addHelpText(
      'after',
      examples(['alyx dataset-type-check spikes.times "spikes.times*.npy"', 'code 1 when it breaks something']),
    )
    .action(checkType)
  program
    .command('tasks-clean-up')
    .option('--before <day>', 'last changed on this day or earlier, as 2025-12-31', asDay)
    .option('--older-than <days>', 'instead: last changed so many days ago or earlier', asCount)
    .option('--status <status>', 'only of this status; ~Complete means all others')
    .option('--signed-off', 'only of sessions whose checklist was signed off')
    .option('--limit <count>', 'at most so many, the oldest first', asCount)
    .option('--dry-run', 'only count them')
    .description('Remove old tasks (Alyx: tasks cleanup)')
    .addHelpText(
      'after',
      examples(
        ['alyx tasks-clean-up --before 2025-12-31 --status Complete', 'the oldest first'],
        ['alyx tasks-clean-up --older-than 730', 'for a schedule'],
      ),
    )
    .action(cleanUp)
}

async function missing({ lab, dryRun: dry = false }: { lab?: string; dryRun?: boolean }): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database) => {
    const { addMissingRecords } = await import('../domains/data/index.ts')
    const records = await recorded(database, settings, (recorder) =>
      addMissingRecords(recorder, { dry, ...(lab !== undefined && { lab }) }),
    )
    if (dry) for (const { repository, relative_path } of records) say(`${repository}  ${relative_path}`)
    say(`${records.length} file records ${dry ? 'would be' : 'were'} added.`)
  })
}

async function listed(listing: string, { repository }: { repository?: string }): Promise<void> {
  const settings = readSettings()
  const text = await readFile(listing, 'utf8').catch(() => {
    throw new Refusal(`The listing ${listing} cannot be read.`)
  })
  const paths = text.split(/\r?\n/).filter((path) => path !== '')
  await withDatabase(settings, async (database) => {
    const { markListedFiles } = await import('../domains/data/index.ts')
    const changed = await recorded(database, settings, (recorder) =>
      markListedFiles(recorder, paths, repository === undefined ? {} : { repository }),
    )
    say(`${paths.length} paths; ${changed} file records exist now that were thought missing.`)
  })
}

async function tidy({ dryRun: dry = false }: { dryRun?: boolean }): Promise<void> {
  const settings = readSettings()
  await withDatabase(settings, async (database) => {
    const { tidyPaths } = await import('../domains/data/index.ts')
    const untidy = await recorded(database, settings, (recorder) => tidyPaths(recorder, { dry }))
    for (const { relative_path, tidied, is_taken } of untidy)
      say(`${relative_path} -> ${tidied}${is_taken ? '  (another record has that path: left alone)' : ''}`)
    const done = untidy.filter(({ is_taken }) => !is_taken).length
    say(`${done} paths ${dry ? 'would be' : 'were'} changed.`)
  })
}

interface Copies {
  readonly lab?: string
  readonly repository?: string
  readonly before: string
  readonly limit?: number
}

async function copies(wanted: Copies): Promise<void> {
  await withDatabase(readSettings(), async (database) => {
    const { listLocalCopies } = await import('../domains/data/index.ts')
    const found = await listLocalCopies(database, wanted)
    const removable = found.filter(({ is_on_server }) => is_on_server)
    for (const { repository, relative_path, file_size } of removable)
      say(`${repository}\t${relative_path}\t${file_size ?? ''}`)
    const bytes = removable.reduce((sum, { file_size }) => sum + Number(file_size ?? 0), 0)
    process.stderr.write(
      `${removable.length} files of ${bytes} bytes are elsewhere, too; ${found.length - removable.length} are not, and must stay.\n`,
    )
  })
}

async function checkType(
  name: string,
  pattern: string | undefined,
  { strict = false }: { strict?: boolean },
): Promise<void> {
  await withDatabase(readSettings(), async (database) => {
    const { checkDatasetType } = await import('../domains/data/index.ts')
    const proposed = { name, ...(pattern !== undefined && { filename_pattern: pattern }) }
    const faults = await checkDatasetType(database, proposed, { strict })
    for (const fault of faults) say(fault)
    if (faults.length > 0) throw new Refusal(`The type ${name} should not be made like this.`)
    say(`The type ${name} breaks nothing.`)
  })
}

interface CleanUp {
  readonly before?: string
  readonly olderThan?: number
  readonly status?: string
  readonly signedOff?: boolean
  readonly limit?: number
  readonly dryRun?: boolean
}

async function cleanUp({ dryRun: dry = false, olderThan, ...rest }: CleanUp): Promise<void> {
  const settings = readSettings()
  if ((rest.before === undefined) === (olderThan === undefined))
    throw new Refusal('Say how old: either --before <day> or --older-than <days>.')
  const options = { ...rest, before: rest.before ?? daysAgo(olderThan!, settings.timeZone) }
  await withDatabase(settings, async (database) => {
    const { cleanUpTasks } = await import('../jobs/index.ts')
    const count = await recorded(database, settings, (recorder) => cleanUpTasks(recorder, { ...options, dry }))
    say(`${count} tasks ${dry ? 'would be' : 'were'} removed.`)
  })
}
