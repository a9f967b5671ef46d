import type { NotificationType } from './kinds.ts'

/** What every letter of this server has in common. */
export interface Letterhead {
  /** Where people find the web application: https://alyx.example.org, without a slash at the end. */
  readonly site: string
  /** Name of the server. */
  readonly serverName: string
}

export const letterhead = (settings: { readonly serverName: string; readonly publicUrl: string }): Letterhead => ({
  serverName: settings.serverName,
  site: settings.publicUrl,
})

export interface Recipient {
  readonly id: string
  readonly username: string
  readonly first_name: string
  readonly email: string
  /** Whether the person answers for the animal. */
  readonly responsible: boolean
  /** What the person's rule for this kind of message says; null without rule. */
  readonly scope: string | null
}

export interface Message {
  readonly title: string
  readonly message: string
  readonly notification_type: NotificationType
  readonly subject_id: string | null
}

/** Subject line of the mail about a message. */
export const subjectLine = (title: string): string => `[alyx] ${title}`

/** Text of the mail that brings a message to one person. */
export function letterText(message: Message, to: Recipient, head: Letterhead): string {
  const { subject_id, notification_type } = message
  const links =
    subject_id === null
      ? []
      : [
          `The animal: ${head.site}/admin/subjects/subject/${subject_id}/change/`,
          ...(WATERED.has(notification_type)
            ? [`Its water and weights: ${head.site}/admin-actions/water-history/${subject_id}`]
            : []),
        ]
  return signed(
    to,
    [message.message.trim(), ...(links.length > 0 ? [links.join('\n')] : []), whyYou(message, to, head)],
    head,
  )
}

/** A letter: greeting, paragraphs, and who sent it. */
export function signed(
  to: Pick<Recipient, 'first_name' | 'username'>,
  paragraphs: readonly string[],
  head: Letterhead,
): string {
  const signature = `-- \nAlyx at ${head.site} sent this by itself; please do not reply.`
  return `${[`Hello ${to.first_name.trim() || to.username},`, ...paragraphs, signature].join('\n\n')}\n`
}

const WATERED: ReadonlySet<NotificationType> = new Set(['mouse_underweight', 'mouse_water', 'mouse_not_weighed'])

const WHOSE: Readonly<Record<string, string>> = {
  all: 'your rule asks for this about all animals',
  lab: 'your rule asks for this about the animals of your lab',
}

function whyYou({ notification_type, subject_id }: Message, to: Recipient, { site }: Letterhead): string {
  if (notification_type === '') return subject_id === null ? 'You get this as a stock manager.' : 'The animal is yours.'
  const reason = to.responsible
    ? 'you answer for this animal'
    : ((to.scope === null ? undefined : WHOSE[to.scope]) ?? 'it concerns you')
  return `You get this because ${reason}. Say what you want to hear about: ${site}/admin/actions/notificationrule/`
}
