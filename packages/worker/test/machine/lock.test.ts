import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeFolder } from '../../src/machine/lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-worker-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a folder belongs to one worker until it is given back', async () => {
  const giveBack = takeFolder(folder)

  expect(() => takeFolder(folder)).toThrow('Two workers on one machine need two names')
  giveBack()
  takeFolder(folder)()
  expect(await readdir(folder)).toEqual([])
})

test('a folder of a worker that was killed is taken over, even when its number is in use again', async () => {
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, began: 'long ago' }))
  takeFolder(folder)()

  const { pid } = spawnSync('true')
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid, began: '1' }))
  takeFolder(folder)()

  writeFileSync(join(folder, 'lock'), 'cut in the mid')
  takeFolder(folder)()
})
