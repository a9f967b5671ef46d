import { Dataset, DatasetType } from '@alyx/models'
import { type Draft, type Recorder, rulesFor } from '../../../records/index.ts'

/** A file-name pattern as it is stored: in small letters; none at all instead of an empty one. */
export const storedPattern = (pattern: string | null): string | null =>
  pattern === null || pattern === '' ? null : pattern.toLowerCase()

async function tidyPatterns(drafts: readonly Draft<typeof DatasetType>[]): Promise<void> {
  for (const { values } of drafts) values.filename_pattern = storedPattern(values.filename_pattern)
}

/** What somebody makes and nobody signs was made by whoever asks. */
async function signNewOnes(
  drafts: readonly Draft<typeof DatasetType | typeof Dataset>[],
  { actor }: Recorder,
): Promise<void> {
  for (const { before, given, values } of drafts)
    if (before === undefined && !given.has('created_by_id')) values.created_by_id = actor?.id ?? null
}

export const datasetTypeRules = rulesFor(DatasetType, {
  async prepare(drafts: readonly Draft<typeof DatasetType>[], recorder) {
    await tidyPatterns(drafts)
    await signNewOnes(drafts, recorder)
  },
})

export const creatorRules = rulesFor(Dataset, { prepare: signNewOnes })
