import { constants } from 'node:fs'
import { access, readdir, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readSettings, type Settings, SettingsError } from '../config.ts'
import { type Database, explainStartProblem, sql } from '../database/index.ts'
import { hasAdministrator } from '../domains/labs/index.ts'
import { openMailer } from '../mail/index.ts'
import { checkMigrations, describeDifference, examineDatabase, lacksTrigramIndexes } from '../schema/index.ts'
import { isBucketAddress, openBucket } from '../storage/index.ts'
import { explained } from './explained.ts'
import { findServer } from './one-server.ts'
import { openConfigured } from './opened.ts'

/** One thing looked at. */
export interface Finding {
  /** `note` is worth knowing, `problem` keeps something from working. */
  readonly verdict: 'good' | 'note' | 'problem'
  readonly subject: string
  /** What was found and, unless it is good, what to do. */
  readonly text: string
}

const good = (subject: string, text: string): Finding => ({ verdict: 'good', subject, text })
const note = (subject: string, text: string): Finding => ({ verdict: 'note', subject, text })
const problem = (subject: string, text: string): Finding => ({ verdict: 'problem', subject, text })

/** Looks at everything the server needs. Changes nothing, and goes on after what is wrong. */
export async function* examine(): AsyncGenerator<Finding> {
  yield good('Node', `${process.versions.node} on ${process.platform} ${process.arch}`)
  let settings: Settings
  try {
    settings = readSettings()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    for (const mistake of error.mistakes) yield problem('settings', mistake)
    return
  }
  yield good('settings', 'all can be used')
  for (const warning of settings.warnings) yield note('settings', warning)
  yield* examineDoor(settings)
  yield* examineFolders(settings)
  yield* examineMail(settings)
  yield* examineServer(settings)
  yield* examineDatabaseOf(settings)
}

const SCARCE_BYTES = 1024 ** 3

async function* examineFolders(settings: Settings): AsyncGenerator<Finding> {
  const { dataFolder, mediaRoot, tablesRoot } = settings
  try {
    await access(dataFolder, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(dataFolder)
    const free = `${((Number(bavail) * bsize) / SCARCE_BYTES).toFixed(1)} GiB free`
    yield bavail * bsize < SCARCE_BYTES
      ? note('data folder', `${dataFolder}: only ${free}; make room before the disk is full`)
      : good('data folder', `${dataFolder}, ${free}`)
  } catch (error) {
    yield (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? note('data folder', `${dataFolder} does not exist yet; the first start makes it`)
      : problem('data folder', `${explained(error)} Choose another one with ALYX_DATA_FOLDER.`)
  }
  yield* isBucketAddress(mediaRoot)
    ? examineBucket('images', mediaRoot, settings)
    : examineFiles('images', mediaRoot, 'ALYX_MEDIA_ROOT')
  yield* /^s3:/.test(tablesRoot)
    ? examineBucket('tables', tablesRoot, settings)
    : examineFiles('tables', tablesRoot, 'ALYX_TABLES_ROOT')
}

async function* examineMail(settings: Settings): AsyncGenerator<Finding> {
  const mailer = openMailer(settings)
  if (mailer === undefined) {
    yield settings.mailDisabled
      ? good('e-mail', 'switched off')
      : note('e-mail', 'none is sent: name a mail server with ALYX_SMTP_URL, or switch mail off with ALYX_DISABLE_MAIL')
    return
  }
  try {
    await mailer.check()
    yield good('e-mail', `sent as ${settings.mailFrom} through ${mailer.place}`)
  } catch (error) {
    yield problem('e-mail', `${explained(error)} Correct ALYX_SMTP_URL, or switch mail off with ALYX_DISABLE_MAIL.`)
  } finally {
    mailer.close()
  }
}

async function* examineBucket(subject: string, root: string, { bucketAccess }: Settings): AsyncGenerator<Finding> {
  try {
    const bucket = openBucket(root, bucketAccess)
    await bucket.find('there-is-nothing-of-this-name')
    yield bucketAccess.credentials === undefined
      ? note(subject, `${bucket.place} can be read; to write there set ALYX_S3_ACCESS_KEY and ALYX_S3_SECRET_KEY`)
      : good(subject, bucket.place)
  } catch (error) {
    yield problem(
      subject,
      `${explained(error)} The account needs to list, get, put and delete; correct the settings that begin with ALYX_S3.`,
    )
  }
}

/** Whom the server answers, and what is said of its names. */
async function* examineDoor({ httpMode, publicUrl, allowedHosts, host }: Settings): AsyncGenerator<Finding> {
  const everybody = !['127.0.0.1', '::1', 'localhost'].includes(host)
  yield good('address', `${publicUrl}${httpMode === 'https' ? '' : ', not encrypted'}`)
  if (allowedHosts.includes('*') && (everybody || httpMode === 'https'))
    yield note('address', 'The server answers under any name: list its own with ALYX_ALLOWED_HOSTS.')
}

async function* examineFiles(subject: string, place: string, name: string): AsyncGenerator<Finding> {
  if (!place.startsWith('/')) {
    yield good(subject, place)
    return
  }
  try {
    await readdir(place)
    yield good(subject, place)
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    // Nothing is missed where nothing was ever put; a mistyped path looks the same, so it is told.
    yield missing
      ? note(
          subject,
          `${place} does not exist${(await exists(dirname(place))) ? ' yet' : `; correct ${name} if it should`}`,
        )
      : problem(subject, `${explained(error)} Let this user read it, or correct ${name}.`)
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

async function* examineServer({ dataFolder }: Settings): AsyncGenerator<Finding> {
  const running = await findServer(dataFolder).catch(() => undefined)
  yield running
    ? good('server', `runs at ${running.address ?? '(still starting)'}, process ${running.pid}`)
    : note('server', `does not run in ${dataFolder}; "alyx start" starts it`)
}

async function* examineDatabaseOf(settings: Settings): AsyncGenerator<Finding> {
  const opened = await openConfigured(settings, {
    create: false,
    onProgress: () => undefined,
    maxConnections: 2,
  }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
  if (opened instanceof Error) {
    const none = opened.name === 'Refusal'
    yield none ? note('database', opened.message) : problem('database', explainStartProblem(opened))
    return
  }
  try {
    const { database, embedded } = opened
    yield good('database', `PostgreSQL ${Math.floor(database.serverVersion / 10_000)}${embedded ? ', our own' : ''}`)
    yield* examineClock(database, settings)
    yield* examineTables(database)
  } finally {
    await opened.close()
  }
}

const TOLERATED_SECONDS = 5

async function* examineClock(database: Database, { timeZone }: Settings): AsyncGenerator<Finding> {
  const [row] = await database.rows(
    sql`select to_char(now(), 'YYYY-MM-DD HH24:MI'), extract(epoch from clock_timestamp()), count(*) from pg_timezone_names where name = ${timeZone}`,
  )
  const [wallClock = '', epoch, known] = row ?? []
  yield known === '0'
    ? note(
        'time zone',
        `${timeZone} is not in PostgreSQL's list; it is ${wallClock} there. Prefer a name from the list.`,
      )
    : good('time zone', `${timeZone}, where it is ${wallClock}`)
  const apart = Math.abs(Number(epoch) - Date.now() / 1000)
  if (apart > TOLERATED_SECONDS) {
    yield problem('clock', `The database is ${Math.round(apart)} s away from this machine: set both clocks by NTP.`)
  }
}

async function* examineTables(database: Database): AsyncGenerator<Finding> {
  const found = await examineDatabase(database)
  if (found.state === 'empty') {
    yield note('tables', 'The database is empty: "alyx start" or "alyx migrate apply" makes the tables.')
    return
  }
  if (found.state === 'adoptable') {
    yield note(
      'tables',
      'Alyx 3.6.1 made them: "alyx serve" or "alyx adopt" takes the database over and leaves them as they are.',
    )
    return
  }
  if (found.state === 'foreign') {
    yield problem('tables', 'Neither Alyx 3.6.1 nor this server made them: see "alyx adopt --check".')
    return
  }
  const { pending, problems, differences } = await checkMigrations(database)
  const serious = differences.filter(({ harmless }) => !harmless)
  for (const text of problems) yield problem('tables', text)
  if (pending.length > 0) yield note('tables', `${pending.length} migrations are pending: run "alyx migrate apply".`)
  else for (const difference of serious) yield problem('tables', describeDifference(difference))
  if (problems.length + pending.length + serious.length > 0) return
  yield good('tables', 'as this version wants them')
  if (await lacksTrigramIndexes(database)) {
    yield note(
      'tables',
      'Searches for parts of texts are slow. A superuser of PostgreSQL mends it: create extension pg_trgm; select alyx.create_trigram_indexes();',
    )
  }
  yield (await hasAdministrator(database))
    ? good('accounts', 'there is a superuser')
    : note('accounts', 'No superuser can log in: make one with "alyx create-superuser NAME".')
}
