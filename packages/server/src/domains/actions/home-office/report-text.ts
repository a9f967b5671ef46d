import type { ReturnList } from './report.ts'
import type { ReturnedSubject } from './subjects.ts'

const HEADS = ['No', 'User', 'Protocol', 'Born', 'Genotyped', 'Died', 'Ear mark', 'Nickname', 'Sex'] as const
const NUMBER_DIGITS = 4
const GAP = '  '

/**
 * A list as plain text: its title with the number of animals and the share of males, then a table with a row for each.
 */
export function returnListText({ title, subjects, malesPercent }: ReturnList): string {
  const males = malesPercent === null ? 'sex of none known' : `${malesPercent.toFixed(1)}% males`
  const table = [HEADS, ...subjects.map(cells)]
  const widths = HEADS.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join(GAP)
      .trimEnd(),
  )
  return `${[`${title}: ${subjects.length} subjects (${males}).`, '', ...lines].join('\n')}\n`
}

const cells = (subject: ReturnedSubject, at: number): readonly string[] => [
  String(at + 1).padStart(NUMBER_DIGITS, '0'),
  subject.responsible_user ?? '',
  subject.protocol_number,
  subject.birth_date ?? '',
  subject.genotype_date ?? '',
  subject.death_date ?? '',
  subject.ear_mark,
  subject.nickname,
  subject.sex,
]
