/** Reads the history of subjects for water control: two statements, however many subjects. */
import { type Db, type Statement, sql } from '../../../database/index.ts'
import type { Administration, Implant, Restriction, WaterControlInputs, Weighing } from './inputs.ts'
import { type WallClock, wallClockOfTimestamp } from './wall-clock.ts'

/**
 * The moments that will be asked about, as PostgreSQL reads a timestamptz; '-infinity' and 'infinity' for all.
 *
 * Subjects have years of weighings and a page shows a hundred subjects: what cannot matter stays in the database.
 */
export interface Window {
  readonly from: string
  readonly to: string
}

export const ALL_TIMES: Window = { from: '-infinity', to: 'infinity' }

/** Which subjects to read: by id, or all that bear a nickname (one for each lab that uses it). */
export type Selection = { readonly ids: readonly string[] } | { readonly nickname: string }

export interface SubjectInputs {
  readonly id: string
  readonly nickname: string
  readonly inputs: WaterControlInputs
}

interface SubjectRow {
  id: string
  nickname: string
  birth_date: string | null
  sex: string
  timezone: string | null
  reference_weight_pct: number | null
  zscore_weight_pct: number | null
  server_zone: string
}

/** @returns the selected subjects with what water control needs in the window, in no particular order */
export async function loadWaterInputs(db: Db, selection: Selection, window: Window): Promise<SubjectInputs[]> {
  const subjects = await db.objects<SubjectRow>(subjectStatement(selection))
  if (subjects.length === 0) return []
  const ids = subjects.map(({ id }) => id)
  const histories = new Map(ids.map((id) => [id, emptyHistory()]))
  for (const row of await db.objects<HistoryRow>(historyStatement(ids, window))) {
    const history = histories.get(row.subject_id)
    if (history !== undefined) sorters[row.kind](history, wallClockOfTimestamp(row.at), row)
  }
  return subjects.map((subject) => ({
    id: subject.id,
    nickname: subject.nickname,
    inputs: {
      birth_date: subject.birth_date,
      sex: subject.sex,
      lab: {
        timezone: subject.timezone,
        reference_weight_pct: subject.reference_weight_pct ?? 0,
        zscore_weight_pct: subject.zscore_weight_pct ?? 0,
      },
      server_zone: subject.server_zone,
      ...(histories.get(subject.id) ?? emptyHistory()),
    },
  }))
}

/** The zone comes from the connection, because the times are read as its wall clock. */
function subjectStatement(selection: Selection): Statement {
  if ('nickname' in selection) {
    return sql`
      select s.id, s.nickname, s.birth_date, s.sex, l.timezone, l.reference_weight_pct, l.zscore_weight_pct,
             current_setting('TimeZone') as server_zone
        from subjects_subject s left join misc_lab l on l.id = s.lab_id
       where s.nickname = ${selection.nickname}`
  }
  return sql`
      select s.id, s.nickname, s.birth_date, s.sex, l.timezone, l.reference_weight_pct, l.zscore_weight_pct,
             current_setting('TimeZone') as server_zone
        from subjects_subject s left join misc_lab l on l.id = s.lab_id
       where s.id = any(${selection.ids}::uuid[])`
}

type Kind = 'restriction' | 'implant' | 'administration' | 'weighing'

interface HistoryRow {
  subject_id: string
  kind: Kind
  at: string
  until: string | null
  amount: number | null
  in_session: boolean
}

/**
 * Everything that happened to the subjects and may matter in the window, in order of time:
 *
 * - restrictions and implants: all, they are few;
 * - administrations: those of the window;
 * - weighings: those of the window and the last one before it; likewise around each restriction whose reference weight
 *   nobody wrote down, because the last weighing by its start then stands for it.
 *
 * Windows are three days wider on both sides, because a lab's day may begin and end up to 26 hours from the server's.
 * Entries without a time are left out: nobody can say to which day they belong.
 */
function historyStatement(ids: readonly string[], { from, to }: Window): Statement {
  // One subject is asked for plainly: PostgreSQL then keeps one plan, where a list makes it plan anew each time (0.5 ms).
  const [only] = ids
  const oneOfThem = ids.length === 1 ? sql`= ${only}::uuid` : sql`= any(${ids}::uuid[])`
  const eachOfThem = ids.length === 1 ? sql`(select ${only}::uuid)` : sql`unnest(${ids}::uuid[])`
  return sql`
    with restriction as (
      select id, subject_id, start_time, end_time, reference_weight
        from actions_waterrestriction
       where subject_id ${oneOfThem} and start_time is not null
    ), span as (
      select subject_id, ${from}::timestamptz - interval '3 days' as opens, ${to}::timestamptz + interval '3 days' as closes
        from ${eachOfThem} as each(subject_id)
      union all
      select subject_id, start_time - interval '3 days', start_time + interval '3 days'
        from restriction where reference_weight = 0
    )
    select subject_id, 'restriction' as kind, start_time as at, end_time as until, reference_weight as amount,
           false as in_session, id
      from restriction
    union all
    select subject_id, 'implant', start_time, null, implant_weight, false, id
      from actions_surgery
     where subject_id ${oneOfThem} and implant_weight <> 0 and start_time is not null
    union all
    select subject_id, 'administration', date_time, null, water_administered, session_id is not null, id
      from actions_wateradministration
     where subject_id ${oneOfThem}
       and date_time >= ${from}::timestamptz - interval '3 days' and date_time < ${to}::timestamptz + interval '3 days'
    union all
    select distinct span.subject_id, 'weighing', w.date_time, null::timestamptz, w.weight, false, w.id
      from span cross join lateral (
        select id, date_time, weight from actions_weighing
         where subject_id = span.subject_id and date_time >= span.opens and date_time < span.closes
        union all
        (select id, date_time, weight from actions_weighing
          where subject_id = span.subject_id and date_time < span.opens
          order by date_time desc, id desc limit 1)
      ) w
    order by at, id`
}

interface History {
  readonly restrictions: Restriction[]
  readonly weighings: Weighing[]
  readonly administrations: Administration[]
  readonly implants: Implant[]
}

function emptyHistory(): History {
  return { restrictions: [], weighings: [], administrations: [], implants: [] }
}

const sorters: Record<Kind, (history: History, at: WallClock, row: HistoryRow) => void> = {
  restriction(history, start_time, { until, amount }) {
    const end_time = until === null ? null : wallClockOfTimestamp(until)
    history.restrictions.push({ start_time, end_time, reference_weight: amount ?? 0 })
  },
  implant(history, start_time, { amount }) {
    history.implants.push({ start_time, implant_weight: amount ?? 0 })
  },
  administration(history, date_time, { amount, in_session }) {
    history.administrations.push({ date_time, water_administered: amount, in_session })
  },
  weighing(history, date_time, { amount }) {
    history.weighings.push({ date_time, weight: amount ?? 0 })
  },
}
