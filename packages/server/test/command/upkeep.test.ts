import { expect, test, vi } from 'vitest'
import { doing } from '../../src/command/upkeep.ts'

test('a chore that fails is told once, tried again, and told when it works again', async () => {
  let fails = true
  let tries = 0
  const told: [string, boolean][] = []
  const run = async () => {
    tries += 1
    if (fails) throw new Error('not now')
  }
  const upkeep = doing([{ name: 'chore', everyMs: 5, run }], (name, error) => told.push([name, error !== undefined]))

  await vi.waitFor(() => expect(tries).toBeGreaterThan(2))
  fails = false
  await vi.waitFor(() =>
    expect(told).toEqual([
      ['chore', true],
      ['chore', false],
    ]),
  )
  await upkeep.stop()
})

test('a chore that takes long is not begun twice, and the end waits for it', async () => {
  let running = 0
  let most = 0
  const run = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 40))
    running -= 1
  }
  const upkeep = doing([{ name: 'slow', everyMs: 5, run }], () => undefined)

  await new Promise((resolve) => setTimeout(resolve, 60))
  await upkeep.stop()

  expect([most, running]).toEqual([1, 0])
})
