/**
 * Two computers that record the same session (subject, day, number) at the same moment end with one session.
 *
 * Alyx accepts a second session of the same number at any time, and laboratories have such sessions; a second one that
 * is recorded when the first is known stays accepted. What nobody wants is the accident: two requests of which neither
 * could know of the other. So one waits for the other, by a lock that lasts until the end of the transaction, and is then
 * refused, naming the session that there is.
 *
 * A request that arrives while the other is at work but gets its turn only after the end never meets the lock. The
 * process therefore remembers for some minutes when each of its sessions became visible. It does not ask the history for
 * that: the clocks of the database and of the server differ, and a script that records two sessions one after the other
 * must not be refused for it.
 */
import type { Session } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, type Key, type Recorder, Refused, type Saved, wallMicroseconds } from '../../../records/index.ts'
import { serverDay } from './server-clock.ts'

type SessionRow = Pick<Draft<typeof Session>['values'], 'number' | 'start_time' | 'subject_id'>

/** Where a session stands among the others: `subject/day/number`; undefined when it has no number or no day. */
export function placeOf({ number, start_time, subject_id }: SessionRow, zone: string): string | undefined {
  if (number === null || start_time === null) return undefined
  return `${subject_id}/${serverDay(start_time, zone)}/${number}`
}

interface Remembered {
  readonly key: Key
  /** Milliseconds since 1970 from which on everybody could see it; infinite while it is being recorded. */
  visible: number
}

/** The latest session of each place, oldest first. */
const remembered = new Map<string, Remembered>()
/** Longer than any request takes. */
const REMEMBERED_MILLISECONDS = 10 * 60 * 1000

/** Keeps in mind the sessions that this transaction makes. */
export function rememberSessions(saved: readonly Saved<typeof Session>[], recorder: Recorder): void {
  forgetOld()
  for (const { before, after, key } of saved) {
    const place = before ? undefined : placeOf(after, recorder.settings.timeZone)
    if (place === undefined) continue
    const entry: Remembered = { key, visible: Number.POSITIVE_INFINITY }
    remembered.delete(place)
    remembered.set(place, entry)
    recorder.afterCommit(async () => {
      entry.visible = processClock()
    })
    recorder.afterRollback(async () => {
      if (remembered.get(place) === entry) remembered.delete(place)
    })
  }
}

const MICROSECONDS = 1000
/** The clock that also tells when a request arrived, in whole milliseconds as `Date.parse` reads that. */
const processClock = (): number => Math.floor(wallMicroseconds() / MICROSECONDS)

function forgetOld(): void {
  const limit = processClock() - REMEMBERED_MILLISECONDS
  for (const [place, { visible }] of remembered) {
    if (visible > limit) return
    remembered.delete(place)
  }
}

interface Locked {
  readonly place: string
  readonly locked: boolean
  /** Sessions of the place before we waited for anybody. */
  readonly before: readonly Key[]
}

/**
 * Refuses new sessions whose twin was recorded while this request was under way. One statement; two or three more only
 * when somebody else is at the same place.
 *
 * @throws Refused `conflict`, with the key of the other session
 */
export async function refuseConcurrentTwins(
  drafts: readonly Draft<typeof Session>[],
  recorder: Recorder,
): Promise<void> {
  const { db, settings } = recorder
  const places = new Set<string>()
  for (const { before, values } of drafts) {
    const place = before ? undefined : placeOf(values, settings.timeZone)
    if (place !== undefined) places.add(place)
  }
  if (places.size === 0) return
  const locks = await tryLocks(recorder, [...places].sort())
  const busy = locks.filter(({ locked }) => !locked)
  if (busy.length > 0) {
    await db.rows(
      sql`select pg_advisory_xact_lock(hashtextextended(place, ${LOCKS}))
            from unnest(${busy.map(({ place }) => place)}::text[]) as busy(place)`,
    )
    const known = new Set(locks.flatMap(({ before }) => before))
    const [twin] = (
      await sessionsAt(
        recorder,
        busy.map(({ place }) => place),
      )
    ).filter((key) => !known.has(key))
    if (twin !== undefined) throw alreadyRecorded(twin)
  }
  const arrival = Date.parse(isoOf(recorder.now))
  const suspects = [...places].flatMap((place) => {
    const entry = remembered.get(place)
    return entry && entry.visible > arrival ? [entry.key] : []
  })
  if (suspects.length === 0) return
  const [twin] = await db.rows(sql`select id from actions_session where id = any(${suspects}::uuid[])`)
  if (twin) throw alreadyRecorded(twin[0]!)
}

/** Tells our locks from those of others; any number will do. */
const LOCKS = 20_260_302

/** Takes the locks that are free. What stood there before is only looked for where somebody else holds the lock. */
async function tryLocks({ db }: Recorder, places: readonly string[]): Promise<Locked[]> {
  return db.objects<Locked>(sql`
    with tried as materialized (
      select place, pg_try_advisory_xact_lock(hashtextextended(place, ${LOCKS})) as locked
        from unnest(${places}::text[]) as wanted(place)
    )
    select place, locked, case when locked then '{}'::uuid[] else array(${sessionsOfPlace}) end as before from tried`)
}

const sessionsOfPlace = sql`
  select s.id from actions_session s
   where s.subject_id = split_part(place, '/', 1)::uuid and s.number = split_part(place, '/', 3)::integer
     and s.start_time >= split_part(place, '/', 2)::date::timestamptz
     and s.start_time < (split_part(place, '/', 2)::date + 1)::timestamptz`

async function sessionsAt({ db }: Recorder, places: readonly string[]): Promise<Key[]> {
  const found = await db.rows(
    sql`select twin.id from unnest(${places}::text[]) as busy(place) cross join lateral (${sessionsOfPlace}) as twin order by 1`,
  )
  return found.map(([key]) => key!)
}

/** `2026-03-02 09:30:00.123456+00` in the form that JavaScript reads. */
const isoOf = (moment: string): string => moment.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')

const alreadyRecorded = (key: Key): Refused =>
  new Refused(
    'conflict',
    `This session was recorded by another request at the same time: it is session ${key}. Use that one, or give this one another number.`,
    { details: { session: key } },
  )
