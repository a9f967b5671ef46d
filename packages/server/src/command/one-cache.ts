import { isAbsolute, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { isTagFolder } from '../cache-tables/tag-folder.ts'
import { readSettings, type Settings } from '../config.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { say } from './say.ts'

interface CacheFlags {
  readonly destination?: string
  readonly tables: readonly ('sessions' | 'datasets')[]
  readonly compress?: true
  readonly tag?: readonly string[]
  readonly qc?: true
  readonly repositories?: readonly string[]
  readonly force?: true
}

/** One set of tables: where it lies, and the tags that it is limited to. */
interface Set {
  readonly root: string
  readonly folder: string
  readonly tags: readonly string[] | undefined
}

export function addOneCache(program: Command): void {
  program
    .command('one-cache')
    .description('Write the tables of sessions and datasets that ONE searches without asking the server')
    .option('-D, --destination <place>', 'a folder or a bucket (default: ALYX_TABLES_ROOT)')
    .addOption(
      new Option('-t, --tables <names...>', 'which of them')
        .choices(['sessions', 'datasets'])
        .default(['sessions', 'datasets']),
    )
    .option('--compress', 'only cache.zip and cache_info.json, without the loose files')
    .option(
      '--tag <names...>',
      'only datasets with this tag: each tag in a folder of its own, or all at the destination',
    )
    .option('--qc', 'results of the quality checks, too, in QC.json')
    .option('--repositories <beginnings...>', 'of repositories whose files count (default: ALYX_TABLES_REPOSITORIES)')
    .option('--force', 'write although nothing has changed')
    .addHelpText(
      'after',
      examples(
        ['alyx one-cache', 'where the server finds them; nothing is written when nothing has changed'],
        ['alyx one-cache --tag 2024_Q2_IBL_et_al', 'the tables of a release, below the others'],
        ['alyx one-cache -D /data/one --compress', 'somewhere else'],
      ),
    )
    .action(write)
}

async function write(flags: CacheFlags): Promise<void> {
  const settings = readSettings()
  const sets = setsOf(flags, settings)
  await withDatabase(settings, async (database, progress) => {
    const { makeTables, TABLE_NAMES, writablePlace } = await import('../cache-tables/index.ts')
    for (const { root, folder, tags } of sets) {
      const place = writablePlace(root, folder, settings.bucketAccess)
      const began = performance.now()
      const made = await makeTables(database, place, {
        // Their order on the command line means nothing.
        tables: TABLE_NAMES.filter((name) => flags.tables.includes(name)),
        tags,
        repositories: flags.repositories ?? settings.tablesRepositories,
        quality: flags.qc ?? false,
        loose: flags.compress !== true,
        force: flags.force ?? false,
        timeZone: settings.timeZone,
        onProgress: progress.say,
      })
      progress.done()
      if (!made.isNew) {
        say(`Nothing has changed since ${made.created}: the cache tables in ${place.name} stay as they are.`)
        continue
      }
      const rows = Object.entries(made.rows).map(([name, count]) => `${count} ${name}`)
      const seconds = ((performance.now() - began) / 1000).toFixed(1)
      say(`Cache tables in ${place.name}: ${rows.join(', ')}; ${megabytes(made.bytes)} MB in ${seconds} s.`)
    }
  })
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

/** @throws Refusal for tags that cannot be folders */
function setsOf({ destination, tag }: CacheFlags, { tablesRoot }: Settings): readonly Set[] {
  if (destination !== undefined) return [{ root: placeOf(destination), folder: '', tags: tag }]
  if (tag === undefined) return [{ root: tablesRoot, folder: '', tags: undefined }]
  const unfit = tag.find((name) => !isTagFolder(name))
  if (unfit !== undefined)
    throw new Refusal(
      `The server finds tables of tags whose names consist of letters, digits and underscores; for "${unfit}" say where with --destination.`,
    )
  return tag.map((name) => ({ root: tablesRoot, folder: name, tags: [name] }))
}

const placeOf = (destination: string): string =>
  /^[a-z][a-z\d+.-]*:\/\//i.test(destination) || isAbsolute(destination) ? destination : resolve(destination)
