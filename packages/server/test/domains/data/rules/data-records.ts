import { Dataset, type Model, type RowOf, Session, Tag } from '@alyx/models'
import { type StatementCount, sql } from '../../../../src/database/index.ts'
import { record } from '../../../../src/recording/index.ts'
import type { Key, NewRow, Recorder } from '../../../../src/records/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { recordingAs } from '../../../records/recording-as.ts'

/** The demo laboratory, to which a member adds datasets. */
export class DataRecords {
  readonly scratch: ScratchDatabase
  readonly person: { readonly id: Key; readonly username: string }
  readonly #subject: Key

  private constructor(scratch: ScratchDatabase, person: DataRecords['person'], subject: Key) {
    this.scratch = scratch
    this.person = person
    this.#subject = subject
  }

  static async open(): Promise<DataRecords> {
    const scratch = await demoDatabase({ maxConnections: 8 })
    const [person] = await scratch.database.objects<DataRecords['person']>(
      sql`select id, username from misc_labmember where is_active order by username limit 1`,
    )
    const [subject] = await scratch.database.rows(sql`select id from subjects_subject order by id limit 1`)
    return new DataRecords(scratch, person!, subject![0]!)
  }

  /** A session that no dataset belongs to yet. */
  async session(): Promise<Key> {
    return (await this.make(Session, { subject_id: this.#subject }))[0]!
  }

  recording<T>(work: (recorder: Recorder) => Promise<T>): Promise<T> {
    return record(this.scratch.database, recordingAs(this.person), work)
  }

  async statements(work: (recorder: Recorder) => Promise<unknown>): Promise<number> {
    const count: StatementCount = { statements: 0, milliseconds: 0 }
    await record(this.scratch.database.counted(count), recordingAs(this.person), work)
    return count.statements
  }

  async make<M extends Model>(model: M, ...rows: readonly NewRow<M>[]): Promise<Key[]> {
    return (await this.recording((recorder) => recorder.create(model, rows))).map(({ key }) => key)
  }

  /** A dataset, with tags by name. @returns its key */
  async dataset(values: NewRow<typeof Dataset> = {}, tags: readonly Key[] = []): Promise<Key> {
    const [made] = await this.recording((recorder) =>
      recorder.create(Dataset, [{ name: 'spikes.times.npy', ...values }], [{ tags }]),
    )
    return made!.key
  }

  async tag(name: string, values: NewRow<typeof Tag> = {}): Promise<Key> {
    return (await this.make(Tag, { name, ...values }))[0]!
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
