/**
 * Zygosities follow what they were worked out from: a test that is recorded, put right or taken back, a rule of the line
 * that is made, changed or removed.
 */
import { GenotypeTest, type RowOf, ZygosityRule } from '@alyx/models'
import { type Db, sql } from '../../../database/index.ts'
import { type Key, rulesFor, type Saved } from '../../../records/index.ts'
import { settleZygosities } from '../genotyping/settle.ts'

type RuleRow = Pick<RowOf<typeof ZygosityRule>, 'line_id' | 'sequence0_id'>

const FROM_TESTS = { parents: 'ignored', tests: true } as const
const FROM_BOTH = { parents: 'overwrite', tests: true } as const

const subjectsOf = (rows: readonly { readonly subject_id: Key }[]): Key[] => [
  ...new Set(rows.map(({ subject_id }) => subject_id)),
]

/** Rows as they were and as they are. */
const bothOf = <R>(saved: readonly { readonly before: R | undefined; readonly after: R }[]): R[] =>
  saved.flatMap(({ before, after }) => (before === undefined ? [after] : [before, after]))

export const genotypeTestRules = rulesFor(GenotypeTest, {
  async follow(saved: readonly Saved<typeof GenotypeTest>[], recorder) {
    const telling = saved.filter(({ changed }) =>
      ['subject_id', 'sequence_id', 'test_result'].some((one) => changed.has(one)),
    )
    await settleZygosities(recorder, subjectsOf(bothOf(telling)), FROM_TESTS)
  },
  async afterRemoval(rows: readonly RowOf<typeof GenotypeTest>[], recorder) {
    await settleZygosities(recorder, subjectsOf(rows), FROM_TESTS)
  },
})

/** Animals of a rule's line that were tested for its first sequence. One statement. */
async function animalsReadBy(db: Db, rules: readonly RuleRow[]): Promise<Key[]> {
  const found = await db.rows(sql`
    select distinct s.id from subjects_genotypetest t join subjects_subject s on s.id = t.subject_id
     where (s.line_id, t.sequence_id) in (
       select * from unnest(${rules.map(({ line_id }) => line_id)}::uuid[],
                            ${rules.map(({ sequence0_id }) => sequence0_id)}::uuid[]))`)
  return found.map(([key]) => key!)
}

export const zygosityRuleRules = rulesFor(ZygosityRule, {
  async follow(saved: readonly Saved<typeof ZygosityRule>[], recorder) {
    await settleZygosities(recorder, await animalsReadBy(recorder.db, bothOf(saved)), FROM_BOTH)
  },
  async afterRemoval(rows: readonly RowOf<typeof ZygosityRule>[], recorder) {
    await settleZygosities(recorder, await animalsReadBy(recorder.db, rows), FROM_BOTH)
  },
})
