import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import about from '../../../package.json' with { type: 'json' }
import { PICTURE_TYPES } from '../../media/file-types.ts'
import { HASHED_NAME, IMMUTABLE, MONTH_SECONDS, STATIC_TYPES } from '../../media/static-files.ts'
import { requestBytes } from '../../rest/body.ts'
import { isBucketAddress } from '../../storage/index.ts'
import { foldersOf, knowsBroker, type Place, publicUrl } from './places.ts'
import type { Answers } from './questions.ts'
import { PRIVATE_FILE, type Secrets } from './secrets.ts'
import { serverSettings, settingsText } from './server-settings.ts'
import { filled, type TemplateValues } from './template.ts'

/** A file that follows from the answers. */
export interface Rendered {
  /** Relative to the folder where the command runs. */
  readonly path: string
  readonly content: string
  readonly mode: number
}

/** The root of the project. */
export const program = fileURLToPath(new URL('../../../../../', import.meta.url)).replace(/\/$/, '')
const templates = join(program, 'deploy')

/** Units of systemd: server with its socket, worker, nightly backup. */
const units = (): string[] =>
  readdirSync(join(templates, 'systemd')).filter((name) => /\.(?:service|socket|timer)$/.test(name))

const template = (path: string): string => readFileSync(join(templates, path), 'utf8')

const FILE = 0o644
const MIB = 1024 * 1024
const YEAR_SECONDS = 365 * 24 * 60 * 60
const MADE_BY =
  'Made by "alyx configure" from alyx.yaml. What you change here is kept, and told at every run; --fix takes it back.'

/** Every file of an installation. */
export function installation(answers: Answers, secrets: Secrets, place: Place): Rendered[] {
  const values = valuesOf(answers, place)
  const inFolder = (path: string, content: string, mode = FILE): Rendered => ({
    path: join(place.folder, path),
    content,
    mode,
  })
  const pages = readdirSync(join(templates, 'pages')).map((name) =>
    inFolder(join('pages', name), filled(template(join('pages', name)), values)),
  )
  const settings = settingsText(serverSettings(answers, place))
  const common = [inFolder('nginx.conf', filled(template('nginx/alyx.conf'), values)), ...pages]
  if (answers.install === 'services')
    return [
      { path: '.env', content: settings, mode: PRIVATE_FILE },
      ...common,
      ...units().map((unit) => inFolder(join('systemd', unit), filled(template(join('systemd', unit)), values))),
    ]
  const flower = [
    `CELERY_BROKER_URL=amqp://${answers.broker_user}:${secrets['broker-password']}@rabbitmq:5672//`,
    `FLOWER_BROKER_API=http://${answers.broker_user}:${secrets['broker-password']}@rabbitmq:15672/services/rabbitmq/api/`,
    `FLOWER_BASIC_AUTH=${answers.broker_user}:${secrets['broker-password']}`,
  ]
  const profiles = (['broker', 'monitoring', 'pgadmin'] as const).filter((name) => answers[name])
  return [
    inFolder('alyx.env', settings),
    ...common,
    inFolder('compose.yaml', filled(template('compose/compose.yaml'), values)),
    inFolder('.env', `# ${MADE_BY}\nCOMPOSE_PROFILES=${profiles.join(',')}\n`),
    inFolder('rabbitmq.conf', filled(template('compose/rabbitmq.conf'), values)),
    inFolder('pgadmin-servers.json', template('compose/pgadmin-servers.json')),
    inFolder(
      'secrets/broker-url',
      `amqp://${answers.broker_user}:${secrets['broker-password']}@rabbitmq:5672/\n`,
      PRIVATE_FILE,
    ),
    inFolder('secrets/flower.env', `${flower.join('\n')}\n`, PRIVATE_FILE),
    inFolder('secrets/pgadmin.env', `PGADMIN_DEFAULT_PASSWORD=${secrets['pgadmin-password']}\n`, PRIVATE_FILE),
  ]
}

/** Account of the application in its container. */
export const containerUid = (): number => {
  const uid = process.getuid?.() ?? 0
  return uid === 0 ? UNPRIVILEGED : uid
}
const UNPRIVILEGED = 10001

const lines = (indent: number, each: readonly string[]): string =>
  each.map((line) => `${' '.repeat(indent)}${line};`).join('\n')

/** Types as nginx lists them: each once, with the endings of its files. */
function typesOf(types: Readonly<Record<string, string>>): string {
  const endings = new Map<string, string[]>()
  for (const [ending, type] of Object.entries(types)) {
    const plain = type.split(';')[0]!
    endings.set(plain, [...(endings.get(plain) ?? []), ending.slice(1)])
  }
  return lines(
    6,
    [...endings].map(([type, names]) => `${type} ${names.join(' ')}`),
  )
}

function valuesOf(answers: Answers, place: Place): TemplateValues {
  const compose = answers.install === 'compose'
  const folders = foldersOf(answers, place)
  const listens = (port: number) => (answers.listen === '' ? `${port}` : `${answers.listen}:${port}`)
  const tool = (name: string, own: string) => (compose ? name : own)
  const networks = answers.outer_proxies.flatMap((one) => NAMED_NETWORKS[one] ?? [one])
  const values: TemplateValues = {
    made_by: MADE_BY,
    compose,
    services: !compose,
    folder: place.folder,
    base: place.base,
    program,
    version: about.version,
    node_version: process.versions.node.split('.').slice(0, 2).join('.'),
    container_uid: containerUid(),
    host_names: answers.host_names.map((name) => (name === '*' ? '_' : name)).join(' '),
    public_url: publicUrl(answers),
    own_address: answers.https ? `https://127.0.0.1:${answers.https_port}` : `http://127.0.0.1:${answers.port}`,
    port: answers.port,
    https_port: answers.https_port,
    http_listen: listens(answers.port),
    https_listen: listens(answers.https_port),
    // Debian's nginx knows no directive of its own for it; newer ones prefer the directive.
    http2_on_listen: compose ? '' : ' http2',
    https: answers.https,
    ipv6: answers.ipv6 && answers.listen === '',
    certificate: answers.certificate,
    certificate_key: answers.certificate_key,
    acme_webroot: answers.acme_webroot,
    hsts: `max-age=${YEAR_SECONDS}`,
    outer_proxies: networks.length > 0,
    outer_networks: networks.map((one) => `  ${one} outer:;`).join('\n'),
    real_ip_from: lines(
      2,
      networks.map((one) => `set_real_ip_from ${one}`),
    ),
    max_upload_mb: answers.max_upload_mb,
    request_mib: requestBytes(answers.max_upload_mb) / MIB,
    month_seconds: MONTH_SECONDS,
    immutable: IMMUTABLE,
    hashed_name: HASHED_NAME,
    static_types: typesOf(STATIC_TYPES),
    media_types: typesOf(PICTURE_TYPES),
    picture_endings: Object.keys(PICTURE_TYPES)
      .map((ending) => ending.slice(1))
      .join('|'),
    static_root: folders.statics,
    media_root: folders.media,
    media_from_disk: answers.media === 'public' && !isBucketAddress(folders.media),
    media_protected: answers.media === 'signed-in' && !isBucketAddress(folders.media),
    uploaded: folders.uploaded,
    data: folders.data,
    pages: folders.pages,
    application_port: answers.application_port,
    access_log: compose ? '/dev/stdout' : `${answers.nginx_log_folder}/alyx.access.log`,
    error_log: compose ? '/dev/stderr' : `${answers.nginx_log_folder}/alyx.error.log`,
    rabbitmq_management: tool('rabbitmq:15672', answers.broker_pages),
    flower: tool('celery_server:5001', answers.flower_pages),
    pgadmin: tool('pgadmin:80', answers.pgadmin_pages),
    broker_user: answers.broker_user,
    broker_secret: answers.broker && knowsBroker() ? ', broker-url' : '',
    broker_published: answers.broker_address !== '',
    broker_address: answers.broker_address.includes(':') ? answers.broker_address : `0.0.0.0:${answers.broker_address}`,
    pgadmin_email: answers.pgadmin_email,
    network: answers.network,
    user: answers.user,
    node: process.execPath,
    alyx: `${process.execPath} --max-semi-space-size=16 --heap-growing-percent=50 ${program}/packages/server/bin/alyx.js`,
    server_command: answers.database_url_file === '' ? 'start --no-demo' : 'serve',
    writable: writable(answers, folders),
  }
  const part = (path: string) => filled(template(path), values).replace(/\n$/, '')
  return {
    ...values,
    user_files: part('nginx/parts/user-files.conf'),
    to_application: part('nginx/parts/to-application.conf'),
    to_tool: part('nginx/parts/to-tool.conf'),
    hardening: part('systemd/hardening.part'),
  }
}

/** Folders that the server writes to; none of them has to be there when a unit starts. */
function writable({ settings }: Answers, { data, uploaded }: { data: string; uploaded: string }): string {
  const others = [settings.ALYX_MEDIA_ROOT, settings.ALYX_TABLES_ROOT, settings.ALYX_BACKUP_ROOT]
  return [data, uploaded, ...others.filter((path) => path?.startsWith('/'))].map((path) => `-${path}`).join(' ')
}

const NAMED_NETWORKS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}
