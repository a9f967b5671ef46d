import { Subject, Surgery } from '@alyx/models'
import { type Key, type Recorder, rulesFor, type Saved } from '../../../records/index.ts'
import { protocolNumbers, refreshProtocolNumbers } from './protocol-number.ts'
import { serverDay } from './server-clock.ts'

const MILD = 2
const MODERATE = 3
/** Outcomes without awakening: acute and non-recovery. */
const DEADLY = new Set(['a', 'n'])

type Operated = Saved<typeof Surgery>

/** A surgery makes mild suffering moderate; every other severity was judged by somebody who knew of it. */
export const severityAfterSurgery = (severity: number | null): number | null =>
  severity === MILD ? MODERATE : severity

/**
 * The day on which an animal died in surgery: that of the end of the surgery, when it has an end.
 *
 * @param zone  of the server, on whose calendar the day is
 */
export function deathInSurgery(
  surgery: { readonly outcome_type: string; readonly end_time: string | null },
  zone: string,
): string | null {
  const { outcome_type, end_time } = surgery
  return end_time !== null && DEADLY.has(outcome_type) ? serverDay(end_time, zone) : null
}

/** Protocol number, severity and death of the animals that were operated on. */
async function recordOutcomes(saved: readonly Operated[], recorder: Recorder): Promise<void> {
  const { timeZone } = recorder.settings
  const operated = new Set(saved.map(({ after }) => after.subject_id))
  const left = saved.flatMap(({ before }) => (before && !operated.has(before.subject_id) ? [before.subject_id] : []))
  const deaths = new Map<Key, string>()
  for (const { after } of saved) {
    const death = deathInSurgery(after, timeZone)
    if (death !== null && !deaths.has(after.subject_id)) deaths.set(after.subject_id, death)
  }
  const rows = await recorder.lock(Subject, [...operated])
  const numbers = await protocolNumbers(recorder, [...rows.keys()])
  const changes = [...rows].flatMap(([key, subject]) => {
    const values = {
      protocol_number: numbers.get(key) ?? subject.protocol_number,
      actual_severity: severityAfterSurgery(subject.actual_severity),
      death_date: subject.death_date ?? deaths.get(key) ?? null,
    }
    const same =
      values.protocol_number === subject.protocol_number &&
      values.actual_severity === subject.actual_severity &&
      values.death_date === subject.death_date
    return same ? [] : [{ key, values }]
  })
  await recorder.change(Subject, changes)
  if (left.length > 0) await refreshProtocolNumbers(recorder, [...new Set(left)])
}

export const surgeryRules = rulesFor(Surgery, {
  follow: recordOutcomes,
  async afterRemoval(rows: readonly { subject_id: Key }[], recorder) {
    await refreshProtocolNumbers(recorder, [...new Set(rows.map(({ subject_id }) => subject_id))])
  },
})
