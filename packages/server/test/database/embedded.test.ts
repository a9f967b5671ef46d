import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { chown, cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { accountFor } from '../../src/database/embedded/account.ts'
import { processStart } from '../../src/database/embedded/processes.ts'
import { installedPackage, programsFor } from '../../src/database/embedded/programs.ts'
import { type Embedded, explainStartProblem, openDatabase, sql, startEmbedded } from '../../src/database/index.ts'

// Making a cluster takes several seconds on a machine with other work to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const NOBODY = 65_534
const weAreRoot = process.getuid?.() === 0
/** Root starts PostgreSQL for another account; anybody else for themselves. Root tests both. */
const accounts = [
  { who: 'this user', as: {} },
  ...(weAreRoot ? [{ who: 'an ordinary user', as: { uid: NOBODY, gid: NOBODY } }] : []),
]

let folder: string
const starters: ChildProcess[] = []
const servers: Embedded[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-embedded-'))
})

afterEach(async () => {
  await stopAll()
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
})

async function stopAll(): Promise<void> {
  for (const starter of starters.splice(0)) await end(starter, 'SIGTERM')
  for (const server of servers.splice(0)) await server.stop()
}

async function start(options: { folder?: string; onProgress?(text: string): void } = {}): Promise<Embedded> {
  const server = await startEmbedded({ folder, ...options })
  servers.push(server)
  return server
}

interface Started {
  url: string
  attached: boolean
  shared: boolean
  pid: number
  starter: ChildProcess
}

async function startElsewhere(as: { uid?: number; gid?: number } = {}): Promise<Started> {
  const program = join(import.meta.dirname, 'embedded-starter.ts')
  const starter = spawn(process.execPath, [program, folder], { ...as, stdio: ['ignore', 'pipe', 'inherit'] })
  starters.push(starter)
  for await (const line of createInterface(starter.stdout as NodeJS.ReadableStream)) {
    return { ...JSON.parse(line), starter }
  }
  return expect.fail('the starter ended without a word')
}

async function end(starter: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (starter.exitCode !== null || starter.signalCode !== null) return
  const ended = once(starter, 'exit')
  starter.kill(signal)
  await ended
}

async function ask(url: string, text: string): Promise<unknown> {
  const database = await openDatabase({ url, timeZone: 'UTC', maxConnections: 1 })
  try {
    return (await database.rows({ text, values: [] })).flat().at(0)
  } finally {
    await database.close()
  }
}

const isRunning = (pid: number): boolean => processStart(pid) !== undefined

test.each(accounts)(
  'a first start by $who makes a database that orders text alike on every machine',
  async ({ as }) => {
    if (as.uid !== undefined) await chown(folder, as.uid, as.uid)

    const { url, attached } = await startElsewhere(as)

    expect(attached).toBe(false)
    expect(await ask(url, 'select current_database()')).toBe('alyx')
    expect(await ask(url, 'show server_encoding')).toBe('UTF8')
    expect(await ask(url, `select string_agg(x, '' order by x) from unnest(array['b','a','B','é','_']) x`)).toBe(
      'B_abé',
    )
    expect(await ask(url, `select 'Éé' ilike 'éÉ'`)).toBe('t')
  },
)

test('four starts at once end up on one server', async () => {
  const all = await Promise.all([start(), start(), startElsewhere(), startElsewhere()])

  expect(new Set(all.map(({ pid }) => pid)).size).toBe(1)
  expect(all.filter(({ attached }) => !attached)).toHaveLength(1)
})

test('a first start that was interrupted leaves nothing in the way, and the next one tells what it does', async () => {
  mkdirSync(join(folder, 'postgres-18.new-abc'))
  writeFileSync(join(folder, 'postgres-18.new-abc', 'PG_VERSION'), '18')
  symlinkSync('999999999 long gone', join(folder, 'postgres-18.lock'))
  const told: string[] = []

  await start({ onProgress: (text) => told.push(text) })

  expect(told).toEqual([`Creating the database folder ${join(folder, 'postgres-18')}`])
  expect(readdirSync(folder).sort()).toEqual(['postgres-18', 'postgres-18.log', 'postgres-18.users'])
})

test('folders with long names, spaces, quotes and commas are fine', async () => {
  const odd = join(folder, `a "lab", it's ours`, 'x'.repeat(80))

  const server = await start({ folder: odd })

  expect(await ask(server.url, 'select 1')).toBe('1')
  expect(existsSync(join(odd, 'postgres-18', 'PG_VERSION'))).toBe(true)
  await server.stop()
  expect(existsSync(server.socketFolder) && server.socketFolder.startsWith(join(tmpdir(), 'alyx-postgres-'))).toBe(
    false,
  )
})

test('a folder below one that is closed to everybody else is fine', async () => {
  const closed = join(folder, 'closed')
  mkdirSync(closed, { mode: 0o700 })

  const server = await start({ folder: join(closed, 'data') })
  await ask(server.url, 'create table lab as select 42 as id')
  await server.stop()

  const again = await start({ folder: join(closed, 'data') })
  expect(await ask(again.url, 'select id from lab')).toBe('42')
  expect(statSync(closed).mode & 0o777).toBe(0o700) // nothing was opened for it
})

test.each([
  {
    problem: 'something else lies in the folder',
    make: () => {
      mkdirSync(join(folder, 'postgres-18'))
      writeFileSync(join(folder, 'postgres-18', 'thesis.docx'), '')
    },
    says: 'is not a folder of PostgreSQL',
  },
  {
    problem: 'the data are of another major version',
    make: () => mkdirSync(join(folder, 'postgres-17')),
    says: 'holds the data of another PostgreSQL (postgres-17)',
  },
  {
    problem: 'the folder is a file',
    make: () => {
      rmSync(folder, { recursive: true })
      writeFileSync(folder, '')
    },
    says: 'is in the way',
  },
])('one clear sentence when $problem', async ({ make, says }) => {
  make()

  const sentence = await start().then(() => 'started', explainStartProblem)

  expect(sentence).toContain(says)
  expect(sentence).toContain(folder)
  expect(sentence.split('\n')).toHaveLength(1)
})

test('a server that cannot start says why in PostgreSQL’s own words', async () => {
  await (await start()).stop()
  writeFileSync(join(folder, 'postgres-18', 'postgresql.auto.conf'), 'shared_buffers = lots\n')

  const sentence = await start().then(() => 'started', explainStartProblem)

  expect(sentence).toContain('PostgreSQL could not start')
  expect(sentence).toContain('postgresql.auto.conf')
})

test('programs installed without their links, in a place that only root reads, are copied once and work', async () => {
  const installed = installedPackage()
  const account = accountFor(join(folder, 'postgres-18'))
  const hidden = join(folder, 'hidden', 'package')
  await cp(installed.native, join(hidden, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink(),
  })
  chmodSync(join(folder, 'hidden'), 0o700)
  const given = { native: join(hidden, 'native'), version: 'test' }
  chmodSync(folder, 0o755)

  const told: string[] = []
  const first = await programsFor(given, account, folder, (text) => told.push(text))
  const second = await programsFor(given, account, folder, (text) => told.push(text))

  expect(second).toBe(first)
  // Only an account other than ours needs the copy; the links are made where they were missing.
  expect(first).toBe(weAreRoot ? join(folder, 'postgres-programs-test', 'native') : given.native)
  expect(told).toHaveLength(weAreRoot ? 1 : 0)
  expect(
    lstatSync(join(first, 'lib', process.platform === 'darwin' ? 'libpq.5.dylib' : 'libpq.so.5')).size,
  ).toBeGreaterThan(0)
})

describe('with a cluster that exists', () => {
  // Made once: initdb takes a second or two of a busy machine, starting a cluster a tenth of one.
  let cluster: string
  beforeAll(async () => {
    cluster = await mkdtemp(join(tmpdir(), 'alyx-embedded-'))
    await (await startEmbedded({ folder: cluster })).stop()
  })
  beforeEach(() => {
    rmSync(folder, { recursive: true })
    folder = cluster
  })
  afterEach(async () => {
    await stopAll()
    folder = ''
  })
  afterAll(() => rmSync(cluster, { recursive: true, force: true }))

  test('nobody else can connect: no TCP, and a folder that only the owner enters', async () => {
    const server = await start()

    expect(await ask(server.url, 'show listen_addresses')).toBe('')
    expect(statSync(server.socketFolder).mode & 0o777).toBe(0o700)
    expect(await ask(server.url, 'show data_directory_mode')).toBe('0700')
    expect(basename(server.socketFolder)).toBe('postgres-18')
  })

  test('stopping ends the server cleanly, and the next start has the data at once', async () => {
    const first = await start()
    await ask(first.url, 'create table kept as select 42 as id')
    await first.stop()
    await first.stop() // twice is harmless

    expect(isRunning(first.pid)).toBe(false)
    expect(existsSync(join(folder, 'postgres-18', 'postmaster.pid'))).toBe(false)
    const second = await start()
    expect(second).toMatchObject({ attached: false, shared: false })
    expect(await ask(second.url, 'select id from kept')).toBe('42')
  })

  test('a second start attaches and says so, and the last one out stops the server', async () => {
    const first = await start()

    const second = await startElsewhere()

    expect(second).toMatchObject({ attached: true, shared: true, pid: first.pid })
    await first.stop()
    expect(await ask(second.url, 'select 1')).toBe('1')
    await end(second.starter, 'SIGTERM')
    expect(isRunning(first.pid)).toBe(false)
  })

  test('a starter killed with -9 leaves the server, which the next start adopts and stops', async () => {
    const killed = await startElsewhere()
    await ask(killed.url, 'create table adopted as select 42 as id')
    await end(killed.starter, 'SIGKILL')

    const next = await start()

    expect(next).toMatchObject({ attached: true, shared: false, pid: killed.pid })
    expect(await ask(next.url, 'select id from adopted')).toBe('42')
    await next.stop()
    expect(isRunning(killed.pid)).toBe(false)
  })

  test('a starter that ends without stopping the server takes it along', async () => {
    const careless = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '--eval',
        `import { startEmbedded } from ${JSON.stringify(join(import.meta.dirname, '../../src/database/index.ts'))}
       const { pid } = await startEmbedded({ folder: ${JSON.stringify(folder)}, fsync: false })
       process.stdout.write(String(pid), () => { process.exit(1) })`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    starters.push(careless)
    const said: Buffer[] = await (careless.stdout as NodeJS.ReadableStream & { toArray(): Promise<Buffer[]> }).toArray()
    const pid = Number(Buffer.concat(said).toString())

    for (let waited = 0; isRunning(pid) && waited < 5_000; waited += 50) await pause(50)
    expect(pid).toBeGreaterThan(0)
    expect(isRunning(pid)).toBe(false)
  })

  test('a server killed with -9 loses nothing that was committed', async () => {
    const first = await start()
    await ask(first.url, 'create table committed as select generate_series(1, 1000) as id')
    process.kill(first.pid, 'SIGKILL')
    await first.stop()

    const second = await start()

    expect(second).toMatchObject({ attached: false })
    expect(second.pid).not.toBe(first.pid)
    expect(await ask(second.url, 'select count(*) from committed')).toBe('1000')
  })

  test('a server killed with -9 under a running program comes back by itself', async () => {
    const told: string[] = []
    const server = await start({ onProgress: (text) => told.push(text) })
    const { pid, url } = server
    await ask(url, 'create table returned as select 42 as id')
    process.kill(pid, 'SIGKILL')

    await vi.waitFor(async () => expect(await ask(url, 'select id from returned')).toBe('42'), { timeout: 10_000 })

    // The server answers a moment before its starter has seen that it does.
    await vi.waitFor(() => expect(server.pid).not.toBe(pid), { timeout: 10_000 })
    await vi.waitFor(() => expect(told).toContain('PostgreSQL had died and was started again'), { timeout: 10_000 })
    await server.stop()
    expect(isRunning(server.pid)).toBe(false)
  })

  test('both killed with -9 at once lose nothing either', async () => {
    const killed = await startElsewhere()
    await ask(killed.url, 'create table survived as select 42 as id')
    process.kill(killed.pid, 'SIGKILL')
    await end(killed.starter, 'SIGKILL')

    const next = await start()

    expect(await ask(next.url, 'select id from survived')).toBe('42')
  })

  test('a process id that belongs to somebody else by now does not keep the server from starting', async () => {
    const first = await start()
    await first.stop()
    const stranger = spawn('sleep', ['60'], weAreRoot ? { uid: statSync(first.socketFolder).uid } : {})
    starters.push(stranger)
    const abandoned = [stranger.pid, first.socketFolder, 1, 5432, first.socketFolder, '', '1 1', 'ready   '].join('\n')
    writeFileSync(join(first.socketFolder, 'postmaster.pid'), abandoned)
    writeFileSync(join(first.socketFolder, '.s.PGSQL.5432.lock'), abandoned)

    const second = await start()

    expect(second.attached).toBe(false)
    expect(stranger.signalCode).toBeNull()
  })

  test('the address of a server that has stopped answers with unavailable', async () => {
    const server = await start()
    const database = await openDatabase({ url: server.url, timeZone: 'UTC', maxConnections: 2 })
    await database.rows(sql`select 1`)
    await server.stop()

    await expect(database.rows(sql`select 1`)).rejects.toMatchObject({ name: 'DatabaseUnavailable' })

    await start()
    expect(await database.rows(sql`select 1`)).toEqual([['1']])
    await database.close()
  })
})
