import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { admitAll, parseRate, parseThrottleMode, Throttle, throttleKey } from '../../src/auth/throttle.ts'

describe('a rate', () => {
  test.each([
    ['550/minute', { requests: 550, periodSeconds: 60 }],
    ['3/s', { requests: 3, periodSeconds: 1 }],
    ['20/min', { requests: 20, periodSeconds: 60 }],
    ['100/hour', { requests: 100, periodSeconds: 3600 }],
    ['1000/day', { requests: 1000, periodSeconds: 86_400 }],
    ['5/dozen', { requests: 5, periodSeconds: 86_400 }],
  ])('%s', (text, rate) => expect(parseRate(text)).toEqual(rate))

  test.each(['', '550', '/minute', 'x/minute', '-1/minute', '1.5/minute', '5/week', '5/Minute', '5/m/s'])(
    '%j is none, and the message says how one looks',
    (text) => expect(() => parseRate(text)).toThrow('for example 550/minute'),
  )
})

/** A throttle of three requests a minute with a clock in our hands. */
function threeAMinute(maxKeys?: number) {
  const clock = { seconds: 1000 }
  const now = () => clock.seconds
  const throttle = new Throttle(parseRate('3/minute'), { now, ...(maxKeys === undefined ? {} : { maxKeys }) })
  return { clock, throttle }
}

describe('a throttle', () => {
  test('lets in as many requests as the rate says, then names the wait', () => {
    const { clock, throttle } = threeAMinute()
    for (const second of [0, 10, 20]) {
      clock.seconds = 1000 + second
      expect(throttle.admit('user a')).toBeUndefined()
    }

    clock.seconds = 1030

    expect(throttle.admit('user a')).toBe(30)
  })

  test('lets the next one in when the oldest has left the window', () => {
    const { clock, throttle } = threeAMinute()
    for (const second of [0, 10, 20]) {
      clock.seconds = 1000 + second
      throttle.admit('user a')
    }

    clock.seconds = 1059.5
    expect(throttle.admit('user a')).toBe(0.5)
    clock.seconds = 1060
    expect(throttle.admit('user a')).toBeUndefined()
    expect(throttle.admit('user a')).toBe(10)
  })

  test('does not prolong the wait of those who keep asking', () => {
    const { clock, throttle } = threeAMinute()
    for (let request = 0; request < 3; request++) throttle.admit('user a')
    for (let second = 1; second < 60; second++) {
      clock.seconds = 1000 + second
      expect(throttle.admit('user a')).toBe(60 - second)
    }

    clock.seconds = 1060

    expect(throttle.admit('user a')).toBeUndefined()
  })

  test('counts each key for itself', () => {
    const { throttle } = threeAMinute()
    for (let request = 0; request < 3; request++) throttle.admit('user a')

    expect(throttle.admit('user a')).toBe(60)
    expect(throttle.admit('user b')).toBeUndefined()
  })

  test('never lets more through in any window than the rate says, and never fewer than it could', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 }), (gaps) => {
        const { clock, throttle } = threeAMinute()
        const admitted: number[] = []
        for (const gap of gaps) {
          clock.seconds += gap
          const recent = admitted.filter((time) => time > clock.seconds - 60).length
          const wait = throttle.admit('user a')
          expect(wait === undefined).toBe(recent < 3)
          if (wait === undefined) admitted.push(clock.seconds)
        }
      }),
    )
  })

  test('forgets who was silent longest rather than fill the memory', () => {
    const { throttle } = threeAMinute(2)
    for (let request = 0; request < 3; request++) throttle.admit('a')
    throttle.admit('b')
    throttle.admit('a')
    throttle.admit('c')

    expect(throttle.size).toBe(2)
    expect(throttle.admit('a')).toBe(60)
  })

  test('of zero requests lets nobody in', () => {
    expect(new Throttle(parseRate('0/minute')).admit('a')).toBe(60)
  })
})

describe('the budget of a request', () => {
  test('is the person’s wherever they are, and the machine’s when nobody is logged in', () => {
    expect(throttleKey('user-based', 'alice', '10.0.0.1')).toBe(throttleKey('user-based', 'alice', '10.0.0.2'))
    expect(throttleKey('user-based', 'alice', '10.0.0.1')).not.toBe(throttleKey('user-based', 'bob', '10.0.0.1'))
    expect(throttleKey('user-based', undefined, '10.0.0.1')).not.toBe(throttleKey('user-based', undefined, '10.0.0.2'))
  })

  test('is the machine’s where many people share a login', () => {
    expect(throttleKey('anonymous', 'public', '10.0.0.1')).not.toBe(throttleKey('anonymous', 'public', '10.0.0.2'))
    expect(throttleKey('anonymous', 'public', '10.0.0.1')).toBe(throttleKey('anonymous', undefined, '10.0.0.1'))
  })

  test('cannot be taken by naming a user after an address', () => {
    expect(throttleKey('user-based', '10.0.0.1', 'x')).not.toBe(throttleKey('user-based', undefined, '10.0.0.1'))
  })

  test('is counted by each limit, and the longest wait is told in whole seconds', () => {
    const limits = ['1/minute', '2/hour'].map((rate) => new Throttle(parseRate(rate)))

    expect(admitAll(limits, 'a')).toBeUndefined()
    expect(admitAll(limits, 'a')).toBe(60)
    expect(admitAll(limits, 'a')).toBe(3600)
    expect(admitAll([], 'a')).toBeUndefined()
  })
})

test('a mode that is none is refused at the start', () => {
  expect(parseThrottleMode('anonymous')).toBe('anonymous')
  expect(() => parseThrottleMode('per-lab')).toThrow('Use user-based or anonymous')
})
