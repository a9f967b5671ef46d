import { execFile } from 'node:child_process'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { recorded, temporaryFolder } from '../running/places.ts'
import { type Postgres, scratchDatabase, using } from '../running/postgres.ts'
import type { Check } from './checks.ts'
import { contentsOf } from './contents.ts'
import { alyx, backupsIn, placeFor } from './place.ts'

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
/** What a laboratory wrote; nobody's numbers of pages and times. */
const rowsOf = async (url: string) => (await using(url, contentsOf)).rows

/** What `pg_dump` adds to a backup, where it is: that other programs can restore it, and ours too. */
export async function dumpsOfPrograms(check: Check, postgres: Postgres, laboratory: string): Promise<void> {
  const place = await placeFor(laboratory)
  const made = await alyx(place, 'backup', '--no-media')
  const [backup] = await backupsIn(place)
  const dump = join(place.folder, 'data/backups', backup!, 'database/alyx.dump')
  check('a dump of pg_dump is added where there is that program', (await stat(dump)).size > 0, made)
  const before = await rowsOf(laboratory)

  const other = await scratchDatabase(postgres, 'pg_restore')
  await using(other, (database) => database.script('drop schema public cascade'))
  const program = `/usr/lib/postgresql/${postgres.major}/bin/pg_restore`
  await promisify(execFile)(program, ['--no-owner', '--exit-on-error', `--dbname=${other}`, dump])
  check('pg_restore makes the same of it', same(before, await rowsOf(other)))

  const again = await placeFor(await scratchDatabase(postgres, 'own_form'))
  const restored = await alyx(again, 'restore', dump, '--yes')
  check(
    'and so does "alyx restore"',
    restored.code === 0 && same(before, await rowsOf(again.env.DATABASE_URL!)),
    restored,
  )
  check('which keeps no backup of nothing', (await backupsIn(again)).length === 0)
}

/** A laboratory that has nothing but Node and the dump of its Django. */
export async function dumpOfDjango(check: Check): Promise<void> {
  const folder = await temporaryFolder('operations')
  const place = { folder, env: {} }
  const file = recorded('existing-alyx.sql.gz')
  const restored = await alyx(place, 'restore', file, '--yes')
  check("a dump of Django's Alyx is restored with nothing but Node", restored.code === 0, restored)
  const adopted = await alyx(place, 'adopt')
  check('and adopted', adopted.code === 0 && /dopted/.test(adopted.out + adopted.err), adopted)

  const spoilt = join(folder, 'spoilt.sql')
  await writeFile(spoilt, 'CREATE TABLE public.cage (id integer);\nCOPY public.cage (id) FROM stdin;\nnone\n\\.\n')
  const refused = await alyx(place, 'restore', spoilt, '--yes', '--no-safety')
  check('one that goes wrong is reported', refused.code === 1 && /integer/.test(refused.err), refused)
  const foreign = join(folder, 'foreign.sql')
  await writeFile(foreign, 'CREATE TABLE public.cage (id integer);\n')
  const strange = await alyx(place, 'restore', foreign, '--yes', '--no-safety')
  check('one of something else is refused', strange.code === 1 && strange.err.includes('holds no Alyx'), strange)
  const tables = await alyx(place, 'migrate', 'check')
  check('and the laboratory is as it was', tables.code === 0, tables)
}
