import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Command, InvalidArgumentError } from 'commander'
import { readSettings } from '../config.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { remark, say, sayCounts } from './say.ts'

interface DumpFlags {
  readonly output?: string
  readonly model?: readonly string[]
  readonly indent?: number
  readonly credentials?: true
  readonly anonymous?: true
}

export function addData(program: Command): void {
  program
    .command('load-fixtures')
    .description(
      'Add what every laboratory needs and the database lacks: types, formats, brain regions, a species, a lab',
    )
    .addHelpText('after', examples(['alyx load-fixtures', 'safe to repeat: what is there stays as it is']))
    .action(async () => {
      const settings = readSettings()
      const { addStarterData } = await import('./set-up.ts')
      const added = await withDatabase(settings, (database, progress) => addStarterData(database, settings, progress), {
        create: true,
        tables: 'migrate',
      })
      sayCounts(added, 'rows added')
    })

  program
    .command('load-data')
    .argument('<file>', 'a JSON dump of Django or of "dump-data", gzipped or not; "-" for standard input')
    .description('Load a dump: all of it, or nothing when something in it is wrong')
    .addHelpText(
      'after',
      examples(
        ['alyx load-data dump.json.gz', 'rows whose key is there are updated'],
        ['ssh old-server cat dump.json.gz | alyx load-data -', 'without a file in between'],
      ),
    )
    .action(async (file: string) => {
      const settings = readSettings()
      const source = file === '-' ? process.stdin : await readable(file)
      const { loadDump } = await import('../domains/labs/dumps/index.ts')
      const report = await withDatabase(
        settings,
        async (database, progress) => {
          progress.say(`Loading ${file}`)
          return loadDump(database, source, {
            defaultLab: settings.defaultLabId,
            onProgress: ({ objects, model }) => progress.say(`Loading ${file}: ${objects} objects, now ${model}`),
          })
        },
        { create: true, tables: 'migrate' },
      ).catch((error) => {
        if (error instanceof Error && error.name === 'DumpError') {
          throw new Refusal(`Nothing was loaded. ${file}, ${error.message}`)
        }
        throw error
      })
      const rows = Object.entries(report)
      for (const [model, { added, changed }] of rows) {
        say(`${String(added).padStart(9)} added ${String(changed).padStart(9)} changed  ${model}`)
      }
      const sum = (of: 'added' | 'changed') => String(rows.reduce((total, [, row]) => total + row[of], 0)).padStart(9)
      say(`${sum('added')} added ${sum('changed')} changed  in all`)
    })

  program
    .command('dump-data')
    .description('Write the database as a JSON dump that "load-data" and Django read')
    .option('-o, --output <file>', 'where to; gzipped when its name ends in .gz (default: standard output)')
    .option('-m, --model <name...>', 'only these models, such as subjects.subject, or whole apps, such as actions')
    .option('--indent <number>', 'blanks per level, for people (default: one object per line)', asIndent)
    .option('--anonymous', 'without names of people, free texts, documents, addresses, pictures and credentials')
    .option('--credentials', 'also password hashes, tokens and logins: keep such a file safe')
    .addHelpText(
      'after',
      examples(
        ['alyx dump-data -o backup.json.gz', 'everything but credentials'],
        ['alyx dump-data --anonymous -o shape.json.gz', 'to show to others'],
        ['alyx dump-data -m subjects.subject subjects.line --indent 2', 'two models, to read'],
      ),
    )
    .action((flags: DumpFlags) => dump(flags))
}

async function dump({ output, model, indent, credentials, anonymous }: DumpFlags): Promise<void> {
  const { dumpData } = await import('../domains/labs/dumps/index.ts')
  const models = model && (await modelsCalled(model))
  const write = (target: NodeJS.WritableStream) =>
    withDatabase(readSettings(), (database, progress) => {
      progress.say('Writing the dump')
      return dumpData(database, target as never, {
        ...(models && { models }),
        ...(indent !== undefined && { indent }),
        credentials: credentials ?? false,
        anonymous: anonymous ?? false,
        onProgress: ({ objects, model }) => progress.say(`Writing the dump: ${objects} objects, now ${model}`),
      })
    })
  if (output === undefined) {
    await write(process.stdout)
    return
  }
  // Under another name until it is whole: half a dump must not replace the one of yesterday.
  const partial = `${output}.part`
  try {
    const file = createWriteStream(partial, { mode: credentials ? 0o600 : 0o666 })
    const target = output.endsWith('.gz') ? createGzip() : file
    if (target !== file) target.pipe(file)
    const written = finished(file)
    written.catch(() => undefined)
    const counts = await Promise.race([write(target), written.then(() => ({}))])
    target.end()
    await written
    await rename(partial, output)
    sayCounts(counts, `objects in ${output}`)
    if (credentials) remark('The file holds password hashes and tokens: keep it safe.')
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** Fails before anything is started when the file cannot be read. */
async function readable(file: string) {
  await (await open(file)).close()
  return createReadStream(file)
}

async function modelsCalled(names: readonly string[]) {
  const { all } = await import('@alyx/models')
  return names.flatMap((name) => {
    const found = all.filter(({ key }) => key === name.toLowerCase() || key.startsWith(`${name.toLowerCase()}.`))
    if (found.length > 0) return found
    const apps = [...new Set(all.map(({ key }) => key.split('.', 1)[0]))]
    throw new Refusal(`There is no model or app "${name}". Apps: ${apps.join(', ')}; models: app.model.`)
  })
}

function asIndent(text: string): number {
  if (!/^[1-8]$/.test(text)) throw new InvalidArgumentError('Give a number from 1 to 8.')
  return Number(text)
}
