import type { Model, RowOf } from '@alyx/models'
import { type StatementCount, sql } from '../../../../src/database/index.ts'
import { type RecordOptions, record } from '../../../../src/recording/index.ts'
import type { Key, NewRow, Recorder } from '../../../../src/records/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { recordingAs } from '../../../records/recording-as.ts'

interface Person {
  readonly id: Key
  readonly username: string
}

/** The demo laboratory, with an ordinary member and a superuser at work. */
export class LabRecords {
  readonly scratch: ScratchDatabase
  readonly member: Person
  readonly superuser: Person

  private constructor(scratch: ScratchDatabase, member: Person, superuser: Person) {
    this.scratch = scratch
    this.member = member
    this.superuser = superuser
  }

  static async open(): Promise<LabRecords> {
    const scratch = await demoDatabase({ maxConnections: 8 })
    const people = (superuser: boolean) =>
      scratch.database.objects<Person>(
        sql`select u.id, u.username from misc_labmember u
             where u.is_active and not u.is_public_user and not u.is_stock_manager and u.is_superuser = ${superuser}
             order by username limit 1`,
      )
    const [[member], [superuser]] = await Promise.all([people(false), people(true)])
    return new LabRecords(scratch, member!, superuser!)
  }

  recording<T>(work: (recorder: Recorder) => Promise<T>, options: Partial<RecordOptions> = {}): Promise<T> {
    return record(this.scratch.database, { ...recordingAs(this.member), ...options }, work)
  }

  async statements(work: (recorder: Recorder) => Promise<unknown>): Promise<number> {
    const count: StatementCount = { statements: 0, milliseconds: 0 }
    await record(this.scratch.database.counted(count), recordingAs(this.member), work)
    return count.statements
  }

  async make<M extends Model>(model: M, ...rows: readonly NewRow<M>[]): Promise<Key[]> {
    return (await this.recording((recorder) => recorder.create(model, rows))).map(({ key }) => key)
  }

  async change<M extends Model>(model: M, key: Key, values: NewRow<M>): Promise<void> {
    await this.recording((recorder) => recorder.change(model, [{ key, values }]))
  }

  /** A record as it is now; undefined when it is gone. */
  read<M extends Model>(model: M, key: Key): Promise<RowOf<M> | undefined> {
    return this.recording(async (recorder) => (await recorder.lock(model, [key])).get(key))
  }

  /** Keys of living animals that live nowhere. */
  async homeless(count: number): Promise<Key[]> {
    const animals = await this.scratch.database.rows(sql`
      select id from subjects_subject s
       where not exists (select from misc_housingsubject h where h.subject_id = s.id and h.end_datetime is null)
       order by id limit ${count}`)
    return animals.map(([key]) => key!)
  }
}
