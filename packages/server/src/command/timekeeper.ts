import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Settings } from '../config.ts'
import type { Database } from '../database/index.ts'
import type { Told } from '../schedules/index.ts'
import { postOf } from './post.ts'
import { doing, type Upkeep } from './upkeep.ts'

const LOOK_EVERY_MS = 5000
const LAST_WORDS = 2000

/** Runs schedules for as long as a server runs, and tells administrators when one begins to fail or works again. */
export async function employTimekeeper(database: Database, settings: Settings, log: Logger): Promise<Upkeep> {
  const [{ addDefaultSchedules, ScheduleRunner }, { readMaintenance }] = await Promise.all([
    import('../schedules/index.ts'),
    import('../rest/maintenance.ts'),
  ])
  const told = async (news: Told): Promise<void> => {
    const { name, command, outcome, change, output } = news
    const facts = { schedule: name, command: command.join(' '), outcome }
    if (outcome === 'succeeded') log.info(facts, 'a schedule was run')
    else log.warn({ ...facts, output: output.slice(-LAST_WORDS) }, 'a schedule failed')
    if (change)
      await write(news, database, settings).catch((error) =>
        log.warn({ err: error, schedule: name }, 'administrators could not be told of a schedule'),
      )
  }
  const runner = new ScheduleRunner(database, { timeZone: settings.timeZone, told })
  await addDefaultSchedules(database)
  const look = async () => {
    // What becomes due meanwhile is done afterwards, as far as it is to be caught up.
    if (await readMaintenance(settings.dataFolder)) await runner.keepAlive()
    else await runner.tick()
  }
  const upkeep = doing([{ name: 'schedules', everyMs: LOOK_EVERY_MS, run: look }], (_, error) => {
    if (error === undefined) log.info('schedules are looked at again')
    else log.warn({ err: error }, 'schedules cannot be looked at')
  })
  return {
    async stop() {
      const stopped = runner.stop()
      await upkeep.stop()
      await stopped
    },
  }
}

/** Once for each change of state: from working to failing, and back. */
async function write({ name, command, change, outcome, output }: Told, database: Database, settings: Settings) {
  const post = await postOf(settings)
  if (!post) return
  const { administratorAddresses } = await import('../domains/labs/index.ts')
  const subject = change === 'fails' ? `The schedule "${name}" fails` : `The schedule "${name}" works again`
  const text = [
    `${subject} on ${settings.publicUrl}.`,
    ...(command.length > 0 ? [`Command: alyx ${command.join(' ')}`] : []),
    ...(change === 'fails' ? [`Outcome: ${outcome}`, '', output.slice(-LAST_WORDS).trim()] : []),
    '',
    `"alyx schedule list ${name}" shows its runs. You get one mail when it begins to fail, and one when it works again.`,
  ].join('\n')
  try {
    for (const to of await administratorAddresses(database))
      await post.mailer.send({ id: randomUUID(), to, subject: `[alyx] ${subject}`, text })
  } finally {
    post.mailer.close()
  }
}
