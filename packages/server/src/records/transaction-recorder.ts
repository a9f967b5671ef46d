import { type Model, primaryKey, type RowOf } from '@alyx/models'
import type { Db } from '../database/index.ts'
import type { Moment } from '../query/index.ts'
import { filledIn } from './defaults.ts'
import type { Actor, Change, Links, NewRow, Recorder, RecordingSettings, Removed, Source } from './recorder.ts'
import { Refused } from './refused.ts'
import { loosen, planRemoval, type RemovalPlan, removeRows } from './removal.ts'
import { type Restoration, restoreRows } from './restore.ts'
import type { Draft, Key, Row, Saved } from './row.ts'
import type { RuleBook, Rules } from './rules.ts'
import { insertStatement, linkStatement, selectStatement, updateStatement } from './statements.ts'
import { columnsOf, tablesOf } from './tables.ts'
import { refusalOf } from './violations.ts'

/** What a recorder is made of. */
export interface RecorderParts {
  /** The transaction. */
  readonly db: Db
  readonly book: RuleBook
  readonly moment: Moment
  readonly now: string
  readonly actor: Actor | undefined
  readonly source: Source
  readonly settings: RecordingSettings
}

type Work = () => Promise<void>
/** A draft whose links rules may fill in. */
type OpenDraft = Draft & { values: Row; links: Record<string, readonly Key[]> }

/** A recorder for one transaction, and what has to be done after its end. */
export class TransactionRecorder implements Recorder {
  readonly db: Db
  readonly moment: Moment
  readonly now: string
  readonly actor: Actor | undefined
  readonly source: Source
  readonly settings: RecordingSettings
  readonly committed: Work[] = []
  readonly rolledBack: Work[] = []
  readonly #book: RuleBook

  constructor({ db, book, moment, now, actor, source, settings }: RecorderParts) {
    this.db = db
    this.#book = book
    this.moment = moment
    this.now = now
    this.actor = actor
    this.source = source
    this.settings = settings
  }

  afterCommit(work: Work): void {
    this.committed.push(work)
  }

  afterRollback(work: Work): void {
    this.rolledBack.push(work)
  }

  async create<M extends Model>(
    model: M,
    rows: readonly NewRow<M>[],
    links: readonly (Links | undefined)[] = [],
  ): Promise<Saved<M>[]> {
    if (rows.length === 0) return []
    const filled = await filledIn(this, this.#book, model, rows as readonly Row[])
    const drafts: OpenDraft[] = filled.map(({ key, row }, at) => ({
      key,
      before: undefined,
      given: givenColumns(rows[at] as Row),
      values: row as Draft['values'] & Row,
      links: { ...links[at] },
    }))
    await this.#prepare(model, drafts)
    await refusing(async () => {
      for (const table of tablesOf(model))
        await this.db.execute(
          insertStatement(
            table,
            drafts.map(({ values }) => values),
          ),
        )
    })
    const every = new Set(columnsOf(model).map(({ name }) => name))
    const saved = drafts.map(({ key, values }) => ({ key, before: undefined, after: values, changed: every }))
    return this.#finish<M>(model, drafts, saved)
  }

  async change<M extends Model>(model: M, changes: readonly Change<M>[]): Promise<Saved<M>[]> {
    if (changes.length === 0) return []
    const before = await this.lock(
      model,
      changes.map(({ key }) => key),
    )
    const touched = this.#touched(model)
    const drafts = changes.map(({ key, values, links }): OpenDraft => {
      const row = before.get(key)
      if (!row) throw new Refused('missing', `There is no ${model.label} with the identifier ${key}.`)
      return {
        key,
        before: row,
        given: givenColumns(values as Row),
        values: { ...row, ...definedOnly(values as Row), ...touched } as unknown as OpenDraft['values'],
        links: { ...links },
      }
    })
    await this.#prepare(model, drafts)
    const saved = drafts.map(({ key, before: old, values, successor }) => ({
      key,
      ...(successor !== undefined && { successor }),
      before: old,
      after: values,
      changed: differences(model, old as Readonly<Row>, values),
    }))
    await this.#update(model, saved)
    return this.#finish<M>(model, drafts, saved)
  }

  async #update(model: Model, saved: readonly Saved[]): Promise<void> {
    const moving = saved.filter(({ changed }) => changed.size > 0)
    const changed = new Set(moving.flatMap((one) => [...one.changed]))
    await refusing(async () => {
      for (const table of tablesOf(model)) {
        const columns = new Set(table.columns.map(({ name }) => name).filter((name) => changed.has(name)))
        if (columns.size > 0)
          await this.db.execute(
            updateStatement(
              table,
              columns,
              moving.map(({ after }) => after as Row),
            ),
          )
      }
    })
  }

  async remove(model: Model, keys: readonly Key[]): Promise<Removed> {
    if (keys.length === 0) return { counts: new Map() }
    const plan = await this.planRemoval(model, keys)
    await refusing(async () => {
      await loosen(this.db, plan.loosened, ({ model: from, fieldName }) => this.#defaultOf(from, fieldName))
      await removeRows(this.db, plan.rows)
    })
    for (const { rules, rows } of plan.judged) await rules.afterRemoval?.(rows, this)
    return { counts: new Map([...plan.rows].map(([one, set]) => [one, set.size])) }
  }

  /**
   * What a removal would take along, judged by the rules of all models concerned.
   *
   * @throws Refused `missing`, `in_use` or whatever a rule says
   */
  async planRemoval(model: Model, keys: readonly Key[]): Promise<RemovalPlan & { readonly judged: readonly Judged[] }> {
    const there = await this.lock(model, keys)
    for (const key of keys)
      if (!there.has(key)) throw new Refused('missing', `There is no ${model.label} with the identifier ${key}.`)
    const plan = await planRemoval(this.db, model, keys)
    if (plan.refusing.size > 0) {
      const counts = [...plan.refusing].map(([one, set]) => `${set.size} ${set.size === 1 ? one.label : one.plural}`)
      throw new Refused('in_use', `It is still needed by ${counts.join(', ')}.`, {
        details: Object.fromEntries([...plan.refusing].map(([one, set]) => [one.key, [...set]])),
      })
    }
    const judged: Judged[] = []
    for (const [one, set] of plan.rows) {
      const asked = this.#rulesOf(one).filter((rules) => rules.beforeRemoval || rules.afterRemoval)
      if (asked.length === 0) continue
      const rows = [...(await this.lock(one, [...set])).values()]
      for (const rules of asked) judged.push({ rules, rows })
    }
    for (const { rules, rows } of judged) await rules.beforeRemoval?.(rows, this)
    return { ...plan, judged }
  }

  restore(restoration: Restoration): Promise<void> {
    return refusing(() => restoreRows(this.db, restoration))
  }

  async link(model: Model, field: string, links: ReadonlyMap<Key, readonly Key[]>): Promise<void> {
    if (links.size > 0) await refusing(() => this.db.execute(linkStatement(model, field, links)))
  }

  async lock<M extends Model>(model: M, keys: readonly Key[]): Promise<Map<Key, RowOf<M>>> {
    if (keys.length === 0) return new Map()
    const rows = await this.db.objects<RowOf<M>>(selectStatement(model, [...new Set(keys)], { lock: true }))
    const column = primaryKey(model).column
    return new Map(rows.map((row) => [String((row as Row)[column]), row]))
  }

  #rulesOf(model: Model): readonly Rules[] {
    const names = new Set(tablesOf(model).map((table) => table.model.key))
    return this.#book.rules.filter((rules) => names.has(rules.model.key))
  }

  async #prepare(model: Model, drafts: readonly OpenDraft[]): Promise<void> {
    for (const rules of this.#rulesOf(model)) await rules.prepare?.(drafts, this)
  }

  async #finish<M extends Model>(model: M, drafts: readonly OpenDraft[], saved: readonly Saved[]): Promise<Saved<M>[]> {
    for (const rules of this.#rulesOf(model)) await rules.follow?.(saved, this)
    const fields = new Set(drafts.flatMap(({ links }) => Object.keys(links)))
    for (const field of fields) {
      const wanted = drafts.flatMap(({ key, links }) => (links[field] ? [[key, links[field]] as const] : []))
      await this.link(model, field, new Map(wanted))
    }
    return saved as unknown as Saved<M>[]
  }

  #touched(model: Model): Row {
    return Object.fromEntries(
      columnsOf(model)
        .filter(({ field }) => field.touched)
        .map(({ name }) => [name, this.now]),
    )
  }

  async #defaultOf(model: Model, fieldName: string): Promise<Key | null> {
    const field = model.fields[fieldName]
    const said = field && 'default' in field ? field.default : undefined
    return said && 'rule' in said ? this.#book.defaults[said.rule](this) : null
  }
}

/** Rules of a model with the rows of it that a removal takes. */
interface Judged {
  readonly rules: Rules
  // biome-ignore lint/suspicious/noExplicitAny: rows of whichever model the rules are about
  readonly rows: readonly any[]
}

const givenColumns = (row: Readonly<Row>): ReadonlySet<string> => new Set(Object.keys(definedOnly(row)))

const definedOnly = (row: Readonly<Row>): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))

/** A key is text for whoever refers to a row, also one that is a number in the row itself. */
const same = (one: Row[string] | undefined, other: Row[string] | undefined): boolean =>
  Object.is(one, other) ||
  (Array.isArray(one) && JSON.stringify(one) === JSON.stringify(other)) ||
  (typeof one === 'number' && typeof other === 'string' && String(one) === other)

const differences = (model: Model, before: Readonly<Row>, after: Readonly<Row>): ReadonlySet<string> =>
  new Set(
    columnsOf(model)
      .map(({ name }) => name)
      .filter((name) => !same(before[name], after[name])),
  )

/** Runs statements whose violations are refusals. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw refusalOf(error)
  }
}
