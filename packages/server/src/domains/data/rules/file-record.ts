import { Dataset, FileRecord } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Key, type Recorder, rulesFor, type Saved } from '../../../records/index.ts'

/**
 * Datasets whose file records are saved count as changed. Those that this very request wrote already are left alone: a
 * registration writes each dataset once.
 *
 * One statement; those of a change for the datasets that remain.
 */
async function touchDatasets(saved: readonly Saved<typeof FileRecord>[], recorder: Recorder): Promise<void> {
  const datasets = [...new Set(saved.map(({ after }) => after.dataset_id))]
  const found = await recorder.db.rows(sql`
    select id from data_dataset where id = any(${datasets}::uuid[])
      and auto_datetime is distinct from ${recorder.now}::timestamptz`)
  const untouched: Key[] = found.map(([key]) => key!)
  await recorder.change(
    Dataset,
    untouched.map((key) => ({ key, values: {} })),
  )
}

export const fileRecordRules = rulesFor(FileRecord, { follow: touchDatasets })
