/** What an animal takes from its line and from what is known of it, and which values cannot be right. */
import { type RowOf, Subject } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Key, type Recorder, rulesFor } from '../../../records/index.ts'

type SubjectDraft = Draft<typeof Subject>
type SubjectRow = RowOf<typeof Subject>

const { pattern, patternMessage } = Subject.fields.nickname
const NICKNAME = new RegExp(`^(?:${pattern})$`, 'u')

/** @throws Refused when folders and addresses could not carry the name */
export function judgeNickname(nickname: string): void {
  if (!NICKNAME.test(nickname)) throw invalid({ nickname: [patternMessage] })
}

/** Whether the genotype becomes known with this change: nobody has to test for it any more. */
export const becomesGenotyped = ({ before, values }: Pick<SubjectDraft, 'before' | 'values'>): boolean =>
  values.genotype_date !== null && (before?.genotype_date ?? null) === null

/** @throws Refused when the body would be disposed of before the animal was born or died */
export function judgeReduction({
  reduced_date,
  birth_date,
  death_date,
}: Pick<SubjectRow, 'reduced_date' | 'birth_date' | 'death_date'>): void {
  if (reduced_date === null) return
  if (birth_date !== null && reduced_date < birth_date)
    throw invalid({ reduced_date: ['Reduced date must be after birth date.'] })
  if (death_date !== null && reduced_date < death_date)
    throw invalid({ reduced_date: ['Reduced date must be after cull date.'] })
}

/** Animals of a line that have no strain get that of the line. One statement, none when all have one. */
async function strainFromLine(drafts: readonly SubjectDraft[], { db }: Recorder): Promise<void> {
  const without = drafts.filter(({ values }) => values.line_id !== null && values.strain_id === null)
  if (without.length === 0) return
  const lines = [...new Set(without.map(({ values }) => values.line_id!))]
  const found = await db.rows(sql`select id, strain_id from subjects_line where id = any(${lines}::uuid[])`)
  const strains = new Map<Key, Key | null>(found.map(([line, strain]) => [line!, strain ?? null]))
  for (const { values } of without) values.strain_id = strains.get(values.line_id!) ?? null
}

export const subjectValueRules = rulesFor(Subject, {
  async prepare(drafts: readonly SubjectDraft[], recorder) {
    for (const draft of drafts) {
      const { before, values } = draft
      // What is there already is left alone: a laboratory that moved in could not change such an animal otherwise.
      if (values.nickname !== before?.nickname) judgeNickname(values.nickname)
      if (values.reduced_date !== (before?.reduced_date ?? null)) judgeReduction(values)
      if (becomesGenotyped(draft)) values.to_be_genotyped = false
    }
    await strainFromLine(drafts, recorder)
  },
})
