import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { expressionStatement, ID, smallLaboratory } from './laboratory.ts'

let laboratory: ScratchDatabase
beforeAll(async () => {
  laboratory = await smallLaboratory()
})
afterAll(() => laboratory.drop())

/** Expressions as the public clients write them, by the model that they ask about. */
const EXPRESSIONS: Readonly<Record<string, readonly string[]>> = {
  'actions.session': [
    `pk,${ID.first}`,
    `pk__in,('${ID.first}','${ID.second}')`,
    `pk__in,('${ID.first}',)`,
    `pk__in,['${ID.first}']`,
    'subject__nickname,CL001',
    'subject__nickname__exact,CL001',
    'subject__nickname__in,["CL001", \'CL_02\']',
    'subject__nickname__regex,^CL',
    'start_time__lte,2025-03-31',
    'start_time__date__gt,2017-06-05',
    '~start_time__date__lt,2017-06-05',
    'location__name__icontains,ephys',
    '~projects__name__icontains,matlab',
    'data_dataset_session_related__collection__iexact,RAW_VIDEO',
    'data_dataset_session_related__name__startswith,spikes',
    '~data_dataset_session_related__dataset_type__name__icontains,spikes',
    'data_dataset_session_related__tags__name,2025_paper',
    'json__SESSION_DELAY_START__gte,900',
    'json__IS_MOCK,False',
    'extended_qc__has_key,task',
    'extended_qc__has_keys,["task", "pct"]',
    'extended_qc__has_any_keys,["task"]',
    'extended_qc__task__iexact,pass',
    'extended_qc___videoLeft_pin_state__0__gt,1',
    'extended_qc__check__lt,0.5',
    'qc__lt,50',
    'subject__projects__name,brain',
    'subject__lab__name,alpha',
    'subject__actions_sessions__procedures__name,Histology',
    'tasks__status,40',
    'tasks__graph,ephys',
  ],
  'subjects.subject': ['actions_sessions__task_protocol__icontains,x,actions_sessions__projects__name,brain'],
  'experiments.probeinsertion': [
    `session__id,${ID.first}`,
    'session__projects__name__icontains,brain,session__qc__lt,50,~json__qc,CRITICAL',
    'session__start_time__date__lte,2025-03-30',
    'session__data_dataset_session_related__tags__name,2025_paper',
    'session__lab__name__in,["alpha"]',
    'datasets__name__icontains,x,datasets__tags__name,y',
    'json__extended_qc__alignment_resolved,True',
    'json__extended_qc__alignment_resolved__isnull,True',
  ],
  'experiments.trajectoryestimate': [
    'probe_insertion__session__qc__lt,50,probe_insertion__session__projects__name__icontains,brain',
    'channels__brain_region__name__icontains,thalamus',
    'provenance__gte,70',
  ],
  'data.dataset': [
    'session__isnull,True',
    `id__in,["${ID.spikes}", "${ID.video}"]`,
    `session__in,["${ID.first}"]`,
    'dataset_type__name__in,["spikes.times"]',
    'collection__regex,.*probe.*',
  ],
  'data.filerecord': [
    `dataset,${ID.spikes},data_repository__globus_is_personal,False`,
    `dataset__session,${ID.first}`,
    'data_repository__name__icontains,flatiron',
  ],
  'misc.lab': [`repositories__globus_endpoint_id,${ID.first}`],
  'jobs.task': [
    `session__lab__name__in,['alpha', 'beta'],data_repository__name,local`,
    'session__lab__name__in,alpha,data_repository__name,None',
    'log__icontains,TimeoutError: [Errno 110]',
    'status__in,[20, 30]',
  ],
  'misc.note': [`object_id,${ID.first}`, `object_id,${ID.first},text,hello,json__name,x`],
  'actions.weighing': ['date_time__date,2025-03-31', 'subject__nickname,CL001'],
}

test.each(Object.entries(EXPRESSIONS).flatMap(([key, asked]) => asked.map((one) => [key, one] as const)))(
  'a client asks %s for %s',
  async (key, asked) => {
    await expect(laboratory.database.rows(expressionStatement(key, asked))).resolves.toBeInstanceOf(Array)
  },
)
