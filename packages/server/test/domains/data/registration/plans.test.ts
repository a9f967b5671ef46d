import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { registerFiles } from '../../../../src/domains/data/index.ts'
import { record } from '../../../../src/recording/index.ts'
import type { ScratchDatabase } from '../../../postgres/scratch-database.ts'
import { idOf, largeLaboratory } from '../../../query-plans/large-laboratory.ts'
import { recordingAs } from '../../../records/recording-as.ts'
import { overheard } from './rig-laboratory.ts'

let lab: ScratchDatabase
beforeAll(async () => {
  lab = await largeLaboratory()
}, 60_000)
afterAll(() => lab?.drop())

const GROWING = /Seq Scan on (?:data_dataset|data_filerecord|actions_session|experiments_probeinsertion)\b/

test.each([
  { files: 'new', before: 0 },
  { files: 'some new, some old', before: 20 },
])('40 files, $files: no table that grows is read from end to end', async ({ before }) => {
  const [[day, subject, repository]] = (await lab.database.rows(sql`
    select s.start_time::date, a.nickname, (select min(name) from data_datarepository)
    from actions_session s join subjects_subject a on a.id = s.subject_id where s.id = ${idOf('session', 1234 + before)}`)) as [
    [string, string, string],
  ]
  const given = (count: number) =>
    new Map<string, unknown>([
      ['path', `${subject}/${day}/1`],
      ['filenames', Array.from({ length: count }, (_, at) => `alf/probe${at}/spikes.times.npy`)],
      ['name', repository],
    ])
  const plans: string[] = []
  const watched = overheard(lab.database, async (_, db, { text, values }) => {
    const plan = await db.rows({ text: `explain ${text}`, values })
    plans.push(plan.flat().join('\n'))
  })
  await record(lab.database, recordingAs(undefined), (recorder) => registerFiles(recorder, given(before)))

  await record(watched, recordingAs(undefined), (recorder) => registerFiles(recorder, given(40)))

  expect(plans.length).toBeGreaterThan(7)
  expect(plans.filter((plan) => GROWING.test(plan))).toEqual([])
})
