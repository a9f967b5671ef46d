/**
 * Death, whichever door it comes through: a cull, a surgery that the animal did not survive, or a date of death written
 * into the subject. The day of death and the day of the cull are the same, restrictions end that day, and nobody has to
 * cull the animal any more. A cull that is taken back gives the animal its life back, and the other way round.
 */
import { Cull, Subject, WaterRestriction } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Key, type Recorder, rulesFor, type Saved } from '../../../records/index.ts'
import { readDate } from '../water-control/wall-clock.ts'
import { startOfDay } from './server-clock.ts'

type SavedSubject = Saved<typeof Subject>
type SavedCull = Saved<typeof Cull>

/**
 * The day in its usual form, because the days of subject and cull are compared as texts.
 *
 * @throws Refused when there is no such day
 */
export function dayOf(field: string, text: string): string {
  const day = readDate(text)
  if (day === undefined) throw invalid({ [field]: [`"${text}" is no date; write it as YYYY-MM-DD.`] })
  return day
}

/** @throws Refused when the animal would die before it was born */
export function refuseDeathBeforeBirth(cullDate: string, birthDate: string | null): void {
  if (birthDate !== null && cullDate < birthDate) throw invalid({ date: ['Cull date must be after birth date.'] })
}

/** An animal that dies with this change has not to be culled any more. */
export function noLongerToBeCulled({ before, values }: Draft<typeof Subject>): boolean {
  return values.death_date !== null && values.death_date !== (before?.death_date ?? null)
}

/** Restrictions without end get the first moment of the day of death as their end; one select, one change. */
async function endRestrictions(recorder: Recorder, died: readonly SavedSubject[]): Promise<void> {
  const days = new Map(died.map(({ key, after }) => [key, after.death_date!]))
  const open = await recorder.db.rows(
    sql`select id, subject_id from actions_waterrestriction
         where subject_id = any(${[...days.keys()]}::uuid[]) and start_time is not null and end_time is null`,
  )
  await recorder.change(
    WaterRestriction,
    open.map(([key, subject]) => ({ key: key!, values: { end_time: startOfDay(days.get(subject!)!) } })),
  )
}

/** Culls take the day of death of their animal; the cull of an animal that lives again goes. */
async function moveCulls(recorder: Recorder, saved: readonly SavedSubject[]): Promise<void> {
  const days = new Map(saved.map(({ key, after }) => [key, after.death_date]))
  const found = await recorder.db.rows(
    sql`select id, subject_id, date from actions_cull where subject_id = any(${[...days.keys()]}::uuid[])`,
  )
  const culls = found.map(([key, subject, date]) => ({ key: key!, date, death: days.get(subject!) ?? null }))
  await recorder.change(
    Cull,
    culls.flatMap(({ key, date, death }) =>
      death === null || death === date ? [] : [{ key, values: { date: death } }],
    ),
  )
  await recorder.remove(
    Cull,
    culls.flatMap(({ key, death }) => (death === null ? [key] : [])),
  )
}

export const deathOfSubjectRules = rulesFor(Subject, {
  async prepare(drafts: readonly Draft<typeof Subject>[]) {
    for (const draft of drafts) {
      const { values } = draft
      if (values.death_date !== null) values.death_date = dayOf('death_date', values.death_date)
      if (noLongerToBeCulled(draft)) values.to_be_culled = false
    }
  },

  async follow(saved: readonly SavedSubject[], recorder) {
    // A subject that is new has neither restrictions nor a cull.
    const moved = saved.filter(({ before, changed }) => before !== undefined && changed.has('death_date'))
    if (moved.length === 0) return
    const died = moved.filter(({ after }) => after.death_date !== null)
    if (died.length > 0) await endRestrictions(recorder, died)
    await moveCulls(recorder, moved)
  },
})

/** Gives animals that were not culled after all their life back; those that are gone are left out. */
async function revive(recorder: Recorder, subjects: readonly Key[]): Promise<void> {
  const rows = await recorder.lock(Subject, subjects)
  await recorder.change(
    Subject,
    [...rows].flatMap(([key, { death_date }]) => (death_date === null ? [] : [{ key, values: { death_date: null } }])),
  )
}

async function judgeDays(drafts: readonly Draft<typeof Cull>[], { db }: Recorder): Promise<void> {
  // Without a day PostgreSQL refuses the cull, and says which field is missing.
  for (const { values } of drafts) if (values.date) values.date = dayOf('date', values.date)
  const judged = drafts.filter(
    ({ before, values }) => before?.date !== values.date || before?.subject_id !== values.subject_id,
  )
  if (judged.length === 0) return
  const subjects = judged.map(({ values }) => values.subject_id)
  const births = new Map(
    (await db.rows(sql`select id, birth_date from subjects_subject where id = any(${subjects}::uuid[])`)).map(
      ([id, birth]) => [id, birth ?? null],
    ),
  )
  for (const { values } of judged) refuseDeathBeforeBirth(values.date, births.get(values.subject_id) ?? null)
}

export const cullRules = rulesFor(Cull, {
  prepare: judgeDays,

  async follow(saved: readonly SavedCull[], recorder) {
    const culled = new Map(saved.map(({ after }) => [after.subject_id, after.date]))
    const spared = saved.flatMap(({ before }) => (before && !culled.has(before.subject_id) ? [before.subject_id] : []))
    const rows = await recorder.lock(Subject, [...culled.keys()])
    await recorder.change(
      Subject,
      [...rows].flatMap(([key, { death_date, to_be_culled }]) => {
        const day = culled.get(key)!
        return death_date === day && !to_be_culled ? [] : [{ key, values: { death_date: day, to_be_culled: false } }]
      }),
    )
    if (spared.length > 0) await revive(recorder, spared)
  },

  async afterRemoval(rows: readonly { subject_id: Key }[], recorder) {
    await revive(
      recorder,
      rows.map(({ subject_id }) => subject_id),
    )
  },
})
