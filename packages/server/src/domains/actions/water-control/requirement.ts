/** The water requirement of one subject over a period, as rigs ask for it before they give water. */
import type { Db } from '../../../database/index.ts'
import { ALL_TIMES, loadWaterInputs, type SubjectInputs, type Window } from './load.ts'
import { implantOfList, periodOf, type WaterRecord, waterRecords } from './records.ts'
import { type CalendarDate, midnightOf, readDate } from './wall-clock.ts'
import { WaterControl } from './water-control.ts'

export interface WaterRequirement {
  /** Nickname. */
  readonly subject: string
  /** Grams; null (in the Alyx contract `0`) without implant. The one worn when the restriction of the first day began. */
  readonly implant_weight: number | null
  readonly reference_weight_pct: number
  readonly zscore_weight_pct: number
  /** One a day, oldest first; computed while they are read, so that no period is too long. May be read again. */
  readonly records: Iterable<WaterRecord>
}

export type RefusalCode = 'unknown_subject' | 'ambiguous_subject' | 'bad_date' | 'reversed_range' | 'no_first_day'

/** Why there is no answer. `parameter` names what the asker should change. */
export class WaterRequirementRefused extends Error {
  readonly code: RefusalCode
  readonly parameter: 'nickname' | 'start_date' | 'end_date'

  constructor(code: RefusalCode, parameter: WaterRequirementRefused['parameter'], message: string) {
    super(message)
    this.name = 'WaterRequirementRefused'
    this.code = code
    this.parameter = parameter
  }
}

/** Days asked for, as written by the asker (`YYYY-MM-DD`); missing or empty for the defaults. */
export interface AskedDays {
  readonly start_date?: string | undefined
  readonly end_date?: string | undefined
}

/**
 * Two statements, whatever the period.
 *
 * @param asked  by default from the first weighing or administration (else birth) to today in the lab's zone
 * @param now    the present
 * @throws WaterRequirementRefused when a date is none, the last day lies before the first, the subject is unknown or
 *   not the only one of that nickname, or no first day is named and nothing is known to start from
 */
export async function waterRequirement(
  db: Db,
  nickname: string,
  asked: AskedDays,
  now: Date,
): Promise<WaterRequirement> {
  const first = readAsked('start_date', asked.start_date)
  const last = readAsked('end_date', asked.end_date)
  if (first !== undefined && last !== undefined && last < first) {
    throw new WaterRequirementRefused(
      'reversed_range',
      'end_date',
      `end_date ${last} lies before start_date ${first}; give the earlier day as start_date.`,
    )
  }
  const subject = onlyOne(nickname, await loadWaterInputs(db, { nickname }, windowOf(first, last, now)))
  const control = new WaterControl(subject.inputs)
  const labNow = control.today(now)
  const period = periodOf(control, { first, last }, labNow)
  if (period === undefined) {
    throw new WaterRequirementRefused(
      'no_first_day',
      'start_date',
      `Subject "${nickname}" has no weighing, no water and no date of birth to start from; give a start_date.`,
    )
  }
  return {
    subject: subject.nickname,
    implant_weight: implantOfList(control, first, labNow),
    reference_weight_pct: control.percentages.reference,
    zscore_weight_pct: control.percentages.zscore,
    records: { [Symbol.iterator]: () => waterRecords(control, period) },
  }
}

function readAsked(parameter: 'start_date' | 'end_date', text: string | undefined): CalendarDate | undefined {
  if (text === undefined || text === '') return undefined
  const date = readDate(text)
  if (date === undefined) {
    throw new WaterRequirementRefused('bad_date', parameter, `${parameter} must be a date as YYYY-MM-DD.`)
  }
  return date
}

/** Without a first day the first entry is the first day, and only the whole history shows which one that is. */
function windowOf(first: CalendarDate | undefined, last: CalendarDate | undefined, now: Date): Window {
  if (first === undefined) return ALL_TIMES
  return { from: midnightOf(first), to: last === undefined ? now.toISOString() : midnightOf(last) }
}

function onlyOne(nickname: string, found: readonly SubjectInputs[]): SubjectInputs {
  const [subject, another] = found
  if (subject === undefined) {
    throw new WaterRequirementRefused('unknown_subject', 'nickname', `No subject is called "${nickname}".`)
  }
  if (another !== undefined) {
    throw new WaterRequirementRefused(
      'ambiguous_subject',
      'nickname',
      `${found.length} subjects are called "${nickname}", in different labs.`,
    )
  }
  return subject
}
