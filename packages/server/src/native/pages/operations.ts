import { listBackups } from '../../backup/index.ts'
import { changeSchedule, listSchedules, runsOf, ScheduleRefused, wantRun } from '../../schedules/index.ts'
import { nullable, oneOf, optional, otherwise, text, truth, whole } from '../kinds.ts'
import { acting, type Page, reading } from '../page.ts'
import { Problem } from '../problem.ts'

const LONGEST_TIMEOUT_SECONDS = 7 * 24 * 3600
const NAMED = { name: text('Name of the schedule.', { most: 63, least: 1 }) }

/** @throws Problem 404 when there is no schedule of that name, 400 when it cannot be as asked */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ScheduleRefused)) throw error
    throw new Problem(400, 'invalid', error.message)
  }
}

const missing = (name: string) => new Problem(404, 'no_such_row', `There is no schedule "${name}".`)

/** What a server does by itself, and what it has backed up. Which commands are run is said on the machine itself. */
export const operationPages: readonly Page[] = [
  {
    url: '/jobs/schedules',
    tag: 'operations',
    policy: 'superusers',
    operations: {
      GET: reading({
        summary: 'What the server does by itself and when; for superusers.',
        answer: '`results`: each schedule with its command, time, zone, next time and last run.',
        run: async ({ call: { database }, services: { timeZone } }) => ({
          time_zone: timeZone,
          results: await listSchedules(database),
        }),
      }),
    },
  },
  {
    url: '/jobs/schedules/:name',
    tag: 'operations',
    policy: 'superusers',
    operations: {
      GET: reading({
        summary: 'One schedule with its runs, the newest first; for superusers.',
        answer: 'The schedule, and `runs`.',
        path: NAMED,
        query: { limit: otherwise(whole('Runs at most.', { least: 1, most: 200 }), 20) },
        async run({ call: { database }, path: { name }, query: { limit } }) {
          const [found] = await listSchedules(database, name)
          if (!found) throw missing(name)
          return { ...found, runs: await runsOf(database, name, limit) }
        },
      }),
      PATCH: acting({
        summary: 'Switch a schedule on or off, or change its time; for superusers.',
        description: 'The command of a schedule is changed on the machine of the server, with `alyx schedule set`.',
        answer: 'The schedule as it is now.',
        path: NAMED,
        body: {
          enabled: optional(truth('Whether it is run by itself.')),
          cron: optional(text('Minute, hour, day of the month, month, day of the week.', { most: 100, least: 9 })),
          zone: optional(nullable(text('Name of a time zone; null: that of the server.', { most: 100, least: 1 }))),
          overlap: optional(oneOf('While the run before is not over.', ['skip', 'wait'])),
          catch_up: optional(oneOf('What became due while no server ran.', ['once', 'skip'])),
          timeout_seconds: optional(
            whole('A run that takes longer is ended.', { least: 1, most: LONGEST_TIMEOUT_SECONDS }),
          ),
        },
        async run({ call: { database }, services: { timeZone }, path: { name }, body }) {
          if ((await listSchedules(database, name)).length === 0) throw missing(name)
          const { catch_up: catchUp, timeout_seconds: timeoutSeconds, ...rest } = body
          return refusing(() => changeSchedule(database, name, { ...rest, catchUp, timeoutSeconds }, timeZone))
        },
      }),
    },
  },
  {
    url: '/jobs/schedules/:name/run',
    tag: 'operations',
    policy: 'superusers',
    operations: {
      POST: acting({
        summary: 'Have a schedule run now, whatever its time; for superusers.',
        description: 'A server begins within seconds. Ask for the schedule to see what came of it.',
        answer: '`wanted`: the name.',
        path: NAMED,
        body: {},
        status: 202,
        async run({ call: { database, account }, path: { name } }) {
          if ((await listSchedules(database, name)).length === 0) throw missing(name)
          await wantRun(database, name, account.username)
          return { wanted: name }
        },
      }),
    },
  },
  {
    url: '/backups',
    tag: 'operations',
    policy: 'superusers',
    operations: {
      GET: reading({
        summary: 'The backups that there are, the newest first; for superusers.',
        description:
          'They are made with `alyx backup` or its schedule, and put back with `alyx restore` on the machine.',
        answer:
          '`results`: name, moment, rows, bytes, pictures, version of Alyx; `dump`, the program that wrote it once more in its own form, null for none.',
        async run({ services: { backupRoot } }) {
          const backups = await listBackups(backupRoot)
          return {
            results: backups.map(({ name, bytes, manifest }) => ({
              name,
              bytes,
              made_at: manifest.made_at,
              alyx: manifest.alyx,
              database: manifest.database,
              rows: Object.values(manifest.tables).reduce((sum, rows) => sum + rows, 0),
              media: manifest.media,
              dump: manifest.dump?.made_by ?? null,
            })),
          }
        },
      }),
    },
  },
]
