import { describe, expect, test } from 'vitest'
import { lastLineOf, outcomeOf } from '../../src/attempt/outcome.ts'

const codes = { complete: [0], incomplete: [3], empty: [4], transient: [75] }
const ended = (code: number | null, more: object = {}) => ({ code, signal: null, elapsedSeconds: 2, ...more })

describe('a command that ends', () => {
  test.each([
    [0, { outcome: 'succeeded', detail: 'Complete' }],
    [3, { outcome: 'succeeded', detail: 'Incomplete' }],
    [4, { outcome: 'succeeded', detail: 'Empty' }],
    [75, { outcome: 'failed', transient: true, error_type: 'Exit code 75' }],
    [1, { outcome: 'failed', transient: false, error_type: 'Exit code 1' }],
  ])('with exit code %i', (code, finish) => {
    expect(outcomeOf(ended(code), codes, {}, '')).toMatchObject({ ...finish, elapsed_seconds: 2 })
  })

  test.each([
    ['ValueError: no spikes', 'ValueError', 'no spikes'],
    ['one.alf.exceptions.ALFObjectNotFound: x', 'ALFObjectNotFound', 'x'],
    ['numpy.linalg.LinAlgError: Singular matrix', 'LinAlgError', 'Singular matrix'],
    ['AssertionError', 'AssertionError', 'AssertionError'],
    ['Killed: 9', 'Exit code 1', 'exit code 1: Killed: 9'],
  ])('badly, with the last words %j', (line, type, message) => {
    const finish = outcomeOf(ended(1), codes, {}, line)

    expect(finish.error_type).toBe(type)
    expect(finish.error_message).toContain(message)
  })

  test('may say itself what went wrong, and whether it may pass', () => {
    const note = { error_type: 'LicenceTaken', error: 'all 3 are in use', transient: true, version: '2.1' }

    expect(outcomeOf(ended(1), codes, note, '')).toMatchObject({
      error_type: 'LicenceTaken',
      error_message: 'all 3 are in use',
      transient: true,
      version: '2.1',
    })
  })

  test('well may say that its result is incomplete, and badly may not', () => {
    expect(outcomeOf(ended(0), codes, { outcome: 'Incomplete' }, '').detail).toBe('Incomplete')
    expect(outcomeOf(ended(1), codes, { outcome: 'Complete' }, '').outcome).toBe('failed')
  })

  test('because memory ran out is tried again, because of a fault of its own is not', () => {
    expect(outcomeOf(ended(null, { signal: 'SIGKILL' }), codes, {}, '')).toMatchObject({ transient: true })
    expect(outcomeOf(ended(null, { signal: 'SIGSEGV' }), codes, {}, '')).toMatchObject({ transient: false })
  })

  test.each([
    ['cancelled', 'cancelled'],
    ['released', 'released'],
  ])('because it was %s, whatever its exit code', (stopped, outcome) => {
    expect(outcomeOf(ended(0, { stopped }), codes, {}, '').outcome).toBe(outcome)
  })

  test('after its time is a failure that people can group', () => {
    expect(outcomeOf(ended(null, { signal: 'SIGTERM', stopped: 'time limit' }), codes, {}, 'x')).toMatchObject({
      outcome: 'failed',
      error_type: 'TimeLimit',
      transient: false,
    })
  })
})

test('last words are the last line that says something, without colours', () => {
  expect(lastLineOf('Traceback\n\u001b[31mValueError: no\u001b[0m\n\n::alyx progress=1\n  \n')).toBe('ValueError: no')
})
