import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { declared } from '../../src/config/declared.ts'
import { keepSecretKey, readSettings, SettingsError, settingsTable } from '../../src/config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alyx-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function mistakesIn(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env, folder)
    return []
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes
    throw error
  }
}

describe('what is read', () => {
  test('without any variable the server listens on this machine only, on a database of its own, in UTC', () => {
    expect(readSettings({}, folder)).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      databaseUrl: undefined,
      dataFolder: join(folder, 'data'),
      mediaRoot: join(folder, 'data/uploaded'),
      timeZone: 'UTC',
      throttle: { mode: 'user-based', burst: '550/minute', sustained: undefined, docs: '20/minute' },
      unknownFilters: 'warn',
      defaultLabName: 'cortexlab',
      weightThreshold: 0.75,
    })
  })

  test("variables of an Alyx in Python work as they are: its database's host, password and so on become one address", () => {
    const settings = readSettings(
      {
        TZ: 'Europe/London',
        POSTGRES_HOST: 'db',
        POSTGRES_DB: 'ibl',
        POSTGRES_USER: 'ibl_dev',
        POSTGRES_PASSWORD: 'p@ss/w:rd',
        DJANGO_SECRET_KEY: 'fifteen letters',
        DJANGO_MEDIA_ROOT: '/srv/uploaded',
        DJANGO_LOG_LEVEL: 'WARNING',
        THROTTLE_MODE: 'anonymous',
        THROTTLE_SUSTAINED_RATE: '1000/day',
        DISABLE_MAIL: 'yes please',
        APACHE_SERVER_NAME: 'alyx.example.org',
      },
      folder,
    )

    expect(settings).toMatchObject({
      timeZone: 'Europe/London',
      databaseUrl: 'postgres://ibl_dev:p%40ss%2Fw%3Ard@db:5432/ibl',
      secretKey: 'fifteen letters',
      mediaRoot: '/srv/uploaded',
      logLevel: 'warn',
      throttle: { mode: 'anonymous', sustained: '1000/day' },
      mailDisabled: true,
      sessionRepoUrl: 'https://alyx.example.org/{lab}/Subjects/{subject}/{date}/{number:03d}/',
    })
  })

  test('the mail server of an Alyx in Python becomes one address, encrypted unless it says no; ours wins over it', () => {
    const django = {
      EMAIL_HOST: 'mail.example.org',
      EMAIL_HOST_USER: 'alyx@example.org',
      EMAIL_HOST_PASSWORD: 'p@ss',
    }

    expect(readSettings(django, folder).smtpUrl).toBe(
      'smtp://alyx%40example.org:p%40ss@mail.example.org:587?tls=required',
    )
    expect(readSettings({ EMAIL_HOST: 'mail', EMAIL_PORT: '25', EMAIL_USE_TLS: 'False' }, folder).smtpUrl).toBe(
      'smtp://mail:25?tls=never',
    )
    expect(readSettings({ ...django, ALYX_SMTP_URL: 'smtps://other' }, folder).smtpUrl).toBe('smtps://other')
    expect(readSettings({}, folder).smtpUrl).toBeUndefined()
    expect(mistakesIn({ ALYX_SMTP_URL: 'https://user:word@mail' })).toEqual([
      'ALYX_SMTP_URL must be written as smtp://user:password@host:587 or smtps://user:password@host:465, special characters of the password as %XX.',
    ])
  })

  test('our name of a variable wins over its older one, and DATABASE_URL over its parts', () => {
    const settings = readSettings(
      { TZ: 'Europe/Paris', ALYX_TIME_ZONE: 'Asia/Tokyo', DATABASE_URL: 'postgres://a@b/c', POSTGRES_HOST: 'd' },
      folder,
    )

    expect(settings).toMatchObject({ timeZone: 'Asia/Tokyo', databaseUrl: 'postgres://a@b/c' })
  })

  test('.env is read; the environment wins over it, and the command line over both', () => {
    writeFileSync(join(folder, '.env'), 'ALYX_PORT=1000\nALYX_HOST="10.0.0.1"\nTZ=Europe/Rome # ours\n')

    const settings = readSettings({ ALYX_PORT: '2000', ALYX_HOST: '10.0.0.2' }, folder, { ALYX_PORT: '3000' })

    expect(settings).toMatchObject({ port: 3000, host: '10.0.0.2', timeZone: 'Europe/Rome' })
  })

  test('a variable that is set to nothing is not set', () => {
    expect(readSettings({ ALYX_PORT: '', DATABASE_URL: ' ' }, folder)).toMatchObject({
      port: 8000,
      databaseUrl: undefined,
    })
  })

  test('a secret may lie in a file', () => {
    writeFileSync(join(folder, 'password'), 'from a file\n')

    const settings = readSettings(
      { POSTGRES_HOST: '/run/pg', POSTGRES_PASSWORD_FILE: join(folder, 'password') },
      folder,
    )

    expect(settings.databaseUrl).toBe('postgres://postgres:from%20a%20file@/postgres?host=%2Frun%2Fpg&port=5432')
  })

  test('nobody can change settings afterwards', () => {
    const settings = readSettings({ ALYX_TRUSTED_PROXIES: 'loopback, 10.0.0.0/8' }, folder)

    expect([settings, settings.throttle, settings.trustProxy, settings.warnings].every(Object.isFrozen)).toBe(true)
    expect(settings.trustProxy).toEqual(['loopback', '10.0.0.0/8'])
  })

  test('a variable that looks like a setting and is none is told, unless clients use it', () => {
    const { warnings } = readSettings({ ALYX_PROT: '1', ALYX_LOGIN: 'x', ALYX_QQQQQQQQ: '1' }, folder)

    expect(warnings).toEqual([
      'There is no setting ALYX_PROT. Did you mean ALYX_PORT?',
      'There is no setting ALYX_QQQQQQQQ.',
    ])
  })
})

describe('the secret key', () => {
  test('is made up once, kept for its owner only, and the same from then on', () => {
    const first = readSettings({ ALYX_DATA_FOLDER: '.' }, folder)
    keepSecretKey(first)

    const second = readSettings({ ALYX_DATA_FOLDER: '.' }, folder)

    expect(first.secretKey.length).toBeGreaterThan(50)
    expect(second).toMatchObject({ secretKey: first.secretKey, secretKeyIsNew: false })
    expect(statSync(join(folder, 'secret-key')).mode & 0o777).toBe(0o600)
  })

  test('is not written down when it was set', () => {
    keepSecretKey(readSettings({ ALYX_DATA_FOLDER: '.', ALYX_SECRET_KEY: 'set by the laboratory' }, folder))

    expect(() => statSync(join(folder, 'secret-key'))).toThrow('ENOENT')
  })
})

describe('what is refused', () => {
  test('every mistake is told at once, with the value, what is expected, and how to make a good one', () => {
    expect(
      mistakesIn({ ALYX_PORT: '80000', TZ: 'Mars/Olympus', THROTTLE_MODE: 'none', ALYX_SECRET_KEY: 'short' }),
    ).toEqual([
      'ALYX_PORT (--port) is "80000", and must be a whole number from 0 to 65535, such as 8080.',
      'TZ is "Mars/Olympus", and must be a name of the tz database, such as UTC or Europe/London.',
      'ALYX_SECRET_KEY must be 12 characters or more; make one with: openssl rand -base64 36.',
      'THROTTLE_MODE is "none", and must be user-based or anonymous.',
    ])
  })

  test.each([
    { env: { THROTTLE_BURST_RATE: '550 per minute' }, says: 'must be a count, "/" and second, minute, hour or day' },
    { env: { ALYX_TIME_ZONE: '+01:00' }, says: 'must be a name of the tz database' },
    { env: { ALYX_TRUSTED_PROXIES: '10.0.0.0/33' }, says: 'must be addresses, networks' },
    { env: { ALYX_DATA_FOLDER: 's3://bucket' }, says: 'must be a folder' },
    { env: { ALYX_DEFAULT_LAB_PK: 'cortexlab' }, says: 'must be a UUID' },
    { env: { ALYX_WEIGHT_THRESHOLD: '75' }, says: 'must be a number from 0 to 1' },
    { env: { ALYX_NARRATIVE_TEMPLATES: '{"a": 1}' }, says: 'must be a JSON object of texts' },
    { env: { POSTGRES_PASSWORD: 'x' }, says: 'POSTGRES_HOST is missing, and POSTGRES_PASSWORD is set' },
    { env: { ALYX_SECRET_KEY: 'x'.repeat(40), ALYX_SECRET_KEY_FILE: '/k' }, says: 'are both set: keep one of them' },
    { env: { DATABASE_URL_FILE: '/no/such/file' }, says: 'which cannot be read: there is no such file' },
  ])('$env', ({ env, says }) => {
    expect(mistakesIn(env as never)).toEqual([expect.stringContaining(says)])
  })

  test('no secret is ever shown, however wrong it is', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 11 }).map((text) => `~${text.replace(/\s/g, '_')}`),
        (secret) => {
          const told = mistakesIn({ ALYX_SECRET_KEY: secret, DATABASE_URL: secret }).join('\n')

          expect(told).not.toContain(secret)
        },
      ),
    )
  })

  test('whatever a variable holds, the answer is settings or a list of mistakes', () => {
    const names = Object.values(declared).flatMap((setting) => [...setting.names])
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (env) => {
        expect(Array.isArray(mistakesIn(env))).toBe(true)
      }),
    )
  })
})

describe('the documentation', () => {
  test('names every variable', () => {
    const table = settingsTable()

    for (const { names } of Object.values(declared)) for (const name of names) expect(table).toContain(`\`${name}\``)
  })

  test('is the file docs/settings.md', () => {
    expect(readFileSync(new URL('../../../../docs/settings.md', import.meta.url), 'utf8')).toBe(settingsTable())
  })

  test.each(Object.entries(declared))('the example of %s can be used', (_, setting) => {
    if (setting.example === undefined) return

    expect(setting.kind.read(setting.example, { workingFolder: folder })).not.toBeUndefined()
  })
})

test('a .env that cannot be read is told', () => {
  mkdirSync(join(folder, '.env'))

  expect(mistakesIn({})).toEqual([`The file ${folder}/.env cannot be read: it is a folder.`])
})
