import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Statement } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory } from '../http/served-laboratory.ts'
import { idOf, largeLaboratory } from './large-laboratory.ts'
import { planOf, recorded } from './recorded.ts'

const statements: Statement[] = []
let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory({
    scratch: await largeLaboratory(),
    between: (database) => recorded(database, statements),
  })
}, 60_000)
afterAll(() => lab.close())

/** Tables that grow with every day of work: reading one from end to end is what a lab notices after two years. */
const GROWING = [
  'actions_session',
  'data_dataset',
  'data_filerecord',
  'experiments_channel',
  'actions_weighing',
  'actions_wateradministration',
  'experiments_probeinsertion',
  'experiments_trajectoryestimate',
]

const session = idOf('session', 1234)
const insertion = idOf('insertion', 123)

test.each<{ asked: string; rows: number; by: RegExp }>([
  { asked: '/sessions?limit=100', rows: 100, by: /^alyx_actions_session_start$/ },
  { asked: '/sessions?limit=100&offset=15000', rows: 100, by: /^alyx_actions_session_start$/ },
  { asked: `/sessions/${session}`, rows: 1, by: /^actions_session_pkey$|^alyx_actions_session_id_start$/ },
  { asked: '/sessions?subject=m0123', rows: 50, by: /^actions_session_subject_id_\w{8}$/ },
  { asked: '/sessions?date_range=2021-01-01,2021-01-03', rows: 72, by: /^alyx_actions_session_start$/ },
  { asked: '/sessions?lab=lab%203&limit=50', rows: 50, by: /^alyx_actions_session_start$|^actions_session_lab_id/ },
  {
    asked: '/sessions?task_protocol=widefield_passive_15',
    rows: 3,
    by: /^alyx_actions_session_task_protocol_trigram$/,
  },
  {
    asked: '/sessions?django=task_protocol__icontains,PASSIVE_15',
    rows: 3,
    by: /^alyx_actions_session_task_protocol_trigram$/,
  },
  {
    asked: `/datasets?session=${session}`,
    rows: 2,
    by: /^data_dataset_session_id_\w{8}$|^alyx_data_dataset_session_type$/,
  },
  { asked: `/datasets?django=session__id,${session}`, rows: 2, by: /session_(?:id|type)/ },
  { asked: '/datasets?name=thing77.npy', rows: 40, by: /^alyx_data_dataset_name$/ },
  { asked: '/datasets?limit=100', rows: 100, by: /pkey|order|created/ },
  { asked: '/datasets?limit=100&offset=30000', rows: 100, by: /pkey|order|created/ },
  { asked: `/files?dataset=${idOf('dataset', 777)}`, rows: 1, by: /^data_filerecord_dataset_id_\w{8}$/ },
  { asked: '/files?relative_path=a/b/777', rows: 1, by: /^alyx_data_filerecord_relative_path$/ },
  {
    asked: `/channels?probe_insertion=${insertion}`,
    rows: 10,
    by: /^experiments_channel_trajectory_estimate_id_\w{8}$|trajectory/,
  },
  { asked: `/insertions?session=${session}`, rows: 1, by: /^experiments_probeinsertion_session_id_\w{8}$|session/ },
  { asked: `/trajectories?probe_insertion=${insertion}`, rows: 1, by: /probe_insertion|provenance/ },
  { asked: '/weighings?nickname=M0123', rows: 50, by: /^alyx_actions_weighing_subject_time$|subject_id/ },
  {
    asked: '/water-administrations?nickname=M0123',
    rows: 50,
    by: /^alyx_actions_wateradministration_subject_time$|subject_id/,
  },
  { asked: '/subjects/M0123', rows: 1, by: /nickname|^alyx_subjects_subject_order$/ },
  { asked: '/subjects?limit=50', rows: 50, by: /subject/ },
  { asked: '/water-requirement/M0012?start_date=2021-01-01&end_date=2021-01-31', rows: 1, by: /subject_time/ },
])('$asked is found by an index, and no table that grows is read from end to end', async ({ asked, rows, by }) => {
  statements.length = 0

  const answer = await lab.get(asked)
  const plans = await Promise.all(
    statements.filter(({ text }) => /^\s*(?:select|with)/i.test(text)).map((one) => planOf(lab.database, one)),
  )

  expect(answer.statusCode, answer.body.slice(0, 200)).toBe(200)
  expect(answer.json().results?.length ?? 1).toBe(rows)
  expect(plans.flatMap(({ readWhole }) => readWhole).filter((table) => GROWING.includes(table))).toEqual([])
  expect(plans.flatMap(({ indexes }) => indexes)).toContainEqual(expect.stringMatching(by))
})

test('a table that is read from end to end does not go unnoticed', async () => {
  const { readWhole } = await planOf(lab.database, {
    text: 'select id from actions_session where n_trials + number = $1',
    values: [3],
  })

  expect(readWhole).toEqual(['actions_session'])
})
