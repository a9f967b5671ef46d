import { BreedingPair, Subject } from '@alyx/models'
import { type Key, type Recorder, Refused, type Saved } from '../../../records/index.ts'

/**
 * Puts breeding pairs into a cage: the cage of a pair is that of its parents, and is written to all of them.
 *
 * @returns the parents
 * @throws Refused `missing` when a pair does not exist
 *
 * Source: Alyx 3.6.1, subjects/admin.py, BreedingPairAdminForm.save.
 */
export async function putPairsInCage(
  recorder: Recorder,
  pairs: readonly Key[],
  cage: string,
): Promise<Saved<typeof Subject>[]> {
  const rows = await recorder.lock(BreedingPair, pairs)
  const missing = pairs.filter((key) => !rows.has(key))
  if (missing.length > 0)
    throw new Refused('missing', `There is no ${BreedingPair.label} with the identifier ${missing.join(', ')}.`)
  const parents = [...rows.values()].flatMap(({ father_id, mother1_id, mother2_id }) =>
    [father_id, mother1_id, mother2_id].filter((key) => key !== null),
  )
  return recorder.change(
    Subject,
    [...new Set(parents)].map((key) => ({ key, values: { cage } })),
  )
}
