import { type Model, type RowOf, Subject } from '@alyx/models'
import { type StatementCount, sql } from '../../../../src/database/index.ts'
import { actionDefaults, actionRules } from '../../../../src/domains/actions/index.ts'
import { type RecordOptions, record, ruleBook } from '../../../../src/recording/index.ts'
import type { Key, NewRow, Recorder } from '../../../../src/records/index.ts'
import { demoDatabase } from '../../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { recordingAs } from '../../../records/recording-as.ts'

/** The demo laboratory, with the rules of actions alone: what other domains add is tried in their own tests. */
export class ActionRecords {
  readonly scratch: ScratchDatabase
  readonly #person: { readonly id: Key; readonly username: string }
  readonly #lab: Key
  #subjects = 0

  private constructor(scratch: ScratchDatabase, person: { id: Key; username: string }, lab: Key) {
    this.scratch = scratch
    this.#person = person
    this.#lab = lab
  }

  static async open(): Promise<ActionRecords> {
    const scratch = await demoDatabase({ maxConnections: 12 })
    const [person] = await scratch.database.objects<{ id: Key; username: string }>(
      sql`select id, username from misc_labmember where is_active order by username limit 1`,
    )
    const [lab] = await scratch.database.rows(sql`select id from misc_lab order by name limit 1`)
    return new ActionRecords(scratch, person!, lab![0]!)
  }

  get person(): Key {
    return this.#person.id
  }

  /** Records as a member does, in one transaction; `options` for another door or another moment. */
  recording<T>(work: (recorder: Recorder) => Promise<T>, options: Partial<RecordOptions> = {}): Promise<T> {
    const book = { rules: actionRules, defaults: { ...ruleBook.defaults, ...actionDefaults } }
    return record(this.scratch.database, { ...recordingAs(this.#person), book, ...options }, work)
  }

  /** Counts the statements of a transaction. */
  async statements(work: (recorder: Recorder) => Promise<unknown>): Promise<number> {
    const count: StatementCount = { statements: 0, milliseconds: 0 }
    const book = { rules: actionRules, defaults: { ...ruleBook.defaults, ...actionDefaults } }
    await record(this.scratch.database.counted(count), { ...recordingAs(this.#person), book }, work)
    return count.statements
  }

  /** Makes records of one model. @returns their keys */
  async make<M extends Model>(model: M, ...rows: readonly NewRow<M>[]): Promise<Key[]> {
    return (await this.recording((recorder) => recorder.create(model, rows))).map(({ key }) => key)
  }

  /** A living animal born in 2025. @returns its key */
  async subject(values: NewRow<typeof Subject> = {}): Promise<Key> {
    this.#subjects += 1
    const [key] = await this.make(Subject, {
      nickname: `mouse${this.#subjects}`,
      lab_id: this.#lab,
      responsible_user_id: this.#person.id,
      birth_date: '2025-01-01',
      ...values,
    })
    return key!
  }

  async change<M extends Model>(model: M, key: Key, values: Partial<RowOf<M>>): Promise<void> {
    await this.recording((recorder) => recorder.change(model, [{ key, values }]))
  }

  async remove(model: Model, key: Key): Promise<void> {
    await this.recording((recorder) => recorder.remove(model, [key]))
  }

  /** A record as it is now; undefined when it is gone. */
  read<M extends Model>(model: M, key: Key): Promise<RowOf<M> | undefined> {
    return this.recording(async (recorder) => (await recorder.lock(model, [key])).get(key))
  }
}
