import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { differences } from '../../src/command/configure/differences.ts'
import { filled } from '../../src/command/configure/template.ts'
import { readSettings } from '../../src/config.ts'
import { alyx } from './alyx.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alyx-configure-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const configure = (line = '') =>
  alyx(['configure', '--no-input', ...line.split(' ').filter(Boolean)], { cwd: folder, env: {} })
const file = (path: string) => readFileSync(join(folder, 'config', path), 'utf8')
const mode = (path: string) => statSync(join(folder, 'config', path)).mode & 0o777
/** Puts answers where the command finds them. */
async function configured(answers: Record<string, unknown>) {
  mkdirSync(join(folder, 'config'), { recursive: true })
  writeFileSync(join(folder, 'config/alyx.yaml'), JSON.stringify(answers))
  return configure()
}

describe('alyx configure', () => {
  test('writes everything once, and a second run finds everything as it should be', async () => {
    const first = await configure()
    const again = await configure()
    const check = await configure('--check')

    expect(first.out).toContain('config/nginx.conf')
    expect(first.err).toContain('without signing in')
    expect(again.out).toBe('Everything is as it should be.\n')
    expect(check).toMatchObject({ code: 0, out: 'Everything is as it should be.\n' })
    expect(file('alyx.yaml')).toMatch(/# Wall clock of the lab.*\ntime_zone: /)
  })

  test('writes units for the server, a worker and a nightly backup, none of them with more rights than it needs', async () => {
    await configure()
    const units = readdirSync(join(folder, 'config/systemd')).sort()

    expect(units).toEqual([
      'alyx-backup.service',
      'alyx-backup.timer',
      'alyx-worker.service',
      'alyx.service',
      'alyx.socket',
    ])
    for (const name of units.filter((unit) => unit.endsWith('.service'))) {
      expect(file(`systemd/${name}`), name).toMatch(/^NoNewPrivileges=yes$/m)
      expect(file(`systemd/${name}`), name).not.toMatch(/\{\{|^User=root$/m)
      const program = /^ExecStart=.* (\/\S+\.js) /m.exec(file(`systemd/${name}`))![1]!
      expect(statSync(program).isFile(), program).toBe(true)
    }
    expect(file('systemd/alyx.socket')).toMatch(/^ListenStream=127\.0\.0\.1:\d+$/m)
    expect(file('systemd/alyx.service')).toMatch(/^Requires=alyx\.socket$/m)
  })

  test('makes secrets that nobody else may read, that need no quotes anywhere, and that stay', async () => {
    await configured({ install: 'compose', broker: true })
    const secrets = () => readdirSync(join(folder, 'config/secrets')).map((name) => [name, file(`secrets/${name}`)])
    const made = secrets()

    await configure('--fix')

    expect(made).toHaveLength(7)
    expect(secrets()).toEqual(made)
    expect(mode('secrets')).toBe(0o700)
    for (const [name, text] of made) {
      expect(mode(`secrets/${name}`), name).toBe(0o600)
      if (!/env$|url$/.test(name!)) expect(text, name).toMatch(/^[\w-]{24,}\n$/)
    }
    expect(file('secrets/secret-key').length).toBeGreaterThan(50)
    expect(new URL(file('secrets/broker-url').trim()).password).toBe(file('secrets/broker-password').trim())
  })

  test('leaves alone what somebody changed, and says line by line how it differs', async () => {
    await configure()
    writeFileSync(join(folder, 'config/nginx.conf'), file('nginx.conf').replace('gzip on;', 'gzip off;'))

    const again = await configure()
    const check = await configure('--check')
    expect(again.out).toBe('CHANGED  config/nginx.conf: left as it is\n')
    expect(file('nginx.conf')).toContain('gzip off;')
    expect(check.code).toBe(1)
    expect(check.out).toMatch(
      /config\/nginx\.conf: was changed by somebody else\n {2}line +\d+ is +gzip off;\n {2}line +\d+ should be +gzip on;/,
    )

    const fixed = await configure('--fix')
    expect(fixed.out).toContain('kept     config/nginx.conf.before')
    expect(file('nginx.conf')).toContain('gzip on;')
    expect(file('nginx.conf.before')).toContain('gzip off;')
  })

  test('brings what only it has written up to date without being asked, and keeps comments of the answers', async () => {
    await configure()
    const answers = file('alyx.yaml').replace('\nport: 80\n', '\n# as the university wants it\nport: 8080\n')
    writeFileSync(join(folder, 'config/alyx.yaml'), answers.replace(/\n# [^\n]*\nlab_name: mylab\n/, '\n'))

    const run = await configure()

    expect(run.out).toContain('updated  config/nginx.conf')
    expect(file('nginx.conf')).toContain('listen 8080 default_server;')
    expect(file('alyx.yaml')).toContain('# as the university wants it\nport: 8080\n')
    expect(file('alyx.yaml')).toContain('lab_name: mylab')
  })

  test('tells every mistake at once, and changes nothing', async () => {
    const run = await configured({
      time_zon: 'UTC',
      https: 'perhaps',
      host_names: ['bad name'],
      settings: { ALYX_LOG_LEVL: 'debug', ALYX_HTTP_MODE: 'https', ALYX_LOG_LEVEL: "a'b" },
    })

    expect(run.code).toBe(1)
    for (const said of [
      'Did you mean time_zone?',
      'https is "perhaps"',
      'host_names',
      'Did you mean ALYX_LOG_LEVEL?',
      'ALYX_HTTP_MODE follows',
      'neither single quotes',
    ])
      expect(run.err).toContain(said)
    expect(readdirSync(join(folder, 'config'))).toEqual(['alyx.yaml'])
  })

  test.each([
    { settings: { ALYX_LOG_LEVEL: 'loud' }, says: 'ALYX_LOG_LEVEL' },
    { settings: { ALYX_MEDIA_ROOT: 'https://minio/' }, says: 'names no bucket' },
  ])('refuses what the server would refuse: $settings', async ({ settings, says }) => {
    expect((await configured({ settings })).err).toContain(says)
  })

  test('hands settings on to the server exactly as they were written, whatever is in them', async () => {
    const templates = '{"Head plate": "$HOME costs #1 \\"pound\\" `date`"}'
    const run = await configured({
      settings: { ALYX_NARRATIVE_TEMPLATES: templates, ALYX_DEFAULT_SOURCE: 'Charles River' },
    })
    const { narrativeTemplates, defaultSource } = readSettings({}, folder)

    expect(run.code).toBe(0)
    expect(narrativeTemplates).toEqual(JSON.parse(templates))
    expect(defaultSource).toBe('Charles River')
  })

  test('refuses a folder that configurations could not name', async () => {
    const { code, err } = await configure('--folder con;fig')

    expect(code).toBe(1)
    expect(err).toMatch(/con;fig cannot stand in configurations/)
  })

  test('shows what it would write without writing it, and shows no secret', async () => {
    const all = await configure('--print')
    const one = await configure('--print nginx.conf')
    const none = await configure('--print nginx.cnf')

    expect(all.out).toContain('==> .env')
    expect(all.out).not.toContain('==> config/secrets')
    expect(one.out).toContain('location ^~ /media/')
    expect(none.err).toContain('config/nginx.conf')
    expect(readdirSync(folder)).toEqual([])
  })
})

interface Service {
  readonly image: string
  readonly ports?: readonly string[]
  readonly profiles?: readonly string[]
  readonly networks: readonly string[] | Readonly<Record<string, { aliases?: string[] }>>
  readonly healthcheck?: object
  readonly restart: string
}

describe('the containers', () => {
  const services = async (answers: Record<string, unknown> = {}) => {
    await configured({ install: 'compose', ...answers })
    return (parse(file('compose.yaml')) as { services: Record<string, Service> }).services
  }

  test('are those of the four services, with what is optional in profiles', async () => {
    const found = await services({ broker: true })

    expect(Object.keys(found)).toEqual([
      'nginx_server',
      'alyx_server',
      'postgres_db',
      'rabbitmq',
      'celery_server',
      'pgadmin',
    ])
    const mandatory = Object.keys(found).filter((name) => found[name]!.profiles === undefined)
    expect(mandatory).toEqual(['nginx_server', 'alyx_server', 'postgres_db'])
    expect(file('.env')).toContain('COMPOSE_PROFILES=broker\n')
    for (const name of mandatory) expect(found[name]!.healthcheck, name).toBeDefined()
    for (const { restart } of Object.values(found)) expect(restart).toBe('unless-stopped')
  })

  test('publish the port of the proxy and no other, unless workers elsewhere need the broker', async () => {
    const ports = (found: Record<string, Service>) =>
      Object.entries(found).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`))

    expect(ports(await services())).toEqual(['nginx_server 80:80'])
    expect(ports(await services({ broker: true, broker_address: '10.0.0.5:5672', https: true }))).toEqual([
      'nginx_server 80:80',
      'nginx_server 443:443',
      'rabbitmq 10.0.0.5:5672:5672',
    ])
  })

  test('reach the application under the name that it had, in a network with the proxy alone', async () => {
    const found = await services()
    const onFront = Object.entries(found).filter(([, { networks }]) =>
      (Array.isArray(networks) ? networks : Object.keys(networks)).includes('front'),
    )

    expect(onFront.map(([name]) => name)).toEqual(['nginx_server', 'alyx_server'])
    expect(found.alyx_server?.networks).toMatchObject({ front: { aliases: ['django_server'] } })
    expect(file('alyx.env')).toContain('ALYX_TRUSTED_PROXIES=172.30.255.0/28')
  })

  test('have images of one version', async () => {
    for (const [name, { image }] of Object.entries(await services())) expect(image, name).toMatch(/:\d+\.\d+/)
  })
})

describe('a template', () => {
  test('keeps and leaves out lines, also inside of others, and never has a hole', () => {
    const text = 'a {{x}}\n{{#yes}}\n  b\n  {{^no}}\n  c\n  {{/no}}\n{{/yes}}\n{{#no}}\nd {{hole}}\n{{/no}}\n'

    expect(filled(text, { x: 1, yes: true, no: false })).toBe('a 1\n  b\n  c\n')
    expect(() => filled('{{hole}}', {})).toThrow(/"hole"/)
  })
})

test('differences are none between equal texts, and lead from one text to the other', () => {
  const line = fc.constantFrom('a', 'b', 'c', '')
  const text = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (there, wanted) => {
      const found = differences(there, wanted)
      expect(found.length === 0).toBe(there === wanted)
      const removed = new Set(found.filter(({ only }) => only === 'there').map(({ line: at }) => at - 1))
      const kept = there.split('\n').filter((_, at) => !removed.has(at))
      const added = new Set(found.filter(({ only }) => only === 'wanted').map(({ line: at }) => at - 1))
      expect(kept).toEqual(wanted.split('\n').filter((_, at) => !added.has(at)))
    }),
  )
})
