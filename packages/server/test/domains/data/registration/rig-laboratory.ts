import { DataRepository, Lab, Session, Subject } from '@alyx/models'
import { type Database, type Db, type Statement, sql } from '../../../../src/database/index.ts'
import { type RegisteredFile, registerFiles } from '../../../../src/domains/data/index.ts'
import { record } from '../../../../src/recording/index.ts'
import type { Actor } from '../../../../src/records/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { recordingAs } from '../../../records/recording-as.ts'

/** A laboratory with a rig, a server and a mirror, and one animal. */
export interface RigLaboratory extends ScratchDatabase {
  readonly people: Readonly<Record<'rig' | 'ann', Actor>>
  readonly subject: string
  /** Makes sessions of one day nobody has used yet. @returns the day, and the keys of the sessions by number */
  day(numbers: readonly number[]): Promise<{ readonly day: string; readonly sessions: ReadonlyMap<number, string> }>
  /** Registers files as the rig does. */
  register(given: object, database?: Database): Promise<RegisteredFile[]>
}

export async function rigLaboratory(): Promise<RigLaboratory> {
  const scratch = await demoDatabase()
  const { database } = scratch
  const people = { rig: await person(database, 'rig'), ann: await person(database, 'ann') }
  const as = recordingAs(people.rig)
  const subject = await record(database, as, async (recorder) => {
    const repositories = await recorder.create(DataRepository, [
      { name: 'rig_disk', hostname: 'rig.example.org', globus_is_personal: true },
      { name: 'main_server', hostname: 'data.example.org', globus_is_personal: false },
      { name: 'mirror', hostname: 'data.example.org', globus_is_personal: false },
    ])
    const keys = repositories.map(({ key }) => key)
    const [lab, other] = await recorder.create(
      Lab,
      [{ name: 'riglab' }, { name: 'otherlab' }],
      [{ repositories: keys }, { repositories: keys.slice(2) }],
    )
    void other
    const [animal] = await recorder.create(Subject, [{ nickname: 'RIG_1', lab_id: lab!.key }])
    return animal!.key
  })
  let days = 0
  return {
    ...scratch,
    people,
    subject,
    async day(numbers) {
      days += 1
      const day = new Date(Date.UTC(2031, 0, days)).toISOString().slice(0, 10)
      const made = await record(database, as, (recorder) =>
        recorder.create(
          Session,
          numbers.map((number) => ({ subject_id: subject, number, start_time: `${day} 10:00:00+00` })),
        ),
      )
      return { day, sessions: new Map(numbers.map((number, at) => [number, made[at]!.key])) }
    },
    register: (given, on = database) =>
      record(on, as, (recorder) => registerFiles(recorder, new Map(Object.entries(given)))),
  }
}

async function person(database: Database, username: string): Promise<Actor> {
  const [row] = await database.objects<Actor>(sql`
    insert into misc_labmember (id, username, password, first_name, last_name, email, is_active, is_staff, is_superuser,
      is_public_user, is_stock_manager, date_joined)
    values (gen_random_uuid(), ${username}, '!', '', '', '', true, true, false, false, false, now())
    returning id, username`)
  return row!
}

/** The same database, in whose transactions `before` hears of each statement first, counted from 1. */
export function overheard(
  database: Database,
  before: (nth: number, db: Db, statement: Statement) => Promise<void>,
): Database {
  const listening = (db: Db, nth: { count: number }): Db => {
    const heard =
      <T>(run: (statement: Statement) => Promise<T>) =>
      async (statement: Statement): Promise<T> => {
        nth.count += 1
        await before(nth.count, db, statement)
        return run(statement)
      }
    return {
      rows: heard((statement) => db.rows(statement)),
      objects: (statement) => heard((one) => db.objects(one))(statement) as never,
      execute: heard((statement) => db.execute(statement)),
    }
  }
  return {
    ...database,
    rows: (statement) => database.rows(statement),
    objects: (statement) => database.objects(statement),
    execute: (statement) => database.execute(statement),
    counted: (count) => database.counted(count),
    listen: (channel, hear) => database.listen(channel, hear),
    script: (text) => database.script(text),
    serverVersion: database.serverVersion,
    close: database.close,
    transaction: (work, options) => database.transaction((db) => work(listening(db, { count: 0 })), options),
  }
}
