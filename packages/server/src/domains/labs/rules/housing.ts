/**
 * A housing is a cage in one state. When something about it changes, the old one stays as it was, for the time that has
 * passed, and a new one takes its occupants over from now on; also when nobody has ever lived in it.
 *
 * Source: Alyx 3.6.1, misc/models.py, Housing.save, which loses the change when nobody has ever lived there, and gives
 * stays that were over long ago a new end.
 */
import { Housing, HousingSubject, type RowOf } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, type Key, type Recorder, rulesFor } from '../../../records/index.ts'

type HousingRow = RowOf<typeof Housing>
type HousingDraft = Draft<typeof Housing>

/** What makes a housing another one; its name and its JSON do not. */
const STATE = [
  'cage_name',
  'cage_type_id',
  'enrichment_id',
  'food_id',
  'cage_cleaning_frequency_days',
  'light_cycle',
] as const satisfies readonly (keyof HousingRow)[]

/** What a new housing has as the lab has it, unless something else is said. */
const FROM_LAB = STATE.filter((column) => column !== 'cage_name')

/** Whether a change makes another housing of it. */
export const isAnotherState = (before: Readonly<HousingRow> | undefined, values: Readonly<HousingRow>): boolean =>
  before !== undefined && STATE.some((column) => before[column] !== values[column])

/**
 * Makes new housings of those whose state changes, and moves their occupants there. The old ones keep all that they had.
 * A fixed number of statements, none when no state changes.
 */
async function makeNewStates(drafts: readonly HousingDraft[], recorder: Recorder): Promise<void> {
  const changed = drafts.filter(({ before, values }) => isAnotherState(before, values))
  if (changed.length === 0) return
  const made = await recorder.create(
    Housing,
    changed.map(({ values: { id: _, ...state } }) => state),
  )
  const successors = new Map(changed.map(({ key }, at) => [key, made[at]!.key]))
  for (const draft of changed) {
    Object.assign(draft.values, draft.before)
    draft.successor = successors.get(draft.key)!
  }
  const occupants = await recorder.db.rows(sql`
    select housing_id, subject_id from misc_housingsubject
     where housing_id = any(${[...successors.keys()]}::uuid[]) and end_datetime is null and subject_id is not null
     order by start_datetime, id`)
  // Moving in ends the stay in the old housing.
  await recorder.create(
    HousingSubject,
    occupants.map(([housing, subject_id]) => ({
      housing_id: successors.get(housing!)!,
      subject_id: subject_id!,
      start_datetime: recorder.now,
    })),
  )
}

/** New housings are furnished as those of the lab that the person works in. One statement, none without new ones. */
async function furnishAsLab(drafts: readonly HousingDraft[], { db, actor, moment }: Recorder): Promise<void> {
  const bare = drafts.filter(({ before, given }) => before === undefined && FROM_LAB.some((one) => !given.has(one)))
  if (bare.length === 0 || actor === undefined) return
  const [lab] = await db.objects<Pick<HousingRow, (typeof FROM_LAB)[number]>>(sql`
    select l.cage_type_id, l.enrichment_id, l.food_id, l.cage_cleaning_frequency_days, l.light_cycle
      from misc_labmembership m join misc_lab l on l.id = m.lab_id
     where m.user_id = ${actor.id} and m.start_date <= ${moment.today}::date
       and (m.end_date is null or m.end_date >= ${moment.today}::date)
     order by m.start_date, l.name limit 1`)
  if (!lab) return
  for (const { given, values } of bare)
    Object.assign(values, Object.fromEntries(FROM_LAB.flatMap((one) => (given.has(one) ? [] : [[one, lab[one]]]))))
}

export const housingRules = rulesFor(Housing, {
  async prepare(drafts: readonly HousingDraft[], recorder) {
    await furnishAsLab(drafts, recorder)
    await makeNewStates(drafts, recorder)
  },
})

/** Moves animals into a housing from a moment on, now unless it is said. @returns keys of their stays */
export async function moveIntoHousing(
  recorder: Recorder,
  housing: Key,
  subjects: readonly Key[],
  since: string = recorder.now,
): Promise<Key[]> {
  const stays = await recorder.create(
    HousingSubject,
    subjects.map((subject_id) => ({ housing_id: housing, subject_id, start_datetime: since })),
  )
  return stays.map(({ key }) => key)
}
