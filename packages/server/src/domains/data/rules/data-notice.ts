import { DataNotice } from '@alyx/models'
import { type Draft, invalid, rulesFor } from '../../../records/index.ts'

interface Affected {
  readonly affected_date_start: string | null
  readonly affected_date_end: string | null
}

/** Whether the days that a notice is about run backwards; without one of the two they have no direction. */
export const isReversed = ({ affected_date_start: start, affected_date_end: end }: Affected): boolean =>
  start !== null && end !== null && end < start

/** Judges days that are given, together with those that are there; old notices stay as they are. */
async function refuseReversedDays(drafts: readonly Draft<typeof DataNotice>[]): Promise<void> {
  for (const { before, values } of drafts) {
    const same =
      before?.affected_date_start === values.affected_date_start &&
      before?.affected_date_end === values.affected_date_end
    if (!same && isReversed(values))
      throw invalid({ affected_date_end: ['affected_date_end must be on or after affected_date_start.'] })
  }
}

export const dataNoticeRules = rulesFor(DataNotice, { prepare: refuseReversedDays })
