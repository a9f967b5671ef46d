/**
 * Everything that can be set, read once: the only place that looks at the environment.
 *
 * A value comes from the environment, else from the file `.env` in the working folder, else from its default.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { type Declared, declared, type Known, type Setting, type Values } from './config/declared.ts'
import { nearestName } from './config/nearest-name.ts'
import { type BucketAccess, bucketAddress, isBucketAddress } from './storage/index.ts'

export { settingsTable } from './config/settings-table.ts'

type BrokerPart = 'brokerHost' | 'brokerPort' | 'brokerUser' | 'brokerPassword' | 'brokerVhost'
type Composed =
  | `postgres${string}`
  | `throttle${string}`
  | `email${string}`
  | `s3${string}`
  | BrokerPart
  | 'secretKey'
  | 'publicUrl'

/** What the server was told. Frozen; folders are absolute paths, times are in the unit of their name. */
export interface Settings extends Readonly<Omit<Values, Composed>> {
  /** From DATABASE_URL or POSTGRES_HOST and its company; undefined: the PostgreSQL of the data folder. */
  readonly databaseUrl: string | undefined
  /** From ALYX_SMTP_URL or EMAIL_HOST and its company; undefined: no mail is sent. */
  readonly smtpUrl: string | undefined
  /** From ALYX_BROKER_URL or ALYX_BROKER_HOST and its company; undefined: no Celery. */
  readonly brokerUrl: string | undefined
  /** Where people find the server, without a slash at the end. */
  readonly publicUrl: string
  readonly secretKey: string
  /** Whether it was made up just now, because it was neither set nor kept. */
  readonly secretKeyIsNew: boolean
  readonly throttle: {
    readonly mode: Values['throttleMode']
    /** Rates are `<count>/<period>`. */
    readonly burst: string
    readonly sustained: string | undefined
    readonly docs: string
  }
  /** How buckets are reached, where a folder of files is one. */
  readonly bucketAccess: BucketAccess
  /** One sentence for each variable that looks like a setting and is none. */
  readonly warnings: readonly string[]
}

/** Some settings cannot be used. The message names all of them, one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(`Settings that cannot be used:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`)
    this.mistakes = mistakes
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

const SECRET_KEY_FILE = 'secret-key'

/**
 * Reads every setting. Writes nothing: a secret key that was not set and is in no file yet is made up, and lasts beyond
 * this process only after `keepSecretKey`.
 *
 * @param cwd where `.env` is, and what relative folders are relative to
 * @param overriding variables that win over the environment: what the command line said
 * @throws SettingsError with every mistake there is
 */
export function readSettings(
  env: Environment = process.env,
  cwd: string = process.cwd(),
  overriding: Environment = {},
): Settings {
  const mistakes: string[] = []
  const given = { ...readDotEnv(cwd, mistakes), ...withoutEmpty(env), ...withoutEmpty(overriding) }
  const read = <T>(setting: Setting<T>, known: Known): T => readOne(setting, given, known, mistakes)

  const start: Known = {
    workingFolder: cwd,
    dataFolder: cwd,
    serverName: '',
    onTerminal: process.stdout.isTTY === true,
  }
  const known: Known = {
    ...start,
    dataFolder: read(declared.dataFolder, start),
    serverName: read(declared.serverName, start),
  }
  const values = {} as Record<string, unknown>
  for (const [name, setting] of Object.entries(declared)) {
    values[name] = name in known ? known[name as keyof Known] : read<unknown>(setting as Setting<unknown>, known)
  }
  const settings = composed(values as Values, given, mistakes)
  if (mistakes.length > 0) throw new SettingsError(mistakes)
  return Object.freeze(settings)
}

/**
 * Writes a secret key that was made up down for the next start, readable by its owner only. The data folder must exist.
 *
 * @throws the error of the file system
 */
export function keepSecretKey({ secretKey, secretKeyIsNew, dataFolder }: Settings): void {
  if (secretKeyIsNew) writeFileSync(join(dataFolder, SECRET_KEY_FILE), `${secretKey}\n`, { mode: 0o600 })
}

function composed(values: Values, given: Environment, mistakes: string[]): Settings {
  const { postgresHost, postgresPort, postgresDatabase, postgresUser, postgresPassword, ...rest } = values
  const { throttleMode, throttleBurst, throttleSustained, throttleDocs, ...unthrottled } = rest
  const { emailHost, emailPort, emailUser, emailPassword, emailUseTls, ...unmailed } = unthrottled
  const { s3Endpoint, s3Region, s3Addressing, s3AccessKey, s3SecretKey, s3Access, ...unbucketed } = unmailed
  const { brokerHost, brokerPort, brokerUser, brokerPassword, brokerVhost, ...others } = unbucketed
  const s3 = { s3Endpoint, s3Region, s3Addressing, s3AccessKey, s3SecretKey, s3Access }
  const secretKey = values.secretKey ?? kept(values.dataFolder, mistakes)
  const orphan = ['POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE'].find(
    (name) => given[name],
  )
  if (values.databaseUrl === undefined && postgresHost === undefined && orphan) {
    mistakes.push(
      `POSTGRES_HOST is missing, and ${orphan} is set: name the host of the database, or set DATABASE_URL instead.`,
    )
  }
  return {
    ...others,
    databaseUrl:
      values.databaseUrl ??
      (postgresHost === undefined
        ? undefined
        : urlOf(postgresHost, postgresPort, postgresDatabase, postgresUser, postgresPassword)),
    smtpUrl:
      values.smtpUrl ??
      (emailHost === undefined
        ? undefined
        : smtpUrlOf(emailHost, emailPort, emailUser, emailPassword, emailUseTls ? 'required' : 'never')),
    brokerUrl:
      values.brokerUrl ??
      (brokerHost === undefined
        ? undefined
        : brokerUrlOf(brokerHost, brokerPort, brokerUser, brokerPassword, brokerVhost)),
    secretKey: secretKey ?? randomBytes(48).toString('base64url'),
    secretKeyIsNew: secretKey === undefined,
    publicUrl: publicUrlOf(values, mistakes),
    bucketAccess: bucketAccessOf(s3, values, mistakes),
    throttle: Object.freeze({
      mode: throttleMode,
      burst: throttleBurst,
      sustained: throttleSustained,
      docs: throttleDocs,
    }),
    warnings: Object.freeze(warningsAbout(given)),
  }
}

/** A server without encryption is found at its own port. */
function publicUrlOf({ publicUrl, httpMode, serverName, port }: Values, mistakes: string[]): string {
  if (httpMode === 'https' && publicUrl?.startsWith('http://'))
    mistakes.push(`ALYX_PUBLIC_URL is ${publicUrl}, and ALYX_HTTP_MODE is https: one of them is wrong.`)
  if (publicUrl !== undefined) return publicUrl.replace(/\/$/, '')
  const [, withPort] = /^(?:\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(serverName) ?? []
  const ofPort = httpMode === 'https' || withPort !== undefined || port === 80 ? '' : `:${port}`
  return `${httpMode === 'https' ? 'https' : 'http'}://${serverName}${ofPort}`
}

type BucketValues = Pick<Values, Extract<keyof Values, `s3${string}`>>

function bucketAccessOf(
  { s3Endpoint: endpoint, s3Region, s3Addressing: style, s3Access, ...keys }: BucketValues,
  { mediaRoot, tablesRoot }: Pick<Values, 'mediaRoot' | 'tablesRoot'>,
  mistakes: string[],
): BucketAccess {
  const accessKey = keys.s3AccessKey ?? s3Access?.access_key
  const secretKey = keys.s3SecretKey ?? s3Access?.secret_key
  if ((accessKey === undefined) !== (secretKey === undefined))
    mistakes.push('ALYX_S3_ACCESS_KEY and ALYX_S3_SECRET_KEY belong together: set both, or neither.')
  const credentials = accessKey !== undefined && secretKey !== undefined ? { accessKey, secretKey } : undefined
  const access = Object.freeze({ endpoint, region: s3Region ?? s3Access?.region, style, credentials })
  const buckets = {
    ...(isBucketAddress(mediaRoot) && { ALYX_MEDIA_ROOT: mediaRoot }),
    // Others may keep the tables at any address of the web.
    ...(/^s3:/i.test(tablesRoot) && { ALYX_TABLES_ROOT: tablesRoot }),
  }
  for (const [name, root] of Object.entries(buckets)) {
    try {
      bucketAddress(root, access)
    } catch (error) {
      mistakes.push(`${name}: ${reasonOf(error)}; write s3://bucket/prefix or https://host/bucket/prefix.`)
    }
  }
  return access
}

function urlOf(host: string, port: number, database: string, user: string, password: string | undefined): string {
  const account = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(':')
  const name = encodeURIComponent(database)
  return host.startsWith('/')
    ? `postgres://${account}@/${name}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgres://${account}@${host}:${port}/${name}`
}

function brokerUrlOf(host: string, port: number, user: string, password: string | undefined, vhost: string): string {
  const account = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(':')
  return `amqp://${account}@${host}:${port}/${encodeURIComponent(vhost)}`
}

function smtpUrlOf(
  host: string,
  port: number,
  user: string | undefined,
  password: string | undefined,
  tls: 'required' | 'never',
): string {
  const account = [user ?? '', ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(':')
  return `smtp://${account === '' ? '' : `${account}@`}${host}:${port}?tls=${tls}`
}

function readOne<T>(setting: Setting<T>, given: Environment, known: Known, mistakes: string[]): T {
  for (const name of setting.names) {
    const text = setting.secret ? secretText(name, given, mistakes) : given[name]
    if (text === undefined) continue
    const value = setting.kind.read(text, known)
    if (value !== undefined) return value
    mistakes.push(mistakeOf(name, setting, text))
    break
  }
  return setting.fallback(known)
}

function mistakeOf(name: string, { kind, secret, option, example }: Setting<never> | Setting<unknown>, text: string) {
  const called = option ? `${name} (${option})` : name
  const shown = secret ? '' : ` is ${JSON.stringify(text)}, and`
  const wanted = secret && name.endsWith('SECRET_KEY') ? `; make one with: openssl rand -base64 36` : ''
  const such = example && !/such as| or /.test(kind.expected) && !secret ? `, such as ${example}` : ''
  return `${called}${shown} must be ${kind.expected}${such}${wanted}.`
}

/** The value, or the content of the file that `NAME_FILE` names, without the newline at its end. */
function secretText(name: string, given: Environment, mistakes: string[]): string | undefined {
  const file = given[`${name}_FILE`]
  if (file === undefined) return given[name]
  if (given[name] !== undefined) {
    mistakes.push(`${name} and ${name}_FILE are both set: keep one of them.`)
    return undefined
  }
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    if (text !== '') return text
    mistakes.push(`${name}_FILE names ${file}, which is empty.`)
  } catch (error) {
    mistakes.push(`${name}_FILE names ${file}, which cannot be read: ${reasonOf(error)}.`)
  }
  return undefined
}

function readDotEnv(cwd: string, mistakes: string[]): Environment {
  const file = join(cwd, '.env')
  try {
    return withoutEmpty(parseEnv(readFileSync(file, 'utf8')))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') mistakes.push(`The file ${file} cannot be read: ${reasonOf(error)}.`)
    return {}
  }
}

/** As shells and compose files leave them: a variable set to nothing is a variable not set. */
function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))
}

function kept(dataFolder: string, mistakes: string[]): string | undefined {
  try {
    return keptSecretKey(dataFolder)
  } catch (error) {
    mistakes.push(`The file ${join(dataFolder, SECRET_KEY_FILE)} cannot be read: ${reasonOf(error)}.`)
    return undefined
  }
}

function keptSecretKey(dataFolder: string): string | undefined {
  try {
    return readFileSync(join(dataFolder, SECRET_KEY_FILE), 'utf8').trim() || undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/** Variables of clients that share our prefix. */
const OF_OTHERS = /^ALYX_(LOGIN|PWD|URL|USERNAME|PASSWORD|TOKEN)$/

function warningsAbout(given: Environment): string[] {
  const known = (Object.values(declared) as Declared[keyof Declared][]).flatMap(({ names, ...setting }) =>
    'secret' in setting ? names.flatMap((name) => [name, `${name}_FILE`]) : [...names],
  )
  return Object.keys(given)
    .filter((name) => name.startsWith('ALYX_') && !known.includes(name) && !OF_OTHERS.test(name))
    .map((name) => {
      const nearest = nearestName(name, known)
      return `There is no setting ${name}.${nearest ? ` Did you mean ${nearest}?` : ''}`
    })
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

function reasonOf(error: unknown): string {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'this user may not read it',
    EISDIR: 'it is a folder',
  }
  return reasons[codeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
}
