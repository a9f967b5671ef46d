import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesPattern } from '../../../../src/domains/data/registration/filename-pattern.ts'

describe('a pattern of file names', () => {
  test.each([
    { pattern: '*spikes.times*.npy', name: 'spikes.times.npy', matches: true },
    { pattern: '*spikes.times*.npy', name: '_ibl_spikes.times_ephysClock.raw.npy', matches: true },
    { pattern: '*spikes.times*.npy', name: 'spikes.times.npy.bak', matches: false },
    { pattern: '*Camera.raw*.mp4', name: '_iblrig_leftcamera.RAW.MP4', matches: true },
    { pattern: 'a?c.x', name: 'abc.x', matches: true },
    { pattern: 'a?c.x', name: 'ac.x', matches: false },
    { pattern: 'a?c', name: 'a\nc', matches: true },
    { pattern: 'a.c', name: 'abc', matches: false },
    { pattern: 'probe0[01].x', name: 'probe01.x', matches: true },
    { pattern: 'probe0[01].x', name: 'probe02.x', matches: false },
    { pattern: 'probe[0-3].x', name: 'probe2.x', matches: true },
    { pattern: 'probe[!0-3].x', name: 'probe2.x', matches: false },
    { pattern: 'probe[!0-3].x', name: 'probe7.x', matches: true },
    { pattern: 'a[]b]c', name: 'a]c', matches: true },
    { pattern: 'a[!]]c', name: 'a]c', matches: false },
    { pattern: 'a[b-]c', name: 'a-c', matches: true },
    { pattern: 'a[-b]c', name: 'a-c', matches: true },
    { pattern: 'a[a-c-e]c', name: 'a-c', matches: true },
    { pattern: 'a[a-c-e]c', name: 'adc', matches: false },
    { pattern: 'a[z-b]c', name: 'azc', matches: false },
    { pattern: 'a[!z-b]c', name: 'azc', matches: true },
    { pattern: 'a[^]c', name: 'a^c', matches: true },
    { pattern: 'a[bc', name: 'a[bc', matches: true },
    { pattern: 'a[bc', name: 'ab', matches: false },
    { pattern: '*', name: '', matches: true },
    { pattern: '', name: '', matches: true },
    { pattern: 'für*.npy', name: 'FÜR.1.npy', matches: true },
    { pattern: '?.x', name: '🐁.x', matches: true },
  ])('$pattern and $name: $matches', ({ pattern, name, matches }) => {
    expect(matchesPattern(pattern, name)).toBe(matches)
  })

  test('a name without signs matches itself and nothing else', () => {
    const plain = fc.string({ unit: 'binary' }).map((text) => text.replace(/[*?[]/g, ''))
    fc.assert(
      fc.property(plain, plain, (name, other) => {
        expect(matchesPattern(name, name)).toBe(true)
        expect(matchesPattern(name, `${name}${other}`)).toBe(other === '')
      }),
    )
  })

  test('no pattern takes for ever', () => {
    const start = performance.now()

    expect(matchesPattern(`${'*'.repeat(200)}z`, 'a'.repeat(255))).toBe(false)
    expect(matchesPattern('*a*a*a*z', 'a'.repeat(255))).toBe(false)

    expect(performance.now() - start).toBeLessThan(1000)
  })
})
