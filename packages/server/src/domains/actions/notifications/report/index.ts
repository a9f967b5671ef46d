import type { Db } from '../../../../database/index.ts'
import { isMailable, type Mailer, MailFailure } from '../../../../mail/index.ts'
import type { Moment } from '../../../../query/index.ts'
import { type Letterhead, signed, subjectLine } from '../letters.ts'
import { type Reader, reportedAnimals } from './animals.ts'
import { pastChanges } from './changes.ts'
import { ANIMAL_SECTIONS, type Section } from './sections.ts'

export { findReaders, type Reader } from './animals.ts'

/** Names of the parts of a report. Source: Alyx 3.6.1, command `report`. */
export const REPORT_PARTS = [
  ...(Object.keys(ANIMAL_SECTIONS) as (keyof typeof ANIMAL_SECTIONS)[]),
  'past_changes',
] as const
export type ReportPart = (typeof REPORT_PARTS)[number]

/** What one person should know today; sections that have nothing to say are left out. */
export interface Report {
  readonly reader: Reader
  readonly day: string
  readonly sections: readonly Section[]
}

/** Reports for several people. At most four statements, however many people and animals. */
export async function writeReports(
  db: Db,
  readers: readonly Reader[],
  parts: readonly ReportPart[],
  moment: Moment,
): Promise<Report[]> {
  const keys = readers.map(({ id }) => id)
  const aboutAnimals = parts.some((part) => part !== 'past_changes')
  const animals = aboutAnimals ? await reportedAnimals(db, readers, moment) : []
  const changes = parts.includes('past_changes')
    ? await pastChanges(db, keys, moment.today)
    : new Map<string, Section>()
  return readers.map((reader) => {
    const own = animals.filter((animal) => animal.reader === reader.id)
    const sections = parts.flatMap((part): readonly Section[] =>
      part === 'past_changes'
        ? [changes.get(reader.id)].filter((section) => section !== undefined)
        : ANIMAL_SECTIONS[part](reader, own, moment),
    )
    return { reader, day: moment.today, sections: sections.filter(({ lines }) => lines.length > 0) }
  })
}

/** A daily mail that nobody reads to its end helps nobody. */
const MOST_LINES = 40

/** A report as text; empty when there is nothing to tell. */
export function reportText({ sections }: Report): string {
  return sections
    .map(({ title, lines }) => {
      const left = lines.length - MOST_LINES
      const shown = lines.slice(0, left > 0 ? MOST_LINES : undefined).map((line) => `* ${line}`)
      return [`${title}:`, ...shown, ...(left > 0 ? [`* … and ${left} more.`] : [])].join('\n')
    })
    .join('\n\n')
}

export interface ReportsSent {
  readonly sent: number
  /** Reports with nothing in them, and readers without an address. */
  readonly left_out: number
  /** Who could not be written to, and why. */
  readonly failures: readonly { readonly username: string; readonly error: string }[]
}

/** Mails each report to its reader. Reports that tell nothing are not sent. */
export async function sendReports(
  reports: readonly Report[],
  { mailer, head }: { readonly mailer: Mailer; readonly head: Letterhead },
): Promise<ReportsSent> {
  let [sent, left_out] = [0, 0]
  const failures: { username: string; error: string }[] = []
  for (const report of reports) {
    const { reader, day } = report
    const text = reportText(report)
    if (text === '' || !isMailable(reader.email)) {
      left_out += 1
      continue
    }
    try {
      await mailer.send({
        id: `report.${day}.${reader.id}`,
        to: { name: reader.username, address: reader.email },
        subject: subjectLine(`Report on ${day}`),
        text: signed(reader, [text], head),
      })
      sent += 1
    } catch (error) {
      failures.push({ username: reader.username, error: error instanceof Error ? error.message : String(error) })
      // The others would fare no better, each after a wait.
      if (error instanceof MailFailure && error.unreachable) break
    }
  }
  return { sent, left_out, failures }
}
