import type { SessionDataset } from '@alyx/client'
import { expect, test } from 'vitest'
import { bytesInWords } from '../src/kinds/bytes.ts'
import { loadingCall, narrowed, presenceOf, repositoriesOf } from '../src/sessions/datasets.ts'
import { checksOf, percent } from '../src/sessions/quality.ts'
import { spanInWords } from '../src/sessions/span.ts'

const dataset = (name: string, more: Partial<SessionDataset> = {}): SessionDataset => ({
  id: name,
  name,
  collection: 'alf',
  revision: null,
  dataset_type: 'spikes.times',
  format: 'npy',
  file_size: 1000,
  hash: null,
  version: null,
  qc: 0,
  default_dataset: true,
  created: null,
  created_by: null,
  tags: [],
  copies: [],
  ...more,
})
const copy = (repository: string, exists: boolean, personal = false) => ({
  id: repository,
  repository,
  personal,
  path: '',
  exists,
  url: null,
})

test('copies tell whether everybody reaches a dataset', () => {
  expect(presenceOf({ copies: [] })).toBe('unregistered')
  expect(presenceOf({ copies: [copy('a', false)] })).toBe('missing')
  expect(presenceOf({ copies: [copy('a', true, true), copy('b', false)] })).toBe('local')
  expect(presenceOf({ copies: [copy('a', true), copy('b', false)] })).toBe('partly')
  expect(presenceOf({ copies: [copy('a', true), copy('b', true, true)] })).toBe('there')
})

test('words and a state narrow the datasets together', () => {
  const all = [
    dataset('spikes.times.npy', { collection: 'alf/probe00', copies: [copy('a', true)] }),
    dataset('spikes.amps.npy', { collection: 'alf/probe01' }),
    dataset('trials.table.pqt', {
      dataset_type: 'trials.table',
      tags: [{ id: 't', title: 'Paper', protected: true, public: false }],
    }),
  ]
  const names = (words: string, state?: string) => narrowed(all, words, state).map(({ name }) => name)

  expect(names('SPIKES probe01')).toEqual(['spikes.amps.npy'])
  expect(names('paper')).toEqual(['trials.table.pqt'])
  expect(names('', 'there')).toEqual(['spikes.times.npy'])
  expect(names('spikes', 'gone')).toEqual(['spikes.amps.npy'])
  expect(names('', 'protected')).toEqual(['trials.table.pqt'])
  expect(names('', 'a state of another version')).toHaveLength(3)
})

test('repositories are summed, those that everybody reaches first', () => {
  expect(
    repositoriesOf([
      dataset('a', { copies: [copy('local', true, true), copy('server', false)] }),
      dataset('b', { copies: [copy('server', true)] }),
    ]),
  ).toEqual([
    { name: 'server', personal: false, there: 1, missing: 1, bytes: 1000 },
    { name: 'local', personal: true, there: 1, missing: 0, bytes: 1000 },
  ])
})

test('sizes have three digits and a unit', () => {
  expect([null, 0, 999, 999.6, 1000, 36_675_734, 1_315_903_546, 2e18].map((size) => bytesInWords(size))).toEqual([
    '–',
    '0 B',
    '999 B',
    '1 kB',
    '1 kB',
    '36.7 MB',
    '1.32 GB',
    '2000 PB',
  ])
})

test('the call of ONE names what it needs, quoted as Python quotes', () => {
  expect(loadingCall('eid', dataset("it's\\here.npy"))).toBe(
    String.raw`one.load_dataset('eid', 'it\'s\\here.npy', collection='alf')`,
  )
  expect(loadingCall('eid', dataset('a.b.npy', { collection: null, revision: '2026-01-01' }))).toBe(
    "one.load_dataset('eid', 'a.b.npy', collection='', revision='2026-01-01')",
  )
})

test('checks are read whatever pipelines write, the worst of a group first', () => {
  const checks = checksOf({
    task: 'FAIL',
    behavior: 1,
    _task_goCue_delays: 0.9765,
    _task_reward_volumes: 0.4,
    _videoLeft_focus: ['PASS', 12.5],
    tracing_exists: true,
    alignment_stored: '2026-05-12_mira',
    nothing: null,
  })
  const told = Object.fromEntries(
    checks.map(({ group, name, value, verdict }) => [`${group}/${name}`, [value, verdict]]),
  )

  expect(told).toEqual({
    '/task': ['fail', 'fail'],
    '/behavior': ['100 %', 'pass'],
    '/tracing_exists': ['yes', 'pass'],
    '/alignment_stored': ['2026-05-12_mira', 'unknown'],
    '/nothing': ['not measured', 'unknown'],
    'task/reward volumes': ['40 %', 'fail'],
    'task/goCue delays': ['97.65 %', 'warning'],
    'videoLeft/focus': ['pass (12.5)', 'pass'],
  })
  expect(checks.map(({ group }) => group)).toEqual(['', '', '', '', '', 'task', 'task', 'videoLeft'])
  expect(checks.find(({ group }) => group === 'task')?.name).toBe('reward volumes')
  for (const none of [null, 7, 'PASS', [], {}]) expect(checksOf(none)).toEqual([])
})

test('a fraction is never rounded up to all', () => {
  expect(percent(0.99999)).toBe('99.99 %')
  expect(percent(1)).toBe('100 %')
})

test('a span is told in minutes, and in hours from one on; an end before the beginning is none', () => {
  const from = '2026-03-02T09:00:00+00:00'

  expect(spanInWords(from, '2026-03-02T09:59:20+00:00')).toBe('59 min')
  expect(spanInWords(from, '2026-03-02T10:05:00+00:00')).toBe('1 h 05 min')
  expect(spanInWords(from, '2026-03-02T08:00:00+00:00')).toBeUndefined()
  expect(spanInWords(from, null)).toBeUndefined()
})
