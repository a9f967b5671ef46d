import { ProbeInsertion } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Recorder, rulesFor } from '../../../records/index.ts'

/**
 * A new insertion of a probe that stays in the animal has the serial number of that probe. One statement, none without
 * such insertions.
 *
 * @throws Refused for the first whose numbers differ
 */
async function judgeSerials(drafts: readonly Draft<typeof ProbeInsertion>[], { db }: Recorder): Promise<void> {
  const chronic = drafts.filter(({ before, values }) => !before && values.chronic_insertion_id !== null)
  if (chronic.length === 0) return
  const keys = chronic.map(({ values }) => values.chronic_insertion_id)
  const found = await db.rows(
    sql`select chronicrecording_ptr_id, serial from experiments_chronicinsertion
      where chronicrecording_ptr_id = any(${keys}::uuid[])`,
  )
  const serials = new Map(found.map(([key, serial]) => [key, serial]))
  for (const { values } of chronic)
    if (serials.get(values.chronic_insertion_id) !== values.serial)
      throw invalid({ '': ['serial number of chronic insertion and probe insertion do not match'] })
}

export const insertionRules = rulesFor(ProbeInsertion, { prepare: judgeSerials })
