import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** A mail as it arrived: its head by name in small letters, unfolded, and its text. */
export interface Captured {
  readonly from: string
  readonly to: readonly string[]
  readonly head: Readonly<Record<string, string>>
  readonly text: string
  /** Who handed it in, when somebody logged in. */
  readonly account: string | undefined
}

export interface CaptureOptions {
  /** Answers a mail's address with a code of SMTP instead of taking it: 550 for good, 451 for now. */
  refuse?(address: string): number | undefined
  /** Waits before a mail is taken, to have time to look at what happens meanwhile. */
  beforeTaking?(): Promise<void>
}

export interface CaptureServer {
  /** smtp://127.0.0.1:port */
  readonly url: string
  readonly port: number
  readonly mails: readonly Captured[]
  close(): Promise<void>
}

/** A real mail server of our own, which keeps what it is given. */
export async function captureServer({ refuse, beforeTaking }: CaptureOptions = {}): Promise<CaptureServer> {
  const mails: Captured[] = []
  const server = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === 'open sesame' ? done(null, { user: username }) : done(new Error('wrong password')),
    onRcptTo: ({ address }, _, done) => {
      const code = refuse?.(address)
      done(code === undefined ? null : Object.assign(new Error('not this one'), { responseCode: code }))
    },
    onData: (stream, { envelope, user }, done) => {
      text(stream)
        .then(async (message) => {
          await beforeTaking?.()
          mails.push({
            from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
            to: envelope.rcptTo.map(({ address }) => address),
            ...parsed(message),
            account: user as string | undefined,
          })
          done()
        })
        .catch(done)
    },
  })
  const listening = server.listen(0, '127.0.0.1')
  if (!listening.listening) await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function parsed(message: string): Pick<Captured, 'head' | 'text'> {
  const end = message.indexOf('\r\n\r\n')
  const lines = message
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const head = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      decodedWords(line.slice(line.indexOf(':') + 2)),
    ]),
  )
  const body = message.slice(end + 4).replaceAll('\r\n', '\n')
  return { head, text: decodedBody(body, head['content-transfer-encoding']) }
}

function decodedBody(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  return encoding === 'quoted-printable' ? fromQuotedPrintable(body.replace(/=\n/g, '')) : body
}

const fromQuotedPrintable = (coded: string): string =>
  Buffer.from(
    coded.replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()

/** `=?UTF-8?Q?caf=C3=A9?=` in heads. */
const decodedWords = (coded: string): string =>
  coded
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?(.*?)\?=/gi, (_, form: string, word: string) =>
      form.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString()
        : fromQuotedPrintable(word.replaceAll('_', ' ')),
    )
