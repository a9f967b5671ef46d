import type { Transporter } from 'nodemailer'
import { readSmtpUrl } from './smtp-url.ts'

/** One mail to one person, in plain text. */
export interface Letter {
  /** The same for each try to send the same letter, so that a mailbox that gets it twice can tell. */
  readonly id: string
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
}

export interface Mailer {
  /** @throws MailFailure when the mail server did not take it */
  send(letter: Letter): Promise<void>
  /** Whether the mail server answers and lets us in. @throws MailFailure when it does not */
  check(): Promise<void>
  /** Host and port of the mail server. */
  readonly place: string
  close(): void
}

/** A letter that the mail server did not take. */
export class MailFailure extends Error {
  override readonly name = 'MailFailure'
  /** Whether the server could not be spoken to at all, so that the next letter will fare no better. */
  readonly unreachable: boolean

  constructor(message: string, unreachable: boolean, cause?: unknown) {
    super(message, { cause })
    this.unreachable = unreachable
  }
}

export interface MailerSettings {
  readonly smtpUrl: string | undefined
  /** Address of the sender. */
  readonly mailFrom: string
  readonly mailDisabled: boolean
  /** Name of this server, for the names of letters. */
  readonly serverName: string
}

/** Nobody waits for a mail, but a sender that hangs keeps the next mails waiting. */
const PATIENCE_MS = 10_000
const LONGEST_SUBJECT = 300
/** Refusals of one letter or one address. Everything else concerns the way to the server. */
const OF_THE_LETTER = new Set(['EENVELOPE', 'EMESSAGE', 'ESTREAM'])

/**
 * Whether mail can be sent to an address. Stricter than the standard: what could be read as two addresses, or as the end
 * of a header, is none.
 */
export const isMailable = (address: string): boolean =>
  /^[^\s@<>()[\],;:"\\\p{Cc}]+@[^\s@<>(),;:"\\\p{Cc}]+$/u.test(address)

/** Text for one line of a mail's head: without line ends and other control characters, and not endless. */
const headerText = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_SUBJECT)

/** @returns undefined when no mail is to be sent: no server is named, or mail is switched off */
export function openMailer({ smtpUrl, mailFrom, mailDisabled, serverName }: MailerSettings): Mailer | undefined {
  const server = smtpUrl === undefined ? undefined : readSmtpUrl(smtpUrl)
  if (mailDisabled || server === undefined) return undefined
  const { host, port, encryption, user, password } = server
  const domain = headerText(serverName).replace(/[^\w.-]/g, '-')
  const options = {
    host,
    port,
    secure: encryption === 'from the start',
    requireTLS: encryption === 'required',
    ignoreTLS: encryption === 'never',
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    dnsTimeout: PATIENCE_MS,
    // A letter is text that we wrote: nothing in it may make us read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  let opened: Promise<Transporter> | undefined
  /** With the first letter: most servers send few, and many none. */
  const transport = () => {
    opened ??= import('nodemailer').then(({ createTransport }) => createTransport(options))
    return opened
  }
  const place = `${host}:${port}`
  return {
    place,
    async check() {
      const mailServer = await transport()
      await mailServer.verify().catch((error: Error) => {
        throw new MailFailure(`${place} does not take mails: ${error.message}`, true, error)
      })
    },
    async send({ id, to, subject, text }) {
      if (!isMailable(to.address))
        throw new MailFailure(`${JSON.stringify(to.address)} is no address of e-mail.`, false)
      const mailServer = await transport()
      try {
        await mailServer.sendMail({
          from: { name: 'Alyx', address: mailFrom },
          to: { name: headerText(to.name), address: to.address },
          subject: headerText(subject),
          text,
          messageId: `<${id}@${domain}>`,
          // Machines that answer mails (holidays, full mailboxes) leave ours alone.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        })
      } catch (error) {
        const { code = '', message } = error as NodeJS.ErrnoException
        throw new MailFailure(`${place} did not take the mail: ${message}`, !OF_THE_LETTER.has(code), error)
      }
    },
    close: () => void opened?.then((mailServer) => mailServer.close()),
  }
}
