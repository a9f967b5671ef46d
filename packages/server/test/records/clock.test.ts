import { afterEach, expect, test, vi } from 'vitest'
import { wallMicroseconds } from '../../src/records/clock.ts'

afterEach(() => vi.restoreAllMocks())

test('is the wall clock, finer than milliseconds, and does not step back by itself', () => {
  const read = Array.from({ length: 2000 }, () => wallMicroseconds())

  expect(Math.abs(read[0]! / 1000 - Date.now())).toBeLessThan(50)
  expect(read.some((one) => one % 1000 !== 0)).toBe(true)
  expect(read.every((one, at) => at === 0 || one >= read[at - 1]! - 3000)).toBe(true)
})

test('follows the wall clock when the machine has slept', () => {
  const hour = 60 * 60 * 1000
  const now = Date.now()
  vi.spyOn(Date, 'now').mockReturnValue(now + hour)

  expect(wallMicroseconds() / 1000).toBeCloseTo(now + hour, -1)
})
