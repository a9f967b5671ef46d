import { existsSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { choice, flag, hostNames, type Kind, proxies, text, timeZone, whole } from '../../config/kinds.ts'

/** What is known before a question is asked. */
export interface Machine {
  /** Folder where the command was started. */
  readonly base: string
  /** What is answered before, as far as later questions look at it. */
  readonly answers: { readonly install?: string; readonly host_names?: readonly string[] }
}

export interface Question<T> {
  readonly kind: Kind<T>
  /** For whoever reads the file of answers; a sentence. */
  readonly help: string
  /** Whether a person is asked for it; the others are there to be changed in the file. */
  readonly asked?: true
  fallback(machine: Machine): T
}

const question = <T>(
  kind: Kind<T>,
  fallback: NoInfer<T> | ((machine: Machine) => NoInfer<T>),
  help: string,
  asked?: true,
): Question<T> => ({
  kind,
  help,
  ...(asked && { asked }),
  fallback: typeof fallback === 'function' ? (fallback as (machine: Machine) => T) : () => fallback,
})

const inCompose = ({ answers }: Machine): boolean => answers.install === 'compose'

/** Nothing that a configuration file would take for more than a path. */
const path = text('an absolute path without blanks and quotes', /^\/[\w./@+-]*$/)
const optionalText = (expected: string, pattern: RegExp) =>
  text(`${expected}, or nothing`, new RegExp(`^(?:${pattern.source})?$`))
const hostAndPort = text('a host and a port, such as 127.0.0.1:5001', /^[\w.-]+:\d+$/)
const certificate = (machine: Machine, name: string) =>
  `/etc/letsencrypt/live/${machine.answers.host_names?.[0] ?? 'localhost'}/${name}`

/** Everything that an installation decides, in the order of the file `alyx.yaml`. */
export const questions = {
  install: question(
    choice(['services', 'compose']),
    'services',
    'How it is installed: "services" of this machine (nginx and systemd), or "compose" (containers).',
    true,
  ),
  host_names: question(
    hostNames,
    () => [hostname().toLowerCase(), 'localhost', '127.0.0.1'],
    'Names by which people and rigs reach the server; the first one stands in links.',
    true,
  ),
  https: question(flag, false, 'Whether everything is encrypted; needs a certificate.', true),
  port: question(whole(1, 65535), 80, 'Port for HTTP; with https it only leads to the encrypted one.', true),
  https_port: question(whole(1, 65535), 443, 'Port for HTTPS.'),
  listen: question(
    optionalText('an address of this machine', /[\d.]+/),
    '',
    'Address to listen on; empty for all of them.',
  ),
  ipv6: question(
    flag,
    (machine) => !inCompose(machine) && existsSync('/proc/net/if_inet6'),
    'Whether to listen on IPv6, too.',
  ),
  certificate: question(path, (machine) => certificate(machine, 'fullchain.pem'), 'The certificate with its chain.'),
  certificate_key: question(path, (machine) => certificate(machine, 'privkey.pem'), 'Its key.'),
  acme_webroot: question(path, '/var/www/acme', 'Where the client that renews certificates writes its challenges.'),
  time_zone: question(
    timeZone,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    'Wall clock of the lab: all times are kept in it. Choose it once.',
    true,
  ),
  lab_name: question(text('a name', /^[\w .-]+$/), 'mylab', 'Name of the lab that new animals belong to.', true),
  max_upload_mb: question(whole(1, 1024), 50, 'MiB that an uploaded file may have.'),
  media: question(
    choice(['public', 'signed-in']),
    'public',
    'Who sees uploaded pictures: everybody who can reach the port and knows the name of one ("public"), or people who signed in.',
    true,
  ),
  outer_proxies: question(
    listOf(proxies),
    [],
    'Proxies in front of this one, as addresses or networks: what they say about the client is believed.',
  ),
  public_url: question(
    optionalText('an address such as https://alyx.example.org', /https?:\/\/[\w.:[\]-]+/),
    '',
    'Where people find the server, when another proxy encrypts or has another port; empty: as the answers above say.',
  ),
  folder: question(
    path,
    (machine) => (inCompose(machine) ? '/srv/alyx' : machine.base),
    'Where data/ and uploaded/ lie; inside the containers with compose.',
  ),
  nginx_log_folder: question(path, '/var/log/nginx', 'Where nginx keeps its log, with services.'),
  user: question(
    text('the name of an account', /^[a-z_][\w-]*$/),
    () => (userInfo().uid === 0 ? 'alyx' : userInfo().username),
    'Account that the server runs as, with services.',
  ),
  application_port: question(whole(1, 65535), 8000, 'Port of the application on this machine, with services.'),
  database_url_file: question(
    optionalText('the path of a file', /\/[\w./@+-]*/),
    '',
    'File with the address of a PostgreSQL of the lab, with services (postgres://user:password@host/name); empty: the server keeps its own.',
  ),
  broker: question(flag, false, 'Whether there is a RabbitMQ, for jobs of Celery workers. Optional.', true),
  broker_address: question(
    optionalText('an address and a port', /[\d.]+:\d+|\d+/),
    '',
    'Where workers on other machines reach the broker, with compose: 0.0.0.0:5672 for the whole network; empty for nobody.',
  ),
  broker_user: question(text('a name', /^[\w-]+$/), 'alyx', 'Account of the broker.'),
  monitoring: question(flag, false, 'Whether Flower watches the Celery workers, with compose.'),
  pgadmin: question(flag, false, 'Whether pgAdmin shows the database, with compose.'),
  broker_pages: question(hostAndPort, '127.0.0.1:15672', "Where the broker's own pages answer, with services."),
  flower_pages: question(hostAndPort, '127.0.0.1:5001', 'Where Flower answers, with services.'),
  pgadmin_pages: question(hostAndPort, '127.0.0.1:5050', 'Where pgAdmin answers, with services.'),
  pgadmin_email: question(
    text('an address of e-mail', /^[^\s@"]+@[^\s@"]+$/),
    'admin@example.org',
    'Account of pgAdmin.',
  ),
  network: question(
    text('a network, such as 172.30.255.0/28', /^[\d.]+\/\d+$/),
    '172.30.255.0/28',
    'Network of proxy and application, with compose; change it when something else uses it.',
  ),
} satisfies Record<string, Question<never> | Question<unknown>>

type ValueOf<Q> = Q extends Question<infer T> ? T : never
type Widened<T> = T extends string ? (string extends T ? string : T) : T

/** What an installation decided. */
export type Answers = { -readonly [Name in keyof typeof questions]: Widened<ValueOf<(typeof questions)[Name]>> } & {
  /** Settings of the server that no question is about, by their variables. */
  settings: Readonly<Record<string, string>>
}

export type QuestionName = keyof typeof questions
export const questionNames = Object.keys(questions) as QuestionName[]

/** Nothing, or a list. */
function listOf(kind: Kind<readonly string[]>): Kind<readonly string[]> {
  return {
    expected: `${kind.expected}; or nothing`,
    read: (value, place) => (value.trim() === '' ? [] : kind.read(value, place)),
    write: (value) => value.join(','),
  }
}

/** Where the answers lie. */
export const answersFile = (folder: string): string => join(folder, 'alyx.yaml')
