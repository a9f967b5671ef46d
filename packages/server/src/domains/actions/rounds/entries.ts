/**
 * Entries of a daily round, made on a tablet that may have been without network: each has the key that it will have, so that
 * it may be sent again and again, and is recorded once.
 */
import { Subject } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Key, Recorder } from '../../../records/index.ts'
import { dateOf, wallClockAt, zoneOfLab } from '../water-control/wall-clock.ts'
import { MOST_WATER_ML, plausibleWeight } from './plausible.ts'

interface EntryBase {
  readonly id: Key
  readonly subject: Key
  /** ISO 8601 with offset. */
  readonly at: string
  /** Whoever enters it knows of what would otherwise be shown as a conflict. */
  readonly confirmed: boolean
}
export interface WeighingEntry extends EntryBase {
  readonly kind: 'weighing'
  readonly weight: number
}
export interface WaterEntry extends EntryBase {
  readonly kind: 'water'
  /** Null: as much as it likes. */
  readonly millilitres: number | null
  readonly water_type?: Key | undefined
  /** Millilitres that the person saw as given that day before; looked at only when it is said. */
  readonly given_before?: number | undefined
}
export type Entry = WeighingEntry | WaterEntry

/** A record that stands where an entry would go. */
export interface Other {
  readonly id: Key
  readonly at: string
  readonly user: string | null
  readonly amount: number | null
}

/**
 * What becomes of an entry before it is written. `repeated`: it is recorded already, or was and somebody removed it.
 * `conflict`: somebody should look, `confirmed` writes it all the same; of `other values` it never does. `refused`: it
 * cannot be recorded.
 */
export type Judgement =
  | { readonly outcome: 'new' }
  | { readonly outcome: 'repeated'; readonly removed: boolean }
  | {
      readonly outcome: 'conflict'
      readonly why: 'other values' | 'weighed already' | 'other water' | 'implausible weight' | 'too much water'
      readonly message: string
      readonly others: readonly Other[]
    }
  | { readonly outcome: 'refused'; readonly field: 'subject' | 'at' | 'id' | 'water_type'; readonly message: string }

interface Recorded extends Other {
  readonly kind: Entry['kind']
  readonly subject_id: Key
  /** A reward of a session is given by the rig. */
  readonly in_session: boolean
}

/** A clock of a tablet may be so far ahead. */
const AHEAD_MS = 10 * 60 * 1000
const DAY_MS = 24 * 60 * 60 * 1000

/** Everything about the animals of entries around the days of these. Four statements at most, after the animals are locked. */
async function surroundings({ db, settings }: Recorder, entries: readonly Entry[]) {
  const subjects = [...new Set(entries.map(({ subject }) => subject))]
  const times = entries.map(({ at }) => Date.parse(at))
  const window = [Math.min(...times) - 15 * DAY_MS, Math.max(...times) + 2 * DAY_MS].map((time) =>
    new Date(time).toISOString(),
  )
  const around = await db.objects<Recorded>(sql`
    select kind, id, subject_id, to_json(date_time) as at, "user", amount, in_session from (
    select 'weighing' as kind, w.id, w.subject_id, w.date_time, u.username as "user", w.weight as amount,
           false as in_session
      from actions_weighing w left join misc_labmember u on u.id = w.user_id
     where w.subject_id = any(${subjects}::uuid[]) and w.date_time between ${window[0]} and ${window[1]}
    union all
    select 'water', w.id, w.subject_id, w.date_time, u.username, w.water_administered, w.session_id is not null
      from actions_wateradministration w left join misc_labmember u on u.id = w.user_id
     where w.subject_id = any(${subjects}::uuid[]) and w.date_time between ${window[0]} and ${window[1]}
    ) one order by date_time, id`)
  const keys = entries.map(({ id }) => id)
  const there = await db.objects<{
    kind: Entry['kind']
    id: Key
    subject_id: Key
    at: string
    amount: number | null
    removed: boolean
  }>(sql`
    select 'weighing' as kind, id, subject_id, to_json(date_time) as at, weight as amount, false as removed
      from actions_weighing where id = any(${keys}::uuid[])
    union all
    select 'water', id, subject_id, to_json(date_time), water_administered, false
      from actions_wateradministration where id = any(${keys}::uuid[])
    union all
    select case table_name when 'actions_weighing' then 'weighing' else 'water' end, key::uuid, null, null, null, true
      from alyx.change where key = any(${keys}) and operation = 'delete'
       and table_name in ('actions_weighing', 'actions_wateradministration')`)
  const labs = await db.objects<{ id: Key; timezone: string | null }>(sql`
    select s.id, l.timezone from subjects_subject s left join misc_lab l on l.id = s.lab_id
     where s.id = any(${subjects}::uuid[])`)
  const named = entries.flatMap((one) => (one.kind === 'water' && one.water_type ? [one.water_type] : []))
  const types =
    named.length === 0 ? [] : await db.rows(sql`select id from actions_watertype where id = any(${named}::uuid[])`)
  const zones = new Map(labs.map(({ id, timezone }) => [id, zoneOfLab(timezone, settings.timeZone)]))
  const dayOf = (subject: Key, at: string) => dateOf(wallClockAt(new Date(at), zones.get(subject) ?? settings.timeZone))
  return { around, there: new Map(there.map((one) => [one.id, one])), types: new Set(types.map(([id]) => id!)), dayOf }
}

const same = (one: number | null, other: number | null): boolean =>
  one === other || (one !== null && other !== null && Math.abs(one - other) < 1e-9)

/**
 * Judges entries in their order: those before count for those after. The animals are locked until the end, so that two
 * tablets that send at the same time see each other. Five statements at most, however many entries.
 */
export async function judgeEntries(recorder: Recorder, entries: readonly Entry[]): Promise<Judgement[]> {
  if (entries.length === 0) return []
  const animals = await recorder.lock(Subject, [...new Set(entries.map(({ subject }) => subject))])
  const { around, there, types, dayOf } = await surroundings(recorder, entries)
  const known = [...around]
  const seen = new Set<Key>()
  return entries.map((entry): Judgement => {
    const { id, kind, subject, at, confirmed } = entry
    const amount = kind === 'weighing' ? entry.weight : entry.millilitres
    const animal = animals.get(subject)
    const before = there.get(id)
    if (before?.removed) return { outcome: 'repeated', removed: true }
    if (before) {
      const equal = before.kind === kind && before.subject_id === subject && same(before.amount, amount)
      if (equal && Math.abs(Date.parse(before.at) - Date.parse(at)) < 1000)
        return { outcome: 'repeated', removed: false }
      const others = around.filter((one) => one.id === id)
      return {
        outcome: 'conflict',
        why: 'other values',
        message: 'This entry is recorded with other values: somebody changed it, or the key was used twice.',
        others,
      }
    }
    if (seen.has(id)) return { outcome: 'refused', field: 'id', message: 'The key of another entry of this request.' }
    seen.add(id)
    if (!animal) return { outcome: 'refused', field: 'subject', message: 'There is no such animal.' }
    const day = dayOf(subject, at)
    if (animal.death_date !== null && day > animal.death_date)
      return { outcome: 'refused', field: 'at', message: `${animal.nickname} died on ${animal.death_date}.` }
    if (animal.birth_date !== null && day < animal.birth_date)
      return { outcome: 'refused', field: 'at', message: `${animal.nickname} was born on ${animal.birth_date}.` }
    if (Date.parse(at) > recorder.moment.instant.getTime() + AHEAD_MS)
      return { outcome: 'refused', field: 'at', message: 'This moment has not come yet: is the clock right?' }
    if (entry.kind === 'water' && entry.water_type !== undefined && !types.has(entry.water_type))
      return { outcome: 'refused', field: 'water_type', message: 'There is no such type of water.' }
    const others = known.filter(
      (one) => one.kind === kind && one.subject_id === subject && dayOf(subject, one.at) === day,
    )
    const conflict = confirmed ? undefined : conflictOf(entry, others, known, day, dayOf)
    if (conflict) return conflict
    known.push({ id, kind, subject_id: subject, at, user: recorder.actor?.username ?? null, amount, in_session: false })
    return { outcome: 'new' }
  })
}

type DayOf = (subject: Key, at: string) => string

function conflictOf(
  entry: Entry,
  others: readonly Recorded[],
  known: readonly Recorded[],
  day: string,
  dayOf: DayOf,
): Judgement | undefined {
  const conflict = (why: Extract<Judgement, { outcome: 'conflict' }>['why'], message: string, shown = others) =>
    ({ outcome: 'conflict', why, message, others: shown }) as const
  if (entry.kind === 'weighing') {
    if (others.length > 0) return conflict('weighed already', `Weighed on ${day} already: ${others.at(-1)!.amount} g.`)
    const last = known.findLast(
      (one) => one.kind === 'weighing' && one.subject_id === entry.subject && dayOf(entry.subject, one.at) < day,
    )
    const days = last && Math.round((Date.parse(day) - Date.parse(dayOf(entry.subject, last.at))) / DAY_MS)
    const { least, most } = plausibleWeight(last && { weight: last.amount ?? 0, days: days! })
    if (entry.weight >= least && entry.weight <= most) return undefined
    return conflict(
      'implausible weight',
      `${entry.weight} g is not between ${least} and ${most} g.`,
      last ? [last] : [],
    )
  }
  const total = others.reduce((sum, { amount }) => sum + (amount ?? 0), 0)
  if (entry.given_before !== undefined && Math.abs(total - entry.given_before) > 0.005)
    return conflict(
      'other water',
      `${total.toFixed(2)} mL were given on ${day} already, not ${entry.given_before.toFixed(2)} mL.`,
    )
  if ((entry.millilitres ?? 0) > MOST_WATER_ML)
    return conflict('too much water', `${entry.millilitres} mL is more than ${MOST_WATER_ML} mL.`, [])
  return undefined
}
