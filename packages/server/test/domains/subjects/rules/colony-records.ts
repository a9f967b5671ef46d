import { Line, type Model, type RowOf, Subject } from '@alyx/models'
import { type StatementCount, sql } from '../../../../src/database/index.ts'
import { type RecordOptions, record } from '../../../../src/recording/index.ts'
import type { Key, NewRow, Recorder } from '../../../../src/records/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { recordingAs } from '../../../records/recording-as.ts'

/** The demo laboratory, in which somebody looks after the colony. */
export class ColonyRecords {
  readonly scratch: ScratchDatabase
  readonly person: { readonly id: Key; readonly username: string }
  readonly lab: Key
  #lines = 0

  private constructor(scratch: ScratchDatabase, person: ColonyRecords['person'], lab: Key) {
    this.scratch = scratch
    this.person = person
    this.lab = lab
  }

  static async open(): Promise<ColonyRecords> {
    const scratch = await demoDatabase({ maxConnections: 12 })
    const [person] = await scratch.database.objects<ColonyRecords['person']>(
      sql`select id, username from misc_labmember
           where is_active and not is_superuser and not is_stock_manager and not is_public_user
           order by username limit 1`,
    )
    const [lab] = await scratch.database.rows(sql`select id from misc_lab order by name limit 1`)
    return new ColonyRecords(scratch, person!, lab![0]!)
  }

  recording<T>(work: (recorder: Recorder) => Promise<T>, options: Partial<RecordOptions> = {}): Promise<T> {
    return record(this.scratch.database, { ...recordingAs(this.person), ...options }, work)
  }

  /** Counts the statements of a transaction. */
  async statements(work: (recorder: Recorder) => Promise<unknown>): Promise<number> {
    const count: StatementCount = { statements: 0, milliseconds: 0 }
    await record(this.scratch.database.counted(count), recordingAs(this.person), work)
    return count.statements
  }

  /** Makes records of one model in one save. @returns their keys */
  async make<M extends Model>(model: M, ...rows: readonly NewRow<M>[]): Promise<Key[]> {
    return (await this.recording((recorder) => recorder.create(model, rows))).map(({ key }) => key)
  }

  /** A line of its own nickname: `L1`, `L2` and so on. */
  async line(values: NewRow<typeof Line> = {}): Promise<{ id: Key; nickname: string }> {
    this.#lines += 1
    const nickname = `L${this.#lines}`
    const [id] = await this.make(Line, { nickname, name: nickname, lab_id: this.lab, ...values })
    return { id: id!, nickname: values.nickname ?? nickname }
  }

  async subject(values: NewRow<typeof Subject> = {}): Promise<RowOf<typeof Subject>> {
    const [key] = await this.make(Subject, { lab_id: this.lab, ...values })
    return (await this.read(Subject, key!))!
  }

  async change<M extends Model>(model: M, key: Key, values: NewRow<M>): Promise<void> {
    await this.recording((recorder) => recorder.change(model, [{ key, values }]))
  }

  async remove(model: Model, ...keys: readonly Key[]): Promise<void> {
    await this.recording((recorder) => recorder.remove(model, keys))
  }

  /** A record as it is now; undefined when it is gone. */
  read<M extends Model>(model: M, key: Key): Promise<RowOf<M> | undefined> {
    return this.recording(async (recorder) => (await recorder.lock(model, [key])).get(key))
  }
}
