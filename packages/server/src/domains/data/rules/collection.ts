import { Dataset } from '@alyx/models'
import { type Draft, invalid, rulesFor } from '../../../records/index.ts'

const { pattern, patternMessage } = Dataset.fields.collection
const COLLECTION = new RegExp(`^(?:${pattern})$`, 'u')
const ELSEWHERE = new Set(['.', '..'])

/** What is wrong with a collection; undefined when nothing is, as with the empty one. */
export function faultOfCollection(collection: string): string | undefined {
  if (collection === '') return undefined
  if (!COLLECTION.test(collection)) return patternMessage
  // A step to the folder above would lead out of the session's own folder.
  const step = collection.split('/').find((folder) => ELSEWHERE.has(folder))
  return step === undefined ? undefined : `A collection must not contain the folder "${step}": "${collection}".`
}

/** Judges collections that are given; old ones stay as they are, or nothing else of the dataset could be put right. */
async function refuseBadCollections(drafts: readonly Draft<typeof Dataset>[]): Promise<void> {
  for (const { before, values } of drafts) {
    if (before?.collection === values.collection) continue
    const fault = faultOfCollection(values.collection)
    if (fault !== undefined) throw invalid({ collection: [fault] })
  }
}

export const collectionRules = rulesFor(Dataset, { prepare: refuseBadCollections })
