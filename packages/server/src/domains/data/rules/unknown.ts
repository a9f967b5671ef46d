import { DataFormat, DatasetType } from '@alyx/models'
import { identifier, sql } from '../../../database/index.ts'
import { type DefaultRule, type Key, type Recorder, Refused, type RuleBook, rulesFor } from '../../../records/index.ts'

type DataDefault = Extract<DefaultRule, 'unknown_format' | 'unknown_type'>
type Kind = typeof DataFormat | typeof DatasetType

/** Name of the type and of the format of datasets of which nobody said more. */
const UNKNOWN = 'unknown'
/** Tells our locks from those of others; any number will do. */
const LOCKS = 20_260_305

/** Rows that datasets refer to when nobody says otherwise; made when the laboratory has none yet. */
export const dataDefaults: Pick<RuleBook['defaults'], DataDefault> = {
  unknown_format: (recorder) =>
    unknownOf(recorder, DataFormat, () => recorder.create(DataFormat, [{ name: UNKNOWN, file_extension: '' }])),
  // In nobody's name: who happens to need it first did not invent it.
  unknown_type: (recorder) =>
    unknownOf(recorder, DatasetType, () => recorder.create(DatasetType, [{ name: UNKNOWN, created_by_id: null }])),
}

/** One statement once the row exists. */
async function unknownOf(
  recorder: Recorder,
  model: Kind,
  make: () => Promise<readonly { readonly key: Key }[]>,
): Promise<Key> {
  const found = await findUnknown(recorder, model)
  if (found !== undefined) return found
  // Whoever makes it at the same time is waited for: the name is unique, and neither request is at fault.
  await recorder.db.rows(sql`select pg_advisory_xact_lock(hashtextextended(${model.table}, ${LOCKS}))`)
  return (await findUnknown(recorder, model)) ?? (await make())[0]!.key
}

async function findUnknown({ db }: Recorder, { table }: Kind): Promise<Key | undefined> {
  const [found] = await db.rows(sql`select id from ${identifier(table)} where name = ${UNKNOWN}`)
  return found?.[0] ?? undefined
}

/**
 * Datasets of a type or format that is removed become unknown; the unknown one itself can only go when no dataset has
 * it. One statement, and only when it is to be removed.
 *
 * @throws Refused `in_use`, with the number of datasets
 */
async function keepWhileUsed(
  rows: readonly { readonly id: Key; readonly name: string }[],
  recorder: Recorder,
  model: Kind,
): Promise<void> {
  const unknown = rows.find(({ name }) => name === UNKNOWN)
  if (!unknown) return
  const column = identifier(model === DataFormat ? 'data_format_id' : 'dataset_type_id')
  const [counted] = await recorder.db.rows(sql`select count(*) from data_dataset where ${column} = ${unknown.id}::uuid`)
  const datasets = Number(counted![0])
  if (datasets > 0)
    throw new Refused(
      'in_use',
      `The ${model.label} "${UNKNOWN}" is still needed by ${datasets} ${datasets === 1 ? 'dataset' : 'datasets'}, which have no other.`,
      { details: { datasets } },
    )
}

export const unknownFormatRules = rulesFor(DataFormat, {
  beforeRemoval: (rows: readonly { id: Key; name: string }[], recorder) => keepWhileUsed(rows, recorder, DataFormat),
})

export const unknownTypeRules = rulesFor(DatasetType, {
  beforeRemoval: (rows: readonly { id: Key; name: string }[], recorder) => keepWhileUsed(rows, recorder, DatasetType),
})
