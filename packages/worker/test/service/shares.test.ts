import { expect, test } from 'vitest'
import type { Command } from '../../src/configuration/commands.ts'
import type { ClaimedTask } from '../../src/server/calls.ts'
import { Shares } from '../../src/service/shares.ts'

const task = (needs: object = {}) => ({ cpu: null, gpu: null, ram: null, ...needs }) as ClaimedTask
const command = (needs: object = {}) => ({ cpu: 1, ramGb: 0, gpu: 0, ...needs }) as Command

test('GPUs are given to one attempt at a time, and come back', () => {
  const shares = new Shares({ cpu: 8, ramGb: 64, gpus: ['0', '1'] })
  const one = shares.take(task({ gpu: 1 }), command())!
  const other = shares.take(task(), command({ gpu: 1 }))!

  expect([one.gpus, other.gpus]).toEqual([['0'], ['1']])
  expect(shares.take(task({ gpu: 1 }), command())).toBeUndefined()
  shares.giveBack(one)
  expect(shares.take(task({ gpu: 1 }), command())?.gpus).toEqual(['0'])
})

test('a task gets what it asks for, and no less than its command needs', () => {
  const shares = new Shares({ cpu: 8, ramGb: 64, gpus: [] })

  expect(shares.take(task({ cpu: 2, ram: 4 }), command({ cpu: 4, ramGb: 2 }))).toEqual({ cpu: 4, ramGb: 4, gpus: [] })
  expect(shares.take(task({ cpu: 5 }), command())).toBeUndefined()
  expect(shares.take(task({ ram: 61 }), command())).toBeUndefined()
})

test('a task that wants all cores, or more than there are, waits until the machine is idle and gets them', () => {
  const shares = new Shares({ cpu: 8, ramGb: 64, gpus: [] })
  const small = shares.take(task(), command())!

  expect(shares.take(task({ cpu: -1 }), command())).toBeUndefined()
  shares.giveBack(small)
  const all = shares.take(task({ cpu: -1 }), command())!
  expect(all.cpu).toBe(8)
  shares.giveBack(all)
  expect(shares.take(task({ cpu: 100, ram: 1000 }), command())).toMatchObject({ cpu: 8, ramGb: 64 })
})
