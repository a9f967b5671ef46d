import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type RunningServer, startServer } from '../running/server.ts'
import type { Check } from './checks.ts'
import { alyx, backupsIn, type Place, placeFor } from './place.ts'

const serve = ({ folder, env }: Place): Promise<RunningServer> =>
  startServer({ settings: { ...env, ALYX_DATA_FOLDER: join(folder, 'data') } })

/** Whether a server answers as it should, within the second that it looks at its settings in. */
async function answers(server: RunningServer, path: string, status: number): Promise<boolean> {
  for (let tries = 0; tries < 50; tries += 1) {
    if ((await fetch(`${server.address}${path}`, { headers: { accept: 'application/json' } })).status === status)
      return true
    await pause(100)
  }
  return false
}

/** What administrators do beside a server that runs: schedules, maintenance, upgrades. */
export async function besideAServer(check: Check, url: string): Promise<void> {
  const place = await placeFor(url)
  await alyx(place, 'migrate', 'back')
  const server = await serve(place)
  const [before] = await backupsIn(place)
  check('a server backs up before it changes the tables of an older version', before !== undefined)
  const manifest = JSON.parse(await readFile(join(place.folder, 'data/backups', before!, 'manifest.json'), 'utf8'))
  const tables = await alyx(place, 'migrate', 'check')
  check('as they were before, and the tables are those of its version', tables.code === 0, tables)
  const known = (await alyx(place, 'migrate', 'list')).out.trim().split('\n')
  check(
    'with all but the migration that was missing',
    manifest.migrations.length === known.length - 1,
    manifest.migrations,
  )

  const ran = await alyx(place, 'schedule', 'run', 'backup')
  check('the schedule of backups makes one', ran.code === 0 && (await backupsIn(place)).length === 2, ran)
  const last = await alyx(place, 'schedule', 'list', 'backup')
  check('and tells what came of it', last.out.includes('succeeded'), last)

  await alyx(place, 'maintenance', 'on', 'New disks, back at 14:00')
  check('maintenance closes a server that runs', await answers(server, '/subjects', 503))
  check('which still says that it is alive', await answers(server, '/health/live', 200))
  const again = await alyx(place, 'maintenance', 'status')
  check('and why it is closed', (again.out + again.err).includes('back at 14:00'), again)
  await alyx(place, 'maintenance', 'off')
  check('and opens it again', await answers(server, '/subjects', 403))
  await server.stop()

  const second = await serve(place)
  check('a start without anything pending makes no backup', (await backupsIn(place)).length === 2)
  await second.stop()

  await alyx(place, 'migrate', 'back')
  const careless = await startServer({
    settings: { ...place.env, ALYX_DATA_FOLDER: join(place.folder, 'data'), ALYX_BACKUP_BEFORE_UPGRADE: 'false' },
  })
  check('nor does one that was told not to', (await backupsIn(place)).length === 2)
  await careless.stop()
  await alyx(place, 'migrate', 'back')
  const hindered = await alyx(
    { ...place, env: { ...place.env, ALYX_BACKUP_ROOT: '/etc/hostname/backups' } },
    'serve',
    '--port',
    '0',
  )
  check(
    'where the backup fails, nothing is changed',
    hindered.code === 1 &&
      hindered.err.includes('ALYX_BACKUP_BEFORE_UPGRADE') &&
      (await alyx(place, 'migrate', 'check')).code === 1,
    hindered,
  )
  const upgraded = await alyx(place, 'upgrade')
  check(
    'an upgrade backs up, migrates and checks',
    upgraded.code === 0 && (await backupsIn(place)).length === 3,
    upgraded,
  )
}
