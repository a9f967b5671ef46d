import type { Command } from 'commander'
import { readSettings } from '../config.ts'
import { examples } from './examples.ts'
import { Refusal } from './explained.ts'
import { say } from './say.ts'

/** It is shown on a page and sent with every answer. */
const LONGEST_MESSAGE = 500

export function addMaintenance(program: Command): void {
  const maintenance = program
    .command('maintenance')
    .description('Close Alyx for a while: every request is answered with 503 and your words')
    .addHelpText('after', examples(['alyx maintenance on "New disks, back at 14:00"', 'a server notices at once']))
  maintenance
    .command('on')
    .argument('[message]', 'what people should know', '')
    .description('Close it; requests under way are finished, health checks go on')
    .addHelpText('after', examples(['alyx maintenance on "New disks, back at 14:00"', 'again, to say something else']))
    .action(on)
  maintenance
    .command('off')
    .description('Open it again')
    .addHelpText('after', examples(['alyx maintenance off', 'a server notices at once']))
    .action(off)
  maintenance
    .command('status')
    .description('Whether it is closed, since when, and why')
    .addHelpText('after', examples(['alyx maintenance status', 'one line']))
    .action(status)
}

async function on(message: string): Promise<void> {
  const { dataFolder } = readSettings()
  const words = message.replace(/\p{Cc}+/gu, ' ').trim()
  if (words.length > LONGEST_MESSAGE) throw new Refusal(`The message has at most ${LONGEST_MESSAGE} characters.`)
  const { beginMaintenance } = await import('../rest/maintenance.ts')
  await beginMaintenance(dataFolder, words)
  say(`Closed for maintenance. Servers that use ${dataFolder} answer 503 until "alyx maintenance off".`)
}

async function off(): Promise<void> {
  const { endMaintenance } = await import('../rest/maintenance.ts')
  say((await endMaintenance(readSettings().dataFolder)) ? 'Open again.' : 'It was open.')
}

async function status(): Promise<void> {
  const { readMaintenance } = await import('../rest/maintenance.ts')
  const note = await readMaintenance(readSettings().dataFolder)
  if (!note) return say('Open.')
  const since = note.since === '' ? '' : ` since ${note.since.slice(0, 16).replace('T', ' ')} UTC`
  say(`Closed for maintenance${since}${note.message === '' ? '.' : `: ${note.message}`}`)
}
