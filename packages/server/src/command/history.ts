import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { readSettings } from '../config.ts'
import type { Database } from '../database/index.ts'
import type { ExportFormat } from '../history/index.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import type { Progress } from './progress.ts'
import { remark, say } from './say.ts'

interface ExportFlags {
  readonly from?: string
  readonly to?: string
  readonly table?: string
  readonly format: ExportFormat
}

/** How long to wait for running transactions before sealing what is newest. */
const SEAL_WAIT_MS = 5000

export function addHistory(program: Command): void {
  const history = program
    .command('history')
    .description('The history of every change: prove that it is whole, take it out')
    .addHelpText('after', examples(['alyx history verify', 'exit code 1 when something was tampered with']))

  history
    .command('verify')
    .description('Compute every seal anew and compare, then seal what is new; exit code 1 when something does not fit')
    .option('--expect <hash>', 'the hash of a seal that was kept elsewhere must still be there')
    .addHelpText(
      'after',
      examples(
        ['alyx history verify', 'prints the hash of the last seal: keep it elsewhere'],
        ['alyx history verify --expect 5f3a…', 'nothing up to that seal was changed or taken away'],
      ),
    )
    .action(async ({ expect }: { expect?: string }) => {
      if (expect !== undefined && !/^[0-9a-f]{64}$/i.test(expect))
        throw new Refusal('The hash of a seal has 64 hexadecimal digits: copy the whole line that "verify" printed.')
      await withDatabase(readSettings(), (database, progress) => verify(database, progress, expect))
    })

  history
    .command('export')
    .argument('[file]', 'where to (default: standard output)')
    .description('Write the history, oldest first, one change per line')
    .option('--from <moment>', 'first moment, such as 2026-03-01 or 2026-03-01T09:00:00+01:00')
    .option('--to <moment>', 'last moment')
    .option('--table <name>', 'only changes of this table, such as subjects_subject')
    .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'csv']).default('jsonl'))
    .addHelpText(
      'after',
      examples(
        ['alyx history export history.jsonl', 'everything'],
        ['alyx history export --table actions_weighing --format csv weighings.csv', 'for a spreadsheet'],
      ),
    )
    .action(async (file: string | undefined, flags: ExportFlags) => {
      await withDatabase(readSettings(), async (database, progress) => {
        progress.say('Writing the history')
        const { exportHistory } = await import('../history/index.ts')
        const { format, ...filter } = flags
        const written = await writing(file, (write) => exportHistory(database, filter, format, write))
        progress.done()
        remark(`${written} changes written.`)
      }).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'InvalidText')
          throw new Refusal(`A moment cannot be read: ${error.message}.`)
        throw error
      })
    })
}

async function verify(database: Database, progress: Progress, expected: string | undefined): Promise<void> {
  const { historySeals, sealHistory, verifyHistory } = await import('../history/index.ts')
  progress.say('Comparing the history with its seals')
  const { seals, sealedRows, broken, unwatched } = await verifyHistory(database, { expected })
  progress.done()
  if (broken !== undefined) say(broken)
  if (unwatched.length > 0)
    say(`Changes of these tables are not remembered, their triggers are missing or off: ${unwatched.join(', ')}.`)
  if (broken !== undefined || unwatched.length > 0) process.exitCode = 1
  // What is broken stays as it is: a new seal on top would only make the old one harder to see.
  if (broken !== undefined) return
  say(`${sealedRows} changes in ${seals} seals are as they were sealed.`)
  const added = await sealHistory(database, { waitMs: SEAL_WAIT_MS })
  const { head, unsealedRows } = await historySeals(database)
  say(`${added} more were sealed now${unsealedRows > 0 ? `; ${unsealedRows} wait for the next time` : ''}.`)
  if (head !== undefined) say(`The last seal: ${head}`)
}

/** Writes at the pace of the target; a file gets its name when it is whole. */
async function writing(
  file: string | undefined,
  work: (write: (text: string) => Promise<void>) => Promise<number>,
): Promise<number> {
  if (file === undefined) return work((text) => taken(process.stdout, text))
  const partial = `${file}.part`
  const target = createWriteStream(partial)
  const ended = finished(target)
  ended.catch(() => undefined)
  try {
    const written = await Promise.race([work((text) => taken(target, text)), ended.then(() => 0)])
    target.end()
    await ended
    await rename(partial, file)
    return written
  } catch (error) {
    target.destroy()
    await rm(partial, { force: true })
    throw error
  }
}

const taken = (target: Writable, text: string): Promise<void> =>
  new Promise((resolve, reject) => target.write(text, (error) => (error ? reject(error) : resolve())))
