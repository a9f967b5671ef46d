import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import { asDay } from './day.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { withDatabase } from './opened.ts'
import { say } from './say.ts'

const COUNT_WIDTH = 9

export function addHomeOffice(program: Command): void {
  program
    .command('home-office')
    .argument('<start>', 'first day of the return, as 2025-01-01', asDay)
    .argument('<end>', 'last day', asDay)
    .argument('[folder]', 'where to write the lists', 'homeoffice')
    .description('Write the lists of animals that yearly returns to the authority ask for, a text file each')
    .addHelpText('after', examples(['alyx home-office 2025-01-01 2025-12-31', 'into the folder homeoffice']))
    .action((start: string, end: string, folder: string) => write(start, end, folder))
}

async function write(start: string, end: string, folder: string): Promise<void> {
  if (end < start) throw new Refusal(`The last day, ${end}, lies before the first, ${start}.`)
  await withDatabase(readSettings(), async (database, progress) => {
    progress.say('Looking at all animals')
    const { homeOfficeReport, returnListText } = await import('../domains/actions/index.ts')
    const lists = await homeOfficeReport(database, { start, end })
    await mkdir(folder, { recursive: true })
    await Promise.all(lists.map((list) => writeFile(join(folder, `${list.title}.txt`), returnListText(list))))
    progress.done()
    say(`Between ${start} and ${end}, in ${folder}:`)
    for (const { title, subjects } of lists) say(`${String(subjects.length).padStart(COUNT_WIDTH)}  ${title}`)
  })
}
