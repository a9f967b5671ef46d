import { Subject, WaterRestriction } from '@alyx/models'
import { sql } from '../../database/index.ts'
import { invalid, type Key, type Recorder, Refused, type Saved } from '../../records/index.ts'
import { serverClock, serverDay } from './rules/server-clock.ts'

/** How the water of a group of animals is restricted. */
export interface RestrictionStart {
  /** Now when absent. */
  readonly start_time?: string
  /** Grams, implant included; absent: the last weighing, of less than seven days before or after the start. */
  readonly reference_weight?: number
  /** Absent: the type called Water. */
  readonly water_type?: Key
  readonly narrative?: string
}

type Restrictions = Saved<typeof WaterRestriction>[]

interface Open {
  key: Key
  subject_id: Key
  start_time: string
}

/** Open restrictions of subjects that are locked until the end, so that no two people open or end one together. */
async function openRestrictions(recorder: Recorder, subjects: readonly Key[]) {
  const rows = await recorder.lock(Subject, subjects)
  const missing = subjects.filter((key) => !rows.has(key))
  if (missing.length > 0) throw new Refused('missing', `There is no subject with the identifier ${missing.join(', ')}.`)
  const open = await recorder.db.objects<Open>(
    sql`select id as key, subject_id, start_time from actions_waterrestriction
         where subject_id = any(${[...rows.keys()]}::uuid[]) and start_time is not null and end_time is null
         order by start_time, id`,
  )
  const nameOf = (key: Key): string => rows.get(key)?.nickname ?? key
  return { rows, open, nameOf }
}

const listed = (names: Iterable<string>): string => [...new Set(names)].sort().join(', ')

/**
 * Restricts the water of animals from a moment on; whoever does it is noted with each restriction.
 *
 * @throws Refused when one is dead by then, is restricted already, or has no recent weighing to refer to
 */
export async function startRestriction(
  recorder: Recorder,
  subjects: readonly Key[],
  { start_time = recorder.now, reference_weight = 0, water_type, narrative = '' }: RestrictionStart = {},
): Promise<Restrictions> {
  const { rows, open, nameOf } = await openRestrictions(recorder, subjects)
  const day = serverDay(start_time, recorder.settings.timeZone)
  const dead = [...rows.values()].filter(({ death_date }) => death_date !== null && death_date <= day)
  if (dead.length > 0)
    throw invalid({ subject: [`Not alive on ${day}: ${listed(dead.map(({ nickname }) => nickname))}.`] })
  if (open.length > 0)
    throw invalid({
      subject: [`On water restriction already: ${listed(open.map(({ subject_id }) => nameOf(subject_id)))}.`],
    })
  const users = recorder.actor ? [recorder.actor.id] : []
  return recorder.create(
    WaterRestriction,
    [...rows.keys()].map((subject_id) => ({
      subject_id,
      start_time,
      reference_weight,
      narrative,
      ...(water_type !== undefined && { water_type_id: water_type }),
    })),
    subjects.map(() => ({ users })),
  )
}

/**
 * Ends every open restriction of animals.
 *
 * @param end_time  now when absent
 * @throws Refused when one is not restricted, or its restriction began later than it would end
 */
export async function endRestriction(
  recorder: Recorder,
  subjects: readonly Key[],
  end_time: string = recorder.now,
): Promise<Restrictions> {
  const { rows, open, nameOf } = await openRestrictions(recorder, subjects)
  const restricted = new Set(open.map(({ subject_id }) => subject_id))
  const free = [...rows.keys()].filter((key) => !restricted.has(key))
  if (free.length > 0) throw invalid({ subject: [`Not on water restriction: ${listed(free.map(nameOf))}.`] })
  const { timeZone } = recorder.settings
  const end = serverClock(end_time, timeZone)
  const later = open.filter(({ start_time }) => serverClock(start_time, timeZone) > end)
  if (later.length > 0)
    throw invalid({
      end_time: [`The restriction began later: ${listed(later.map(({ subject_id }) => nameOf(subject_id)))}.`],
    })
  return recorder.change(
    WaterRestriction,
    open.map(({ key }) => ({ key, values: { end_time } })),
  )
}
