import type { Logger } from 'pino'
import type { Settings } from '../config.ts'
import type { Database } from '../database/index.ts'
import type { Letterhead, Postman } from '../domains/actions/index.ts'
import type { Mailer } from '../mail/index.ts'

/** What sending mails takes. */
export interface Post {
  readonly mailer: Mailer
  readonly head: Letterhead
}

/** @returns undefined when the settings name no mail server, or switch mail off */
export async function postOf(settings: Settings): Promise<Post | undefined> {
  const [{ openMailer }, { letterhead }] = await Promise.all([
    import('../mail/index.ts'),
    import('../domains/actions/index.ts'),
  ])
  const mailer = openMailer(settings)
  return mailer && { mailer, head: letterhead(settings) }
}

/** Sends notifications in the background for as long as a server runs, when mail is sent at all. */
export async function employPostman(database: Database, settings: Settings, log: Logger): Promise<Postman | undefined> {
  const post = await postOf(settings)
  if (post === undefined) return undefined
  const { startPostman } = await import('../domains/actions/index.ts')
  return startPostman(database, {
    ...post,
    worked: ({ sent, failed, abandoned }) => log.info({ sent, failed, abandoned }, 'sent notifications'),
    failed: (title, error) => log.warn({ err: error, title }, 'a notification was not sent'),
    stumbled: (error) => log.warn({ err: error }, 'could not look for notifications to send'),
  })
}
