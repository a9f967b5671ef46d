/** How the way to the mail server may be encrypted: always from the first byte, by STARTTLS, or not at all. */
export type Encryption = 'from the start' | 'required' | 'if offered' | 'never'

/** Where mail is handed in. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  readonly encryption: Encryption
  readonly user: string | undefined
  readonly password: string | undefined
}

const SUBMISSION_PORT = 587
const SUBMISSION_TLS_PORT = 465
const ENCRYPTIONS: Readonly<Record<string, Encryption>> = {
  required: 'required',
  'if-offered': 'if offered',
  never: 'never',
}
const THIS_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i

/**
 * Reads `smtp://user:password@host:587` or `smtps://…`, special characters of the account as %XX.
 *
 * `smtps` encrypts from the start (port 465). `smtp` (port 587) encrypts when the server offers it; with a password and a
 * server on another machine it must, so that the password never travels readable. `?tls=required`, `?tls=if-offered` and
 * `?tls=never` say otherwise.
 *
 * @returns undefined when the text is no such address
 */
export function readSmtpUrl(text: string): SmtpServer | undefined {
  if (!/^smtps?:\/\/[^\s]+$/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const { protocol, hostname, pathname, searchParams, hash } = url
  if (hostname === '' || !['', '/'].includes(pathname) || hash !== '') return undefined
  const user = decoded(url.username)
  const password = decoded(url.password)
  if (user === undefined || password === undefined) return undefined
  const asked = searchParams.get('tls')
  const said = asked === null ? undefined : ENCRYPTIONS[asked]
  const secure = protocol === 'smtps:'
  if ([...searchParams.keys()].some((name) => name !== 'tls') || (asked !== null && (said === undefined || secure)))
    return undefined
  const byItself: Encryption = password !== '' && !THIS_MACHINE.test(hostname) ? 'required' : 'if offered'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? SUBMISSION_TLS_PORT : SUBMISSION_PORT) : Number(url.port),
    encryption: secure ? 'from the start' : (said ?? byItself),
    user: user || undefined,
    password: password || undefined,
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
