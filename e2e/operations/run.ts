/**
 * Backup, wipe, restore, verify: on the demo laboratory and on a database that Alyx 3.6.1 made, on the PostgreSQL of ours
 * and on 15 where there is one; and what may go wrong with each.
 *
 *   npm run test:operations
 */
import { once } from 'node:events'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withEndings } from '../running/endings.ts'
import { hasRecordings } from '../running/places.ts'
import {
  embeddedPostgres,
  loadRecordedLaboratory,
  type Postgres,
  postgresAt,
  scratchDatabase,
  using,
} from '../running/postgres.ts'
import { checks } from './checks.ts'
import { contentsOf } from './contents.ts'
import { dumpOfDjango, dumpsOfPrograms } from './dumps.ts'
import { alyx, backupsIn, placeFor, start } from './place.ts'
import { besideAServer } from './serving.ts'

const { check, summary } = checks()

/** The way that every backup must be able to go. */
async function thereAndBack(name: string, url: string): Promise<void> {
  const place = await placeFor(url)
  const before = await using(url, contentsOf)
  const made = await alyx(place, 'backup')
  check(`${name}: a backup is made`, made.code === 0, made)
  const [backup] = await backupsIn(place)
  check(`${name}: a backup leaves everything as it was`, same(before, await using(url, contentsOf)))
  const verified = await alyx(place, 'backup', 'verify')
  check(`${name}: it can be proved`, verified.code === 0 && verified.out.includes('can be restored'), verified)

  await using(url, (database) =>
    database.script('drop schema if exists alyx cascade; drop schema public cascade; create schema public'),
  )
  await writeFile(join(place.folder, 'data/uploaded/notes/mouse.png'), 'spoilt')
  const restored = await alyx(place, 'restore', backup!, '--yes', '--no-safety')
  check(`${name}: what was wiped is restored`, restored.code === 0, restored)
  const after = await using(url, contentsOf)
  check(
    `${name}: tables, constraints, indexes, triggers and functions are the same, by name and definition`,
    same(before.shape, after.shape),
    difference(before.shape, after.shape),
  )
  check(
    `${name}: every row of every table is the same`,
    same(before.rows, after.rows),
    difference(before.rows, after.rows),
  )
  check(
    `${name}: numbers go on where they were`,
    same(before.sequences, after.sequences),
    difference(before.sequences, after.sequences),
  )
  check(
    `${name}: the pictures are back`,
    (await readFile(join(place.folder, 'data/uploaded/notes/mouse.png'), 'utf8')) === 'a picture',
  )
  if (before.ours) {
    const history = await alyx(place, 'history', 'verify')
    check(`${name}: the history holds`, history.code === 0, history)
    const tables = await alyx(place, 'migrate', 'check')
    check(`${name}: declarations and tables agree`, tables.code === 0, tables)
  } else {
    const adopted = await alyx(place, 'adopt')
    check(`${name}: it can be adopted`, adopted.code === 0, adopted)
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const difference = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>) =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !same(a[key], b[key])).slice(0, 5)

/** A laboratory of ours with animals and a sealed history. */
async function demoOn(postgres: Postgres): Promise<string> {
  const url = await scratchDatabase(postgres, 'demo')
  const place = await placeFor(url)
  for (const words of [['migrate', 'apply'], ['load-fixtures'], ['demo', 'seed'], ['history', 'verify']]) {
    const { code, err, out } = await alyx(place, ...words)
    if (code !== 0) throw new Error(`alyx ${words.join(' ')}: ${err}${out}`)
  }
  return url
}

/** What a backup and a restore refuse. */
async function refusals(url: string): Promise<void> {
  const place = await placeFor(url)
  await alyx(place, 'backup')
  const [backup] = await backupsIn(place)
  const at = join(place.folder, 'data/backups', backup!)
  const rows = await using(url, contentsOf)

  const unasked = await alyx(place, 'restore', backup!)
  check('a restore that nobody confirms is refused', unasked.code === 1 && unasked.err.includes('--yes'), unasked)

  await using(url, async (database) => {
    await database.rows({ text: 'select 1', values: [] })
    const company = await alyx(place, 'restore', backup!, '--yes', '--no-safety')
    check(
      'a restore under people who work is refused',
      company.code === 1 && company.err.includes('connected to the database'),
      company,
    )
  })

  const newer = `${at}-newer`
  await cp(at, newer, { recursive: true })
  const manifest = JSON.parse(await readFile(join(newer, 'manifest.json'), 'utf8'))
  await writeFile(
    join(newer, 'manifest.json'),
    JSON.stringify({ ...manifest, migrations: [...manifest.migrations, '9999_from_the_future'] }),
  )
  const future = await alyx(place, 'restore', newer, '--yes')
  check('a backup of a newer Alyx is refused', future.code === 1 && future.err.includes('9999_from_the_future'), future)

  const damaged = `${at}-damaged`
  await cp(at, damaged, { recursive: true })
  const file = join(damaged, 'database/public.subjects_subject.copy.gz')
  const bytes = await readFile(file)
  bytes[bytes.length >> 1]! ^= 0xff
  await writeFile(file, bytes)
  const proof = await alyx(place, 'backup', 'verify', damaged)
  check('a damaged backup is found out', proof.code === 1 && proof.err.includes('not as it was written'), proof)

  const unlike = `${at}-unlike`
  await cp(at, unlike, { recursive: true })
  await writeFile(
    join(unlike, 'manifest.json'),
    JSON.stringify({
      ...manifest,
      tables: { ...manifest.tables, subjects_subject: undefined, 'public.subjects_subject': 1 },
    }),
  )
  const broken = await alyx(place, 'restore', unlike, '--yes', '--no-safety')
  check(
    'a restore that goes wrong at its end is reported',
    broken.code === 1 && broken.err.includes('public.subjects_subject has'),
    broken,
  )
  check('and leaves everything as it was', same(rows, await using(url, contentsOf)))
}

/** A backup whose program is killed. */
async function killed(url: string): Promise<void> {
  const place = await placeFor(url)
  const child = start(place, ['backup'])
  const gone = once(child, 'exit')
  child.stderr!.resume()
  const began = performance.now()
  while (performance.now() - began < 20_000) {
    const names = await readdir(join(place.folder, 'data/backups')).catch(() => [])
    const draft = names.find((name) => name.startsWith('.'))
    if (draft && (await readdir(join(place.folder, 'data/backups', draft, 'database')).catch(() => [])).length > 5)
      break
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  child.kill('SIGKILL')
  await gone
  check('a backup that is killed leaves nothing that looks like one', (await backupsIn(place)).length === 0)
  const list = await alyx(place, 'backup', 'list')
  check('and none is listed', list.code === 0 && list.out === '', list)
  await alyx(place, 'backup', 'prune')
  check(
    'what it left is cleared away by the next clean-up',
    (await readdir(join(place.folder, 'data/backups'))).length === 0,
  )
}

await withEndings(async () => {
  const ours = await embeddedPostgres()
  const demo = await demoOn(ours)
  await thereAndBack('demo laboratory on 18', demo)
  await refusals(demo)
  await killed(demo)
  await besideAServer(check, demo)
  const servers: Postgres[] = [ours]
  const { ALYX_POSTGRES_15_URL: url15 } = process.env
  if (url15 === undefined) process.stdout.write('no PostgreSQL 15: ALYX_POSTGRES_15_URL is not set\n')
  else {
    const fifteen = await postgresAt(url15)
    servers.push(fifteen)
    const laboratory = await demoOn(fifteen)
    await thereAndBack('demo laboratory on 15', laboratory)
    await dumpsOfPrograms(check, fifteen, laboratory)
  }
  if (!hasRecordings()) process.stdout.write('no recordings of Alyx 3.6.1: its database is not tried\n')
  else {
    await dumpOfDjango(check)
    for (const server of servers) {
      const url = await scratchDatabase(server, 'django')
      await loadRecordedLaboratory(url)
      await thereAndBack(`database of Alyx 3.6.1 on ${server.major}`, url)
    }
  }
  const { line, code } = summary()
  process.stdout.write(line)
  return code
})
