/** Lists for the yearly returns to the authority. Source: Alyx 3.6.1, command `homeoffice`. */
import type { Db } from '../../../database/index.ts'
import { type ReturnedSubject, returnedSubjects } from './subjects.ts'

/** Days of the return, both included, as `YYYY-MM-DD`. */
export interface ReturnPeriod {
  readonly start: string
  readonly end: string
}

export interface ReturnList {
  readonly title: string
  readonly subjects: readonly ReturnedSubject[]
  /** Share of males among those of known sex, per cent; null when no sex is known. */
  readonly malesPercent: number | null
}

/** The line whose animals carry no gene of interest. */
const WILD_LINE = 'C57'
const SEVERITIES = [1, 2, 3, 4, 5] as const

type Wanted = (subject: ReturnedSubject, period: ReturnPeriod) => boolean
type Day = 'death_date' | 'genotype_date'

/** A list: its title without the period, whether the title says the period, the day that orders it, who is on it. */
interface Definition {
  readonly title: string
  readonly dated: boolean
  readonly by: Day | undefined
  readonly wanted: Wanted
}

const within = (day: string | null, { start, end }: ReturnPeriod): boolean => day !== null && day >= start && day <= end
const killed: Wanted = ({ death_date }, period) => within(death_date, period)
/** Animals of no line count too: nobody said that they are of the wild line. */
const transgenicKilled: Wanted = (subject, period) => killed(subject, period) && subject.line !== WILD_LINE
const genotypedKilled: Wanted = (subject, period) => transgenicKilled(subject, period) && subject.genotype_date !== null

const DEFINITIONS: readonly Definition[] = [
  { title: 'All animals', dated: false, by: undefined, wanted: () => true },
  { title: 'Transgenic killed', dated: true, by: 'death_date', wanted: transgenicKilled },
  {
    title: 'Killed and used in TOTAL, protocols 2, 3, 4',
    dated: false,
    by: 'death_date',
    wanted: (subject, period) => killed(subject, period) && subject.operated,
  },
  {
    title: 'Killed with protocol 4,',
    dated: true,
    by: 'death_date',
    wanted: (subject, period) => killed(subject, period) && subject.protocol_number === '4',
  },
  { title: 'Transgenic killed and genotyped', dated: true, by: 'death_date', wanted: genotypedKilled },
  {
    title: 'Transgenic killed and genotyped (negative)',
    dated: true,
    by: 'death_date',
    wanted: (subject, period) => genotypedKilled(subject, period) && subject.negative,
  },
  {
    title: 'Transgenic killed and genotyped (not used)',
    dated: true,
    by: 'death_date',
    wanted: (subject, period) => genotypedKilled(subject, period) && !subject.operated,
  },
  {
    title: 'Genotyped and used',
    dated: true,
    by: 'genotype_date',
    wanted: (subject, period) => within(subject.genotype_date, period) && subject.operated,
  },
  {
    title: 'Transgenic killed and not genotyped',
    dated: true,
    by: 'death_date',
    wanted: (subject, period) => transgenicKilled(subject, period) && subject.genotype_date === null,
  },
  ...SEVERITIES.map(
    (severity): Definition => ({
      title: `Severity ${severity}`,
      dated: true,
      by: 'death_date',
      wanted: ({ actual_severity }) => actual_severity === severity,
    }),
  ),
  {
    title: 'Sex bias',
    dated: true,
    by: 'death_date',
    wanted: ({ birth_date, protocol_number, operated, restricted }, { start }) =>
      birth_date !== null &&
      birth_date >= start &&
      (protocol_number === '2' || protocol_number === '3' || operated || restricted),
  },
]

/** All lists of a period. Severities are told of all times, as the command of Alyx does. One statement. */
export async function homeOfficeReport(db: Db, period: ReturnPeriod): Promise<ReturnList[]> {
  return returnLists(await returnedSubjects(db), period)
}

/** The lists of animals that are given by nickname. */
export function returnLists(subjects: readonly ReturnedSubject[], period: ReturnPeriod): ReturnList[] {
  return DEFINITIONS.map(({ title, dated, by, wanted }) => {
    const chosen = subjects.filter((subject) => wanted(subject, period))
    return {
      title: dated ? `${title} ${period.start} - ${period.end}` : title,
      subjects: by === undefined ? chosen : orderedBy(chosen, by),
      malesPercent: malesPercent(chosen),
    }
  })
}

/** Animals without that day come last; animals of the same day stay as they were. */
const orderedBy = (subjects: readonly ReturnedSubject[], day: Day): ReturnedSubject[] =>
  subjects.toSorted((one, other) => {
    const [a, b] = [one[day] ?? '9999', other[day] ?? '9999']
    return a < b ? -1 : Number(a > b)
  })

function malesPercent(subjects: readonly ReturnedSubject[]): number | null {
  const males = subjects.filter(({ sex }) => sex === 'M').length
  const females = subjects.filter(({ sex }) => sex === 'F').length
  return males + females === 0 ? null : (100 * males) / (males + females)
}
