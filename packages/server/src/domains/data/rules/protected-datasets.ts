import { Dataset } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Key, type Recorder, Refused, rulesFor } from '../../../records/index.ts'

/** A dataset that its tags keep from being removed. */
export interface ProtectedDataset {
  readonly id: Key
  readonly name: string
  /** Names of the tags that protect it, in the order of the alphabet. */
  readonly tags: readonly string[]
}

/** Why datasets stay: by name when it is one, else by number. */
export function protectedMessage(datasets: readonly ProtectedDataset[]): string {
  const [only, ...more] = datasets
  if (more.length > 0) return `Failed to delete ${datasets.length} dataset(s) due to protected tags`
  return `Failed to delete dataset ${only!.name} due to protected tag(s) ${only!.tags.map((tag) => `"${tag}"`).join(', ')}`
}

/**
 * Refuses the removal of datasets that a tag protects, also when it is their session, subject, lab or whatever they
 * belong to that is removed. One statement.
 *
 * @throws Refused `protected`, listing them
 *
 * Source: Alyx 3.6.1, data/models.py, Dataset.delete, which lets removals of other records take them along.
 */
async function keepProtected(rows: readonly { readonly id: Key }[], { db }: Recorder): Promise<void> {
  const found = await db.rows(sql`
    select d.id, d.name, t.name from data_dataset d
    join data_dataset_tags l on l.dataset_id = d.id
    join data_tag t on t.id = l.tag_id and t.protected
    where d.id = any(${rows.map(({ id }) => id)}::uuid[])
    order by d.name, d.id, t.name`)
  if (found.length === 0) return
  const datasets = [...Map.groupBy(found, ([id]) => id!)].map(
    ([id, tags]): ProtectedDataset => ({ id, name: tags[0]![1]!, tags: tags.map(([, , tag]) => tag!) }),
  )
  // Of a single one the message says everything, and clients know that answer without details.
  throw new Refused('protected', protectedMessage(datasets), datasets.length > 1 ? { details: datasets } : {})
}

export const protectedDatasetRules = rulesFor(Dataset, { beforeRemoval: keepProtected })
