import { join } from 'node:path'
import type { Mount } from '../mounts/index.ts'
import {
  brokerUrl,
  choice,
  decimal,
  flag,
  folder,
  folderOrUrl,
  hostNames,
  type Kind,
  mounts,
  names,
  type Place,
  pathOrUrl,
  postgresUrl,
  presence,
  proxies,
  rate,
  smtpUrl,
  text,
  texts,
  timeZone,
  uuid,
  whole,
} from './kinds.ts'

interface Declaration {
  readonly group: Group
  /** Environment variables that give it, ours first; the first one that is set wins. */
  readonly names: readonly [string, ...string[]]
  /** What it is for, with its unit: a clause or two without a full stop at the end. */
  readonly help: string
  readonly example?: string
  /** Never shown, and may lie in a file that `NAME_FILE` names. */
  readonly secret?: true
  /** What the documentation says instead of a default value. */
  readonly otherwise?: string
  /** Option of the command line that gives it too. */
  readonly option?: string
}

/** What has been decided before a default is asked for. */
export interface Known extends Place {
  readonly dataFolder: string
  readonly serverName: string
  /** Whether standard output goes to a terminal. */
  readonly onTerminal: boolean
}

export interface Setting<T> extends Declaration {
  readonly kind: Kind<NonNullable<T>>
  fallback(known: Known): T
}

export const groups = [
  'Server',
  'Database',
  'Files',
  'Security',
  'Services',
  'Limits',
  'Logging',
  'Mail',
  'Laboratory',
] as const
type Group = (typeof groups)[number]

function setting<T>(
  kind: Kind<NonNullable<T>>,
  fallback: NoInfer<T> | ((known: Known) => NoInfer<T>),
  about: Declaration,
): Setting<T> {
  return {
    ...about,
    kind,
    fallback: typeof fallback === 'function' ? (fallback as (known: Known) => T) : () => fallback,
  }
}

const logLevel = choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
  warning: 'warn',
  critical: 'fatal',
})

/** Every setting there is. `docs/settings.md` is made from this table. */
export const declared = {
  host: setting(text(), '127.0.0.1', {
    group: 'Server',
    names: ['ALYX_HOST'],
    option: '--host',
    help: 'Address to listen on; 0.0.0.0 answers to the whole network',
    example: '0.0.0.0',
  }),
  port: setting(whole(0, 65535), 8000, {
    group: 'Server',
    names: ['ALYX_PORT'],
    option: '--port',
    help: 'TCP port to listen on; 0 takes any free one',
    example: '8080',
  }),
  socketHandedOver: setting(flag, false, {
    group: 'Server',
    names: ['LISTEN_FDS'],
    help: 'Whether systemd hands over a socket, which counts instead of address and port; set by `alyx.socket`, never by hand',
  }),
  stopDelaySeconds: setting(whole(0, 600), 0, {
    group: 'Server',
    names: ['ALYX_STOP_DELAY_SECONDS'],
    help: 'Seconds for which a server that is to stop goes on taking connections, while `/health/ready` tells load balancers that it leaves',
    example: '10',
  }),
  serverName: setting(text('the name of a host, such as alyx.example.org', /^[\w.:[\]-]+$/), 'localhost', {
    group: 'Server',
    names: ['ALYX_SERVER_NAME', 'APACHE_SERVER_NAME'],
    help: 'Name under which people reach the server; used in links',
    example: 'alyx.example.org',
  }),
  publicUrl: setting<string | undefined>(
    text('an address such as https://alyx.example.org, without a path', /^https?:\/\/[\w.:[\]-]+\/?$/),
    undefined,
    {
      group: 'Server',
      names: ['ALYX_PUBLIC_URL'],
      otherwise:
        '`ALYX_SERVER_NAME`, after `https://` where `ALYX_HTTP_MODE` says so, with the port of the server otherwise',
      help: 'Where people find the server: in e-mails, and the one site whose pages may send forms besides the address that was asked',
      example: 'https://alyx.example.org',
    },
  ),
  allowedHosts: setting<readonly string[]>(hostNames, Object.freeze(['*']), {
    group: 'Server',
    names: ['ALYX_ALLOWED_HOSTS'],
    otherwise: '`*`: any name',
    help: 'Names under which the server answers, separated by commas; a dot in front stands for everything below. Programs on the same machine may always say localhost',
    example: 'alyx.example.org,10.0.0.5',
  }),
  trustProxy: setting<readonly string[]>(proxies, Object.freeze(['loopback']), {
    group: 'Server',
    names: ['ALYX_TRUSTED_PROXIES'],
    help: 'Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed',
    example: '10.0.0.0/8',
  }),
  timeZone: setting(timeZone, 'UTC', {
    group: 'Server',
    names: ['ALYX_TIME_ZONE', 'TZ'],
    help: 'Wall clock of the lab: all times in the database are meant in it, so never change it on a living database',
    example: 'Europe/London',
  }),

  databaseUrl: setting<string | undefined>(postgresUrl, undefined, {
    group: 'Database',
    names: ['DATABASE_URL'],
    secret: true,
    otherwise: 'an own PostgreSQL 18 in the data folder',
    help: 'The PostgreSQL database (15 or later)',
    example: 'postgres://alyx:secret@db.example.org:5432/alyx',
  }),
  postgresHost: setting<string | undefined>(text(), undefined, {
    group: 'Database',
    names: ['POSTGRES_HOST'],
    otherwise: 'none: `DATABASE_URL` decides',
    help: 'Host of the database, or the folder of its socket, when `DATABASE_URL` is not set',
    example: 'db.example.org',
  }),
  postgresPort: setting(whole(1, 65535), 5432, {
    group: 'Database',
    names: ['POSTGRES_PORT'],
    help: 'Port of the database, with `POSTGRES_HOST`',
  }),
  postgresDatabase: setting(text(), 'postgres', {
    group: 'Database',
    names: ['POSTGRES_DB'],
    help: 'Name of the database, with `POSTGRES_HOST`',
    example: 'alyx',
  }),
  postgresUser: setting(text(), 'postgres', {
    group: 'Database',
    names: ['POSTGRES_USER'],
    help: 'User of the database, with `POSTGRES_HOST`',
    example: 'alyx',
  }),
  postgresPassword: setting<string | undefined>(text(), undefined, {
    group: 'Database',
    names: ['POSTGRES_PASSWORD'],
    secret: true,
    help: 'Password of that user, with `POSTGRES_HOST`',
  }),
  maxConnections: setting(whole(1, 1000), 10, {
    group: 'Database',
    names: ['ALYX_DATABASE_CONNECTIONS'],
    help: 'Connections to the database that the server uses at most',
    example: '20',
  }),
  statementTimeoutMs: setting(whole(0), 60_000, {
    group: 'Database',
    names: ['ALYX_STATEMENT_TIMEOUT_MS'],
    help: 'Milliseconds after which a query of a request is given up; 0 means never',
    example: '30000',
  }),

  dataFolder: setting(folder, ({ workingFolder }) => join(workingFolder, 'data'), {
    group: 'Files',
    names: ['ALYX_DATA_FOLDER'],
    otherwise: '`data` in the working folder',
    help: 'Where the server keeps its own database, keys and files',
    example: '/srv/alyx',
  }),
  mediaRoot: setting(folderOrUrl('s3', 'https', 'http'), ({ dataFolder }) => join(dataFolder, 'uploaded'), {
    group: 'Files',
    names: ['ALYX_MEDIA_ROOT', 'DJANGO_MEDIA_ROOT'],
    otherwise: '`uploaded` in the data folder',
    help: 'Where uploaded images are: a folder, or a bucket of S3, with a prefix when it is shared',
    example: 's3://alyx-uploaded/uploaded',
  }),
  mediaUrl: setting(text('a path that starts and ends with "/"', /^\/([\w.~-]+\/)+$/), '/uploaded/', {
    group: 'Files',
    names: ['ALYX_MEDIA_URL'],
    help: 'Path under which uploaded images are served',
  }),
  mediaAccess: setting(choice(['public', 'signed-in']), 'public', {
    group: 'Files',
    names: ['ALYX_MEDIA_ACCESS'],
    help: 'Who sees uploaded images under `/media/`: everybody who knows the name of one, or people who signed in',
    example: 'signed-in',
  }),
  accelPath: setting<string | undefined>(text('a path that starts and ends with "/"', /^\/([\w.~-]+\/)+$/), undefined, {
    group: 'Files',
    names: ['ALYX_ACCEL_PATH'],
    otherwise: 'none: the server sends files itself',
    help: 'Internal path of nginx under which it finds the uploaded images: the server then only decides who may see them (`X-Accel-Redirect`)',
    example: '/_uploaded/',
  }),
  staticRoot: setting(folder, ({ dataFolder }) => join(dataFolder, 'static'), {
    group: 'Files',
    names: ['ALYX_STATIC_ROOT'],
    otherwise: '`static` in the data folder',
    help: 'Where the files are that never change, served under `/static/`; everybody sees them',
    example: '/srv/alyx/static',
  }),
  maxUploadMb: setting(whole(1, 1024), 50, {
    group: 'Files',
    names: ['ALYX_MAX_UPLOAD_MB'],
    help: 'MiB that an uploaded file may have',
    example: '100',
  }),
  backupRoot: setting<string>(folder, ({ dataFolder }) => join(dataFolder, 'backups'), {
    group: 'Files',
    names: ['ALYX_BACKUP_ROOT'],
    otherwise: '`backups` in the data folder',
    help: 'Where backups are kept; better on another disk',
    example: '/mnt/backups/alyx',
  }),
  backupKeep: setting(whole(1, 10_000), 14, {
    group: 'Files',
    names: ['ALYX_BACKUP_KEEP'],
    help: 'Backups that stay when old ones are removed; the first of each month of the last year stays, too',
  }),
  backupPgDump: setting(flag, true, {
    group: 'Files',
    names: ['ALYX_BACKUP_PG_DUMP'],
    help: 'Whether backups also hold a dump of `pg_dump`, where the machine has that program in the version of the database or a newer one',
  }),
  backupBeforeUpgrade: setting(flag, true, {
    group: 'Files',
    names: ['ALYX_BACKUP_BEFORE_UPGRADE'],
    help: 'Whether a new version backs up the database before it changes its tables',
  }),
  tablesRoot: setting(folderOrUrl('https', 'http', 's3'), ({ dataFolder }) => join(dataFolder, 'tables'), {
    group: 'Files',
    names: ['ALYX_TABLES_ROOT', 'DJANGO_TABLES_ROOT'],
    otherwise: '`tables` in the data folder',
    help: 'Where the cache tables of ONE are: a folder, a bucket of S3, or an address at which others keep them',
    example: '/srv/alyx/tables',
  }),
  tablesRepositories: setting<readonly string[]>(names, Object.freeze(['flatiron', 'aws']), {
    group: 'Files',
    names: ['ALYX_TABLES_REPOSITORIES'],
    help: 'Beginnings of the names of data repositories, separated by commas: the cache tables list datasets that have a file on one of them',
    example: 'flatiron,cortexlab_server',
  }),

  s3Endpoint: setting<string | undefined>(
    text('an address such as https://minio.example.org:9000', /^https?:\/\/[^/\s]+\/?$/),
    undefined,
    {
      group: 'Files',
      names: ['ALYX_S3_ENDPOINT'],
      otherwise: "Amazon's, in the region",
      help: 'Server of the buckets whose addresses begin with `s3://`',
      example: 'https://minio.example.org:9000',
    },
  ),
  s3Region: setting<string | undefined>(text('the name of a region, such as eu-west-2', /^[a-z\d-]+$/), undefined, {
    group: 'Files',
    names: ['ALYX_S3_REGION'],
    otherwise: 'of `S3_ACCESS`, else of the address, else `us-east-1`',
    help: 'Region of the buckets',
    example: 'eu-west-2',
  }),
  s3Addressing: setting<'path' | 'virtual-host' | undefined>(choice(['path', 'virtual-host']), undefined, {
    group: 'Files',
    names: ['ALYX_S3_ADDRESSING'],
    otherwise: "`virtual-host` for Amazon's buckets, `path` elsewhere",
    help: 'Where the name of the bucket stands in addresses: after the host, or in front of it',
    example: 'path',
  }),
  s3AccessKey: setting<string | undefined>(text(), undefined, {
    group: 'Files',
    names: ['ALYX_S3_ACCESS_KEY'],
    secret: true,
    help: 'Name with which requests to buckets are signed',
  }),
  s3SecretKey: setting<string | undefined>(text(), undefined, {
    group: 'Files',
    names: ['ALYX_S3_SECRET_KEY'],
    secret: true,
    help: 'Secret that belongs to it',
  }),
  s3Access: setting<Readonly<Record<string, string>> | undefined>(texts, undefined, {
    group: 'Files',
    names: ['S3_ACCESS'],
    secret: true,
    help: 'Both and the region as one JSON object, as Alyx has them: `{"access_key": ..., "secret_key": ..., "region": ...}`',
  }),

  secretKey: setting<string | undefined>(text('12 characters or more', /^.{12,}$/s), undefined, {
    group: 'Security',
    names: ['ALYX_SECRET_KEY', 'DJANGO_SECRET_KEY'],
    secret: true,
    otherwise: 'made at the first start and kept in `secret-key` in the data folder',
    help: "Signs logins of the web pages; give Django's to keep people logged in on both servers",
  }),
  httpMode: setting(choice(['private-http', 'https']), 'private-http', {
    group: 'Security',
    names: ['ALYX_HTTP_MODE'],
    help: 'https when a proxy serves the pages encrypted: cookies then travel encrypted only, and what comes without encryption from other machines is led to `ALYX_PUBLIC_URL`',
    example: 'https',
  }),

  webHookPrivateAddresses: setting<readonly string[]>(proxies, Object.freeze([]), {
    group: 'Security',
    names: ['ALYX_WEB_HOOK_PRIVATE_ADDRESSES'],
    otherwise: 'none',
    help: 'Addresses inside the network of the server that web hooks may call; members choose whom a hook calls, and what is inside may trust the server',
    example: '10.0.3.7,192.168.20.0/24',
  }),

  brokerUrl: setting<string | undefined>(brokerUrl, undefined, {
    group: 'Services',
    names: ['ALYX_BROKER_URL'],
    secret: true,
    otherwise: 'none: tasks are run without Celery',
    help: 'The broker to workers of Celery, with `amqps://` encrypted; `//` or `/%2F` at the end is the virtual host `/`',
    example: 'amqp://alyx:secret@rabbitmq:5672//',
  }),
  brokerHost: setting<string | undefined>(text('the name of a host', /^[\w.:[\]-]+$/), undefined, {
    group: 'Services',
    names: ['ALYX_BROKER_HOST'],
    otherwise: 'none: `ALYX_BROKER_URL` decides',
    help: 'Host of that broker, when `ALYX_BROKER_URL` is not set',
    example: 'rabbitmq',
  }),
  brokerPort: setting(whole(1, 65535), 5672, {
    group: 'Services',
    names: ['ALYX_BROKER_PORT'],
    help: 'Port of that broker, with `ALYX_BROKER_HOST`',
  }),
  brokerUser: setting(text(), 'guest', {
    group: 'Services',
    names: ['ALYX_BROKER_USER'],
    help: 'Account at that broker, with `ALYX_BROKER_HOST`',
    example: 'alyx',
  }),
  brokerPassword: setting<string | undefined>(text(), undefined, {
    group: 'Services',
    names: ['ALYX_BROKER_PASSWORD'],
    secret: true,
    help: 'Password of that account as it is, with `ALYX_BROKER_HOST`',
  }),
  brokerVhost: setting(text(), '/', {
    group: 'Services',
    names: ['ALYX_BROKER_VHOST'],
    help: 'Virtual host, with `ALYX_BROKER_HOST`',
    example: 'alyx',
  }),
  celeryApp: setting(text('a name without blanks or "*"', /^[^\s*]{1,128}$/), 'pypelines', {
    group: 'Services',
    names: ['ALYX_CELERY_APP'],
    help: 'Name of the application of Celery: tasks with this program are sent to the broker',
    example: 'pypelines',
  }),
  celeryQueue: setting(text('the name of a queue, without blanks', /^[^\s]{1,127}$/), 'celery', {
    group: 'Services',
    names: ['ALYX_CELERY_QUEUE'],
    help: 'Queue from which the workers take their tasks',
    example: 'celery',
  }),
  mounts: setting<readonly Mount[]>(mounts, Object.freeze([]), {
    group: 'Services',
    names: ['ALYX_MOUNTS'],
    otherwise: 'none: logs that workers leave on shares are not shown',
    help: 'Where shares of the laboratory are mounted on this machine, `network path=folder` separated by commas: logs that workers leave in `logs` beside the data of a session are read there',
    example: '//cajal/data=/mnt/cajal,//mountcastle/lab/data=/mnt/mountcastle',
  }),
  celeryRoutes: setting<Readonly<Record<string, string>>>(texts, Object.freeze({}), {
    group: 'Services',
    names: ['ALYX_CELERY_ROUTES'],
    help: 'Other queues for tasks with a label, as a JSON object from label to queue; `gpu` is also for tasks that ask for a graphics card',
    example: '{"gpu": "celery-gpu", "large": "celery-large"}',
  }),
  flowerUrl: setting<string | undefined>(pathOrUrl, undefined, {
    group: 'Services',
    names: ['ALYX_FLOWER_URL'],
    help: 'Where Flower watches the Celery workers, for the page `/services`',
    example: '/services/celery/',
  }),
  brokerManagementUrl: setting<string | undefined>(pathOrUrl, undefined, {
    group: 'Services',
    names: ['ALYX_BROKER_MANAGEMENT_URL'],
    help: 'Where the broker is managed, for the same page',
    example: '/services/rabbitmq/',
  }),
  pgadminUrl: setting<string | undefined>(pathOrUrl, undefined, {
    group: 'Services',
    names: ['ALYX_PGADMIN_URL'],
    help: 'Where pgAdmin shows the database, for the same page',
    example: '/services/pgadmin/',
  }),

  unknownFilters: setting(choice(['warn', 'reject']), 'warn', {
    group: 'Limits',
    names: ['ALYX_UNKNOWN_FILTERS'],
    help: 'What happens to a request with a filter that does not exist: answered with a warning, or refused',
    example: 'reject',
  }),
  throttleMode: setting(choice(['user-based', 'anonymous']), 'user-based', {
    group: 'Limits',
    names: ['ALYX_THROTTLE_MODE', 'THROTTLE_MODE'],
    help: 'Whom the limits count: each person, or each address whoever is logged in',
    example: 'anonymous',
  }),
  throttleBurst: setting(rate, '550/minute', {
    group: 'Limits',
    names: ['ALYX_THROTTLE_BURST_RATE', 'THROTTLE_BURST_RATE'],
    help: 'Requests allowed in a short time',
    example: '100/second',
  }),
  throttleSustained: setting<string | undefined>(rate, undefined, {
    group: 'Limits',
    names: ['ALYX_THROTTLE_SUSTAINED_RATE', 'THROTTLE_SUSTAINED_RATE'],
    otherwise: 'no limit',
    help: 'Requests allowed in a long time',
    example: '100000/day',
  }),
  throttleDocs: setting(rate, '20/minute', {
    group: 'Limits',
    names: ['ALYX_THROTTLE_DOCS_RATE', 'THROTTLE_DOCS_RATE'],
    help: 'Requests allowed for the documentation of the API',
  }),

  logLevel: setting(logLevel, 'info', {
    group: 'Logging',
    names: ['ALYX_LOG_LEVEL', 'DJANGO_LOG_LEVEL'],
    help: 'The least important messages that are logged',
    example: 'debug',
  }),
  logFormat: setting(choice(['json', 'pretty']), ({ onTerminal }) => (onTerminal ? 'pretty' : 'json'), {
    group: 'Logging',
    names: ['ALYX_LOG_FORMAT'],
    otherwise: 'pretty on a terminal, json elsewhere',
    help: 'One JSON object per line for machines, or lines for people',
    example: 'json',
  }),

  smtpUrl: setting<string | undefined>(smtpUrl, undefined, {
    group: 'Mail',
    names: ['ALYX_SMTP_URL', 'ALYX_MAIL_URL'],
    secret: true,
    otherwise: 'none: no e-mail is sent',
    help: 'The server that takes our e-mails; `smtps://` encrypts from the start, `smtp://` as soon as the server can, and with a password always, unless `?tls=if-offered` or `?tls=never` is added',
    example: 'smtp://alyx:secret@mail.example.org:587',
  }),
  emailHost: setting<string | undefined>(text('the name of a host', /^[\w.:[\]-]+$/), undefined, {
    group: 'Mail',
    names: ['EMAIL_HOST'],
    otherwise: 'none: `ALYX_SMTP_URL` decides',
    help: 'Host of that server, when `ALYX_SMTP_URL` is not set',
    example: 'mail.example.org',
  }),
  emailPort: setting(whole(1, 65535), 587, {
    group: 'Mail',
    names: ['EMAIL_PORT'],
    help: 'Port of that server, with `EMAIL_HOST`',
  }),
  emailUser: setting<string | undefined>(text(), undefined, {
    group: 'Mail',
    names: ['EMAIL_HOST_USER'],
    help: 'Account at that server, with `EMAIL_HOST`',
    example: 'alyx',
  }),
  emailPassword: setting<string | undefined>(text(), undefined, {
    group: 'Mail',
    names: ['EMAIL_HOST_PASSWORD'],
    secret: true,
    help: 'Password of that account, with `EMAIL_HOST`',
  }),
  emailUseTls: setting(flag, true, {
    group: 'Mail',
    names: ['EMAIL_USE_TLS'],
    help: 'Whether e-mails must be encrypted on their way to that server, with `EMAIL_HOST`',
    example: 'false',
  }),
  mailFrom: setting(text('an address of e-mail', /^[^\s@]+@[^\s@]+$/), 'alyx@localhost', {
    group: 'Mail',
    names: ['ALYX_MAIL_FROM', 'SUBJECT_REQUEST_EMAIL_FROM', 'APACHE_SERVER_ADMIN'],
    help: 'Sender of e-mails',
    example: 'alyx@example.org',
  }),
  mailDisabled: setting(presence, false, {
    group: 'Mail',
    names: ['ALYX_DISABLE_MAIL', 'DISABLE_MAIL'],
    help: 'When set to anything, no e-mail is ever sent',
    example: '1',
  }),

  defaultLabId: setting(uuid, '4027da48-7be3-43ec-a222-f75dffe36872', {
    group: 'Laboratory',
    names: ['ALYX_DEFAULT_LAB_PK', 'DEFAULT_LAB_PK'],
    help: 'Key of the lab that new animals belong to when nobody says otherwise',
  }),
  defaultLabName: setting(text(), 'cortexlab', {
    group: 'Laboratory',
    names: ['ALYX_DEFAULT_LAB_NAME', 'DEFAULT_LAB_NAME'],
    help: 'Name of that lab',
    example: 'mylab',
  }),
  defaultSource: setting(text(), 'IBL', {
    group: 'Laboratory',
    names: ['ALYX_DEFAULT_SOURCE', 'DEFAULT_SOURCE'],
    help: 'Name of the source of new animals',
    example: 'Charles River',
  }),
  defaultProtocol: setting(text(), '1', {
    group: 'Laboratory',
    names: ['ALYX_DEFAULT_PROTOCOL', 'DEFAULT_PROTOCOL'],
    help: 'Protocol number of new animals',
    example: '2',
  }),
  weightThreshold: setting(decimal(0, 1), 0.75, {
    group: 'Laboratory',
    names: ['ALYX_WEIGHT_THRESHOLD', 'WEIGHT_THRESHOLD'],
    help: 'Share of its reference weight under which no animal may fall',
    example: '0.8',
  }),
  waterRestrictionsEditable: setting(flag, false, {
    group: 'Laboratory',
    names: ['ALYX_WATER_RESTRICTIONS_EDITABLE', 'WATER_RESTRICTIONS_EDITABLE'],
    help: 'Whether every member of staff may edit water restrictions',
    example: 'true',
  }),
  sessionRepoUrl: setting(
    text('an address with {lab}, {subject}, {date} and {number:03d} in it', /^https?:\/\//),
    ({ serverName }) => `https://${serverName}/{lab}/Subjects/{subject}/{date}/{number:03d}/`,
    {
      group: 'Laboratory',
      names: ['ALYX_SESSION_REPO_URL', 'SESSION_REPO_URL'],
      otherwise: '`https://SERVER_NAME/{lab}/Subjects/{subject}/{date}/{number:03d}/`',
      help: 'Where the data of a session can be seen: a link in the web application',
      example: 'https://data.example.org/{lab}/{subject}/{date}/{number:03d}',
    },
  ),
  reportAddress: setting<string | undefined>(
    text(
      'an address such as https://github.com/lab/alyx/issues or mailto:alyx@example.org',
      /^(https?:\/\/|mailto:)\S+$/,
    ),
    undefined,
    {
      group: 'Laboratory',
      names: ['ALYX_REPORT_ADDRESS'],
      help: 'Where "Report a problem" in the web application leads; without it there is no such link',
      example: 'https://github.com/lab/alyx/issues',
    },
  ),
  narrativeTemplates: setting<Readonly<Record<string, string>>>(texts, Object.freeze({}), {
    group: 'Laboratory',
    names: ['ALYX_NARRATIVE_TEMPLATES'],
    help: 'Texts offered for narratives, by the name of the procedure for which they are the first choice',
    example: '{"Headplate implant": "Analgesia given, headplate fixed with cement."}',
  }),
  uploadedImageWidth: setting(whole(1), 800, {
    group: 'Laboratory',
    names: ['ALYX_UPLOADED_IMAGE_WIDTH', 'UPLOADED_IMAGE_WIDTH'],
    help: 'Pixels to which wider images of notes are reduced',
  }),
}

export type Declared = typeof declared
type ValueOf<S> = S extends Setting<infer T> ? T : never
/** The value of every declared setting. */
export type Values = { readonly [Name in keyof Declared]: ValueOf<Declared[Name]> }
