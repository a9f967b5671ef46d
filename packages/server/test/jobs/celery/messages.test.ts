import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEvents, readResult } from '../../../src/jobs/celery/answers.ts'
import { readBody, readJson, Unreadable } from '../../../src/jobs/celery/dialect.ts'
import { levelsOf, stepsOf } from '../../../src/jobs/celery/discovery.ts'
import { pythonRepr, taskMessage } from '../../../src/jobs/celery/message.ts'
import { brokerVersion, proposedHeartbeat } from '../../../src/jobs/celery/server-properties.ts'

const ID = '7b0c3f0e-8f43-4d3c-9d3e-1c1f7b0c00e1'
const json = (value: unknown) => Buffer.from(JSON.stringify(value))

describe('a message for a worker', () => {
  const { envelope, body } = taskMessage({
    id: ID,
    task: 'adaptation.trials_df.initial_calculation',
    kwargs: { task_id: ID, extra: null },
    replyTo: 'alyx.results',
    number: 2,
  })

  test('is a task of protocol 2: body, headers and properties as workers read them', () => {
    expect(JSON.parse(body.toString())).toEqual([
      [],
      { task_id: ID, extra: null },
      { callbacks: null, errbacks: null, chain: null, chord: null },
    ])
    expect(envelope).toMatchObject({
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      durable: true,
      correlationId: ID,
      replyTo: 'alyx.results',
      headers: {
        lang: 'py',
        task: 'adaptation.trials_df.initial_calculation',
        id: ID,
        root_id: ID,
        parent_id: null,
        retries: 0,
        timelimit: [null, null],
        argsrepr: '()',
        kwargsrepr: `{'task_id': '${ID}', 'extra': None}`,
      },
    })
  })

  test('asks for no answer when there is nowhere to send it', () => {
    const quiet = taskMessage({ id: ID, task: 'a.b.c', kwargs: {} }).envelope
    expect(quiet).not.toHaveProperty('replyTo')
    expect(quiet.headers.ignore_result).toBe(true)
  })

  test.each([
    [null, 'None'],
    [true, 'True'],
    ["it's", "'it\\'s'"],
    [{ a: [1, 'b'] }, "{'a': [1, 'b']}"],
  ])('shows %j in the logs of workers as Python would', (value, shown) => {
    expect(pythonRepr(value)).toBe(shown)
  })

  test('is shown with at most a line, however long its arguments', () => {
    expect(pythonRepr('x'.repeat(10_000)).length).toBe(1024)
  })
})

describe('what workers write', () => {
  test.each([
    ['{"__type__": "uuid", "__value__": {"hex": "7b0c3f0e8f434d3c9d3e1c1f7b0c00e1"}}', ID],
    ['{"__type__": "datetime", "__value__": "2026-03-01T09:00:00+00:00"}', '2026-03-01T09:00:00+00:00'],
    ['{"__type__": "decimal", "__value__": "0.10"}', '0.10'],
    ['[{"__type__": "bytes", "__value__": "abc"}]', ['abc']],
    ['{"a": NaN, "b": "NaN", "c": [Infinity, -Infinity]}', { a: NaN, b: 'NaN', c: [Infinity, -Infinity] }],
    ['{"said": "a \\"NaN\\" and NaN", "x": NaN}', { said: 'a "NaN" and NaN', x: NaN }],
  ])('%s is understood', (text, value) => {
    expect(readJson(text)).toEqual(value)
  })

  test.each([
    ['an unknown type', '{"__type__": "os.system", "__value__": "ls"}'],
    ['the name of something every object has', '{"__type__": "constructor", "__value__": "x"}'],
    ['a UUID without digits', '{"__type__": "uuid", "__value__": {"hex": "no"}}'],
    ['half a message', '{"task_id": "'],
    ['nesting without end', '['.repeat(5000) + ']'.repeat(5000)],
  ])('%s is refused', (_, text) => {
    expect(() => readJson(text)).toThrow(Unreadable)
  })

  test.each(['application/x-python-serialize', 'application/x-msgpack', undefined])(
    'a message of type %s is never opened',
    (type) => {
      expect(() => readBody(type, json({}))).toThrow(Unreadable)
    },
  )

  test('whatever JSON a worker sends arrives as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(JSON.stringify(readBody('application/json', json(value)))).toBe(JSON.stringify(value))
      }),
    )
  })

  test('whatever text it sends is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]{}",:NaInfity0-9_\\-]{0,40}$/)), (text) => {
        try {
          readJson(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable)
        }
      }),
    )
  })

  test('a name like __proto__ changes no object of ours', () => {
    readJson('{"__proto__": {"polluted": true}}')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('an answer', () => {
  const answer = (status: string, result: unknown, traceback: string | null = null) =>
    readResult({ task_id: ID, status, result, traceback, children: [] })

  test.each([
    ['SUCCESS', null, { kind: 'succeeded' }],
    ['REVOKED', { exc_type: 'TaskRevokedError', exc_message: ['terminated'] }, { kind: 'revoked' }],
    ['PROGRESS', { current: 3, total: 4 }, { kind: 'progress', progress: 0.75, message: 'PROGRESS' }],
    ['sorting', { progress: 7 }, { kind: 'progress', progress: 1, message: 'sorting' }],
    ['halted', null, { kind: 'progress', message: 'halted' }],
    [
      'FAILURE',
      { exc_type: 'ValueError', exc_message: ['pas de données', 3], exc_module: 'builtins' },
      { kind: 'failed', errorType: 'ValueError', errorMessage: 'pas de données 3' },
    ],
    ['FAILURE', 'an old worker', { kind: 'failed', errorType: 'Exception', errorMessage: 'an old worker' }],
  ])('%s with %j is understood', (status, result, seen) => {
    expect(answer(status, result)).toMatchObject({ id: ID, ...seen })
  })

  test('brings the way to the error with it, without what a database cannot keep', () => {
    const { errorMessage } = answer('FAILURE', { exc_type: 'E', exc_message: ['a\0b'] }, 'Traceback ...')
    expect(errorMessage).toBe('ab\n\nTraceback ...')
  })

  test.each([null, [], 'text', {}, { task_id: 3, status: 'SUCCESS' }])('%j is none', (body) => {
    expect(() => readResult(body)).toThrow(Unreadable)
  })
})

describe('events', () => {
  const started = { type: 'task-started', hostname: 'celery@rack', uuid: ID }

  test('come alone or many at once', () => {
    expect(readEvents(started)).toEqual([{ observation: { id: ID, kind: 'started', worker: 'celery@rack' } }])
    expect(readEvents([started, { ...started, type: 'task-succeeded' }])).toHaveLength(2)
  })

  test('tell of workers, and of errors as Python prints them', () => {
    expect(
      readEvents({ type: 'worker-heartbeat', hostname: 'celery@rack', freq: 2, active: 1, sw_ver: '5.7.0', pid: 7 }),
    ).toEqual([
      { sign: { worker: 'celery@rack', kind: 'heartbeat', everySeconds: 2, active: 1, version: '5.7.0', pid: 7 } },
    ])
    expect(readEvents({ ...started, type: 'task-failed', exception: "ValueError('no spikes')" })).toMatchObject([
      { observation: { kind: 'failed', errorType: 'ValueError', errorMessage: "ValueError('no spikes')" } },
    ])
  })

  test('of other kinds, and what is none, are left out', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => Array.isArray(readEvents(value))))
    expect(readEvents([{ type: 'task-sent', uuid: ID }, null, 3, { type: '__proto__', uuid: ID }])).toEqual([])
  })
})

describe('steps', () => {
  const told = {
    'lab.spikes.sort': {
      pipeline_name: 'lab',
      pipe_name: 'spikes',
      step_name: 'sort',
      requires: [],
      signature_dict: { n: {} },
    },
    'lab.spikes.curate': {
      pipeline_name: 'lab',
      pipe_name: 'spikes',
      step_name: 'curate',
      requires: ['lab.spikes.sort'],
    },
  }

  test('stand one level above what they require', () => {
    const steps = stepsOf(new Set(Object.keys(told)), told)
    expect(Object.fromEntries(levelsOf(steps))).toEqual({ 'lab.spikes.sort': 0, 'lab.spikes.curate': 1 })
  })

  test('that the application says nothing of have the names in their own name', () => {
    expect(stepsOf(new Set(['a.b.c', 'alone']), {})).toMatchObject([
      { pipeline: 'a', pipe: 'b', step: 'c', requires: [] },
      { pipeline: 'alone', pipe: '', step: 'alone' },
    ])
  })

  test('take as arguments what their runner does not hand over by itself', () => {
    const own = {
      session: { default_value: '__empty__' },
      extra: { default_value: '' },
      threshold: { default_value: 4.5 },
    }
    const [step] = stepsOf(new Set(['a.b.c']), { 'a.b.c': { signature_dict: own } })
    expect(step!.signature).toEqual({ threshold: { default_value: 4.5 } })
  })

  test('in a circle still get a level', () => {
    const levels = levelsOf([
      { name: 'a', requires: ['b'] },
      { name: 'b', requires: ['a'] },
    ])
    expect([...levels.keys()].sort()).toEqual(['a', 'b'])
  })
})

test('the version of a broker is read from its first words, whole or not at all', () => {
  const words = Buffer.from('\x07productS\0\0\0\x08RabbitMQ\x07versionS\0\0\0\x064.2.10\x08platform', 'latin1')
  expect(brokerVersion(words)).toBe('4.2.10')
  expect(brokerVersion(words.subarray(0, words.length - 10))).toBeUndefined()
  expect(brokerVersion(Buffer.from('nothing of the kind'))).toBeUndefined()
})

test('how often the broker wants to hear from everybody is read from its proposal, and from nothing else', () => {
  const tune = Buffer.from([0, 10, 0, 30, 0x07, 0xff, 0, 2, 0, 0, 0, 60, 0xce])
  expect(proposedHeartbeat(tune)).toBe(60)
  expect(proposedHeartbeat(tune.subarray(0, 8))).toBeUndefined()
  expect(proposedHeartbeat(Buffer.from('nothing of the kind'))).toBeUndefined()
})
