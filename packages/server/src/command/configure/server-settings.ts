import { join } from 'node:path'
import { readSettings, SettingsError } from '../../config.ts'
import { isBucketAddress } from '../../storage/index.ts'
import { Refusal } from '../explained.ts'
import { foldersOf, knowsBroker, type Place, publicUrl } from './places.ts'
import type { Answers } from './questions.ts'

/** Variables of the server that follow from the answers, with those that the laboratory adds. */
export function serverSettings(answers: Answers, place: Place): Record<string, string> {
  const compose = answers.install === 'compose'
  const folders = foldersOf(answers, place)
  const secret = (name: string) => (compose ? `/run/secrets/${name}` : join(place.base, place.folder, 'secrets', name))
  const own: Record<string, string | undefined> = {
    ALYX_HOST: compose ? '0.0.0.0' : '127.0.0.1',
    ALYX_PORT: String(compose ? 8000 : answers.application_port),
    ALYX_PUBLIC_URL: publicUrl(answers),
    ALYX_SERVER_NAME: new URL(publicUrl(answers)).host,
    ALYX_ALLOWED_HOSTS: answers.host_names.join(','),
    ALYX_HTTP_MODE: publicUrl(answers).startsWith('https:') ? 'https' : 'private-http',
    ALYX_TRUSTED_PROXIES: compose ? answers.network : 'loopback',
    ALYX_TIME_ZONE: answers.time_zone,
    ALYX_DATA_FOLDER: folders.data,
    ALYX_STATIC_ROOT: folders.statics,
    ALYX_MEDIA_ROOT: folders.media,
    ALYX_MEDIA_ACCESS: answers.media,
    ALYX_ACCEL_PATH: answers.media === 'signed-in' && !isBucketAddress(folders.media) ? '/_uploaded/' : undefined,
    ALYX_MAX_UPLOAD_MB: String(answers.max_upload_mb),
    ALYX_DEFAULT_LAB_NAME: answers.lab_name,
    ALYX_LOG_FORMAT: 'json',
    ALYX_SECRET_KEY_FILE: secret('secret-key'),
    ...(compose
      ? {
          POSTGRES_HOST: 'postgres_db',
          POSTGRES_DB: 'alyx',
          POSTGRES_USER: 'alyx',
          POSTGRES_PASSWORD_FILE: secret('database-password'),
        }
      : { DATABASE_URL_FILE: answers.database_url_file || undefined }),
    ...(answers.broker && {
      ALYX_BROKER_MANAGEMENT_URL: '/services/rabbitmq/',
      ...(knowsBroker() && compose && { ALYX_BROKER_URL_FILE: secret('broker-url') }),
    }),
    ...(answers.monitoring && { ALYX_FLOWER_URL: '/services/celery/' }),
    ...(answers.pgadmin && { ALYX_PGADMIN_URL: '/services/pgadmin/' }),
    ...answers.settings,
  }
  const settings = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(settings)
}

/**
 * Whether the server would take these settings; files of secrets are not looked at, because they may lie elsewhere.
 * @throws Refusal naming every mistake
 */
export function assertUsable(settings: Readonly<Record<string, string>>, base: string): void {
  const plain = Object.entries(settings).filter(([name]) => !name.endsWith('_FILE'))
  try {
    readSettings(Object.fromEntries(plain), join(base, 'no .env'))
  } catch (error) {
    throw error instanceof SettingsError
      ? new Refusal(`The server could not use what follows from the answers.\n${error.message}`)
      : error
  }
}

export function settingsText(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`)
  return [
    '# Settings of the server, made by "alyx configure" from alyx.yaml: change them there, under "settings".',
    ...lines,
    '',
  ].join('\n')
}

/** In single quotes, in which neither Node nor compose looks for anything, wherever there is something to find. */
const quoted = (value: string): string => (/^[\w./:,@%+=*{}-]*$/.test(value) ? value : `'${value}'`)
