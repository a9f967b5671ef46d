import { Lab, LabMembership, type RowOf } from '@alyx/models'
import { type Draft, invalid, rulesFor } from '../../../records/index.ts'

type LabDraft = Draft<typeof Lab>

const WHOLE_PERCENT = 100

/**
 * A share between 0 and 1, as somebody wrote it into a form: 85 means 0.85, and nothing is less than nothing.
 *
 * Source: Alyx 3.6.1, misc/admin.py, LabForm.
 */
export const asShare = (written: number): number => (written > 1 ? written / WHOLE_PERCENT : Math.max(written, 0))

/** @throws Refused when no clock keeps the zone */
export function judgeTimeZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    throw invalid({ timezone: [`"${zone}" is no time zone; write it as in Europe/London.`] })
  }
}

/**
 * Shares are put right and zones judged, except at the Alyx contract, where they are recorded as they come: that is what
 * its clients know.
 */
export const labValueRules = rulesFor(Lab, {
  async prepare(drafts: readonly LabDraft[], { source }) {
    if (source === 'contract') return
    for (const { before, values } of drafts) {
      values.reference_weight_pct = asShare(values.reference_weight_pct)
      values.zscore_weight_pct = asShare(values.zscore_weight_pct)
      if (values.timezone !== '' && values.timezone !== before?.timezone) judgeTimeZone(values.timezone)
    }
  },
})

type MembershipRow = RowOf<typeof LabMembership>

/** @throws Refused when it would be over before it begins: it would never count */
export function judgeMembership({ start_date, end_date }: Pick<MembershipRow, 'start_date' | 'end_date'>): void {
  if (start_date !== null && end_date !== null && end_date < start_date)
    throw invalid({ end_date: ['The last day must not lie before the first.'] })
}

export const membershipRules = rulesFor(LabMembership, {
  async prepare(drafts: readonly Draft<typeof LabMembership>[]) {
    for (const { before, values } of drafts)
      if (before?.start_date !== values.start_date || before.end_date !== values.end_date) judgeMembership(values)
  },
})
