/**
 * What an animal was called, who answered for it and where it lived: Alyx keeps former values in the animal's JSON, and
 * its pages and clients read them there.
 *
 * Source: Alyx 3.6.1, subjects/models.py, save_old_fields.
 */
import { Subject } from '@alyx/models'
import { type Draft, type Recorder, rulesFor } from '../../../records/index.ts'

declare global {
  interface JSON {
    isRawJSON(value: unknown): boolean
  }
}

/** Name in the JSON, and the column whose former values are kept. */
const KEPT = [
  ['nickname', 'nickname'],
  ['responsible_user', 'responsible_user_id'],
  ['cage', 'cage'],
] as const

/** A value that a field had, and when it was given up. */
export interface PastValue {
  readonly field: string
  /** Wall clock of the server, `2026-03-02T09:30:00.123456`. */
  readonly date_time: string
  readonly value: string
}

type Written = Record<string, unknown>

const isObject = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)

/**
 * The document with former values added under `history`. Everything else in it stays as it is written.
 *
 * A document that is no object, or whose history has another form, has no place for them and is left alone: the history
 * of all changes knows them too.
 */
export function withPastValues(json: string | null, past: readonly PastValue[]): string | null {
  if (past.length === 0) return json
  const document: unknown = JSON.parse(json ?? 'null', asWritten) ?? {}
  if (!isObject(document)) return json
  const history = Object.hasOwn(document, 'history') ? document.history : {}
  if (!isObject(history)) return json
  for (const { field, date_time, value } of past) {
    const values = Object.hasOwn(history, field) ? history[field] : []
    if (Array.isArray(values)) history[field] = [...values, { date_time, value }]
  }
  document.history = history
  return JSON.stringify(document)
}

/** Numbers keep their text: 1.0 would become 1, and large ones would be rounded. */
const asWritten = ((_: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && source !== undefined ? JSON.rawJSON(source) : value) as (
  key: string,
  value: unknown,
) => unknown

/** What Alyx writes for a value: keys as text, and Python's word for no value. */
const asAlyxWrites = (value: string | null | undefined): string => value ?? 'None'

/** Former values that a change gives up. A new animal has none. */
const pastValuesOf = ({ before, values }: Draft<typeof Subject>, dateTime: string): PastValue[] =>
  KEPT.flatMap(([field, column]) =>
    before === undefined || before[column] === values[column]
      ? []
      : [{ field, date_time: dateTime, value: asAlyxWrites(before[column]) }],
  )

/** The moment of the request on the server's clock, as Python writes it. */
export function wallClockOf({ now, moment }: Pick<Recorder, 'now' | 'moment'>): string {
  const toSeconds = (text: string) => Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`)
  const offset = toSeconds(moment.now) - toSeconds(moment.instant.toISOString())
  const fraction = /\.\d+/.exec(now)?.[0] ?? ''
  return `${new Date(toSeconds(now) + offset).toISOString().slice(0, 19)}${fraction}`
}

export const pastValueRules = rulesFor(Subject, {
  async prepare(drafts: readonly Draft<typeof Subject>[], recorder) {
    const dateTime = wallClockOf(recorder)
    for (const draft of drafts)
      draft.values.json = withPastValues(draft.values.json as string | null, pastValuesOf(draft, dateTime))
  },
})
