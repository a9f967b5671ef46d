import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isRunning, markOf, orphansOf, ProcessTree } from '../../src/machine/processes.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-worker-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs a line of the shell as a worker would, and waits until it has written the numbers of its processes. */
async function started(line: string, count: number): Promise<{ child: ChildProcess; attempt: string; pids: number[] }> {
  const attempt = randomUUID()
  const file = join(folder, 'pids')
  const child = spawn('/bin/sh', ['-c', line], {
    env: { ...process.env, ALYX_ATTEMPT: attempt, PIDS: file },
    detached: true,
    stdio: 'ignore',
  })
  const pids = await vi.waitFor(async () => {
    const found = (await readFile(file, 'utf8')).split('\n').filter(Boolean).map(Number)
    expect(found.length).toBe(count)
    return found
  }, 5_000)
  return { child, attempt, pids }
}

const alive = (pids: readonly number[]) => pids.filter((pid) => isRunning({ pid, began: '' }))

describe('a tree of processes', () => {
  test('is ended whole: the stubborn, their children and those that left the group', async () => {
    const { child, attempt, pids } = await started(
      `trap '' TERM
       sh -c 'trap "" TERM; echo $$ >> "$PIDS"; while :; do sleep 1; done' &
       setsid sh -c 'trap "" TERM; echo $$ >> "$PIDS"; while :; do sleep 1; done' &
       echo $$ >> "$PIDS"; while :; do sleep 1; done`,
      3,
    )
    expect(alive(pids)).toEqual(pids)

    await new ProcessTree(child.pid!, attempt).stop(300)

    expect(alive(pids)).toEqual([])
  })

  test('that ends when it is asked is not waited for longer', async () => {
    const { child, attempt } = await started('echo $$ >> "$PIDS"; sleep 60', 1)
    const begun = performance.now()

    await new ProcessTree(child.pid!, attempt).stop(20_000)

    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  test('is found again by another start, even when its leader has gone', async () => {
    const { child, attempt, pids } = await started('sh -c \'echo $$ >> "$PIDS"; sleep 60\' & sleep 0.2', 1)
    const mark = markOf(child.pid!)
    await once(child, 'exit')
    expect(isRunning(mark)).toBe(false)

    await orphansOf(attempt, mark)!.stop(1_000)

    expect(alive(pids)).toEqual([])
    expect(orphansOf(attempt, mark)).toBeUndefined()
  })

  test('of somebody else, who has got the same number meanwhile, is left alone', async () => {
    const { child, attempt } = await started('echo $$ >> "$PIDS"; sleep 60', 1)
    const mark = markOf(child.pid!)

    expect(orphansOf(randomUUID(), { ...mark, began: 'before' })).toBeUndefined()

    expect(isRunning(mark)).toBe(true)
    await new ProcessTree(child.pid!, attempt).stop(1_000)
  })
})
