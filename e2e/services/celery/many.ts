import assert from 'node:assert/strict'
import { sql } from '../../../packages/server/src/database/index.ts'
import type { Checks } from '../checks.ts'
import type { Laboratory } from './laboratory.ts'

const TASKS = 2_000
const PRIORITIES = 10
/** Tasks that are sent at once: what the workers run, and what waits at their door; those may overtake each other. */
const OUTSIDE = 24
const PATIENCE_MS = 120_000

const OPEN = sql`select count(*) from alyx.job_attempt where ended_at is null`

/** Thousands of tasks that wait: acceptance test 12. */
export async function tryMany(checks: Checks, lab: Laboratory): Promise<void> {
  await checks.that(`${TASKS} tasks run in the order of their urgency`, async () => {
    const already = (await lab.ran()).length
    const priorities = Array.from({ length: TASKS }, (_, at) => (at * 7) % PRIORITIES)
    const begun = performance.now()
    const keys = await lab.tasks(...priorities.map((priority) => ({ name: 'lab.spikes.sort', priority })))
    const priorityOf = new Map(keys.map((key, at) => [key, priorities[at]!]))
    await lab.until('all have run', async () => (await lab.ran()).length >= already + TASKS, PATIENCE_MS)
    const seconds = (performance.now() - begun) / 1000
    const ran = (await lab.ran()).slice(already)
    assert.equal(new Set(ran).size, TASKS, 'each ran once')
    const wanted = priorities.toSorted((a, b) => b - a)
    for (const [at, key] of ran.entries()) {
      const priority = priorityOf.get(key)!
      const most = wanted[Math.max(0, at - OUTSIDE)]!
      const least = wanted[Math.min(TASKS - 1, at + OUTSIDE)]!
      assert.ok(priority >= least && priority <= most, `number ${at} has priority ${priority}, not ${least} to ${most}`)
    }
    await lab.until('all ends are heard', async () => Number((await lab.rows(OPEN))[0]?.[0]) === 0)
    process.stdout.write(`        ${Math.round(TASKS / seconds)} tasks/s\n`)
  })
}
