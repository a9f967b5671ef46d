import { HousingSubject, type RowOf } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, type Key, type Recorder, rulesFor } from '../../../records/index.ts'

type StayRow = RowOf<typeof HousingSubject>
type StayDraft = Draft<typeof HousingSubject>

/** A stay that goes on, as far as it is needed to tell which ends when an animal moves. */
export interface Stay {
  readonly subject_id: Key | null
  readonly start_datetime: string
  readonly end_datetime: string | null
}

/**
 * An animal lives in one place: of several stays of one save that go on, the last of each animal does; the others end
 * when that begins.
 *
 * @returns for each stay that ends its position, and that of the one that ends it
 */
export function endedBy(stays: readonly Stay[]): Map<number, number> {
  const open = [...stays.entries()].filter(([, { subject_id, end_datetime }]) => subject_id && end_datetime === null)
  const last = new Map(open.map(([at, { subject_id }]) => [subject_id, at]))
  return new Map(
    open.flatMap(([at, { subject_id }]) => (last.get(subject_id) === at ? [] : [[at, last.get(subject_id)!] as const])),
  )
}

/** Whether a save says that an animal lives somewhere from now on; a new note about an old stay does not. */
const movesIn = ({ before, values }: StayDraft): boolean =>
  values.subject_id !== null &&
  values.end_datetime === null &&
  (before === undefined ||
    before.subject_id !== values.subject_id ||
    before.end_datetime !== null ||
    before.start_datetime !== values.start_datetime ||
    before.housing_id !== values.housing_id)

/**
 * Ends the other stays of animals that move in somewhere, at the moment of moving; one that is written down as begun
 * later ends as it begins, because no stay ends before. The animals are locked, so that two who move one at the same time
 * leave it in one place. Two statements, and those of a change when stays end.
 */
async function endOtherStays(drafts: readonly StayDraft[], recorder: Recorder): Promise<void> {
  const moving = drafts.filter(movesIn)
  if (moving.length === 0) return
  const rows: StayRow[] = moving.map(({ values }) => values)
  for (const [ended, by] of endedBy(rows)) rows[ended]!.end_datetime = rows[by]!.start_datetime
  const staying = moving.filter(({ values }) => values.end_datetime === null)
  const animals = staying.map(({ values }) => values.subject_id!)
  await recorder.db.rows(
    sql`select id from subjects_subject where id = any(${animals}::uuid[]) order by id for no key update`,
  )
  const others = await recorder.db.rows(sql`
    select stay.id, greatest(stay.start_datetime, moving.start)
      from misc_housingsubject stay
      join unnest(${animals}::uuid[], ${staying.map(({ values }) => values.start_datetime)}::timestamptz[])
        as moving(subject_id, start) on moving.subject_id = stay.subject_id
     where stay.end_datetime is null and stay.id <> all(${drafts.map(({ key }) => key)}::uuid[])`)
  await recorder.change(
    HousingSubject,
    others.map(([key, end]) => ({ key: key!, values: { end_datetime: end } })),
  )
}

export const stayRules = rulesFor(HousingSubject, { prepare: endOtherStays })
