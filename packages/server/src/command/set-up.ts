import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePassword } from '../auth/passwords.ts'
import type { Settings } from '../config.ts'
import type { Database } from '../database/index.ts'
import { countAccounts, createAccount, findAccount, hasAdministrator } from '../domains/labs/index.ts'
import type { Progress } from './progress.ts'

export const ADMINISTRATOR = 'admin'

/** Where the first administrator's password lies until it is changed. */
export const adminPasswordFile = (dataFolder: string): string => join(dataFolder, 'admin-password')

/**
 * Gives a new database what a first evening needs: starter data, a demo laboratory, an administrator. Does nothing to
 * one that is in use. Each step can be repeated, so a first start that was killed is completed by the next.
 */
export async function setUp(
  database: Database,
  settings: Settings,
  { demo, progress }: { demo: boolean; progress: Progress },
): Promise<void> {
  if ((await countAccounts(database)) === 0) {
    await addStarterData(database, settings, progress)
    if (demo) await addDemo(database, settings, progress)
  }
  if (!(await hasAdministrator(database)) && !(await findAccount(database, ADMINISTRATOR))) {
    progress.say('Making the administrator')
    const password = randomPassword()
    // The file first: an account whose password nobody knows would be there for good.
    writeFileSync(adminPasswordFile(settings.dataFolder), `${password}\n`, { mode: 0o600 })
    await createAccount(database, {
      username: ADMINISTRATOR,
      passwordHash: await makePassword(password),
      role: 'superuser',
    })
  }
}

/** @returns rows added, by model */
export async function addStarterData(database: Database, settings: Settings, progress: Progress) {
  const { loadStarterData } = await import('../domains/labs/starter/index.ts')
  progress.say('Adding the starter data')
  const { defaultLabId: id, defaultLabName: name, timeZone: timezone } = settings
  return database.transaction((db) =>
    loadStarterData(db, {
      lab: { id, name, timezone },
      onProgress: ({ model, done, of }) => progress.say(`Adding the starter data: ${model} (${done} of ${of})`),
    }),
  )
}

/** @returns rows made, by model */
export async function addDemo(database: Database, { timeZone }: Settings, progress: Progress) {
  const { seedDemo } = await import('../domains/labs/demo/index.ts')
  progress.say('Making the demo laboratory')
  return seedDemo(database, {
    today: today(timeZone),
    onProgress: ({ model, rows }) => progress.say(`Making the demo laboratory: ${rows} rows of ${model}`),
  })
}

/** YYYY-MM-DD on the lab's calendar. */
function today(timeZone: string): string {
  // Sweden writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv', { timeZone }).format(new Date())
}

/** Letters and digits that nobody mistakes for each other: 16 of them hold 90 bits. */
const LEGIBLE = 'abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ234679'

function randomPassword(): string {
  return Array.from({ length: 16 }, () => LEGIBLE[randomInt(LEGIBLE.length)]).join('')
}
