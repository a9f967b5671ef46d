import { BreedingPair, Litter, type RowOf, Subject } from '@alyx/models'
import { type Key, type NewRow, type Recorder, Refused, type Saved } from '../../../records/index.ts'

/** Rows of pairs, locked. One statement. @throws Refused `missing` when a pair does not exist */
async function requirePairs(recorder: Recorder, pairs: readonly Key[]): Promise<Map<Key, RowOf<typeof BreedingPair>>> {
  const rows = await recorder.lock(BreedingPair, pairs)
  const missing = pairs.filter((key) => !rows.has(key))
  if (missing.length > 0)
    throw new Refused('missing', `There is no ${BreedingPair.label} with the identifier ${missing.join(', ')}.`)
  return rows
}

/**
 * Writes litters of a pair down. They are of its line, whatever else is said, and numbered from it when they have no name.
 *
 * Source: Alyx 3.6.1, subjects/admin.py, BreedingPairAdmin.save_formset.
 *
 * @param litters  what is known of each: day of birth, description
 * @throws Refused `missing` when the pair does not exist
 */
export async function addLitters(
  recorder: Recorder,
  pair: Key,
  litters: readonly NewRow<typeof Litter>[],
): Promise<Saved<typeof Litter>[]> {
  const { line_id } = (await requirePairs(recorder, [pair])).get(pair)!
  return recorder.create(
    Litter,
    litters.map((litter) => ({ ...litter, line_id, breeding_pair_id: pair })),
  )
}

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
  const rows = await requirePairs(recorder, pairs)
  const parents = [...rows.values()].flatMap(({ father_id, mother1_id, mother2_id }) =>
    [father_id, mother1_id, mother2_id].filter((key) => key !== null),
  )
  return recorder.change(
    Subject,
    [...new Set(parents)].map((key) => ({ key, values: { cage } })),
  )
}
