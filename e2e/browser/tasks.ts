import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from '../../packages/client/src/index.ts'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const ESC = '\u001b'

/** A machine that runs one step and says how it went, in colours. */
async function runOnce(
  client: Client,
  executable: string,
  outcome: 'failed' | 'succeeded',
  log: string,
): Promise<void> {
  const post = <T>(path: string, body: unknown) =>
    client.connection.send<T>(`/jobs${path}`, { method: 'POST', body }).then((answer) => answer.body)
  const { worker } = await post<{ worker: string }>('/workers', { name: 'rack-9', executables: [executable], cpu: 8 })
  const { attempts } = await post<{ attempts: { attempt: string }[] }>('/claim', { worker, limit: 1, wait_seconds: 10 })
  const { attempt } = attempts[0]!
  await post(`/attempts/${attempt}/log`, { offset: 0, text: log })
  await post(`/attempts/${attempt}/finish`, {
    outcome,
    ...(outcome === 'failed' && { error_type: 'ValueError', error_message: 'no pulses in channel 3' }),
  })
}

/** Processing as a data manager looks after it: what failed, why, once more, done; and the pages around it. */
export async function theTasks({ browser, lab, check, shots }: Told): Promise<void> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  const executable = 'lab.browser_check'
  const session = (
    await client
      .list('actions.session', { limit: '1', jobs_tasks_related__isnull: 'false' })
      .catch(() => client.list('actions.session', { limit: '1' }))
  ).results[0]!.id
  const made = await client.connection.send<{ tasks: { id: string; ref?: string }[] }>('/jobs/graphs', {
    method: 'POST',
    body: { graph: 'BrowserCheck', session, tasks: [{ name: 'find pulses', executable, max_attempts: 1 }] },
  })
  const task = made.body.tasks[0]!.id
  await runOnce(client, executable, 'failed', `reading\n${ESC}[31mno pulses in channel 3${ESC}[0m\n`)

  for (const width of [1440, 390]) {
    const { page, complaints, faults, shot } = await visit(browser, lab, { width, dark: width === 390 }, shots)
    const clean = async () => {
      assert.deepEqual(await faults(), [])
      assert.deepEqual(complaints(), [])
      assert.ok(((await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number) <= 0, 'too wide')
    }
    await check(`tasks at ${width}: every view is clean`, async () => {
      for (const view of ['', '?view=attention', '?view=statistics', '?view=machines']) {
        await page.goto(`/admin/tasks/${view}`)
        await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
        await page.waitForLoadState('networkidle')
        await clean()
      }
      await page.goto('/admin/tasks/')
      await page.getByText('BrowserCheck').first().waitFor()
      await shot(`tasks-${width}`)
    })
    await check(`files, water, training, regions at ${width}: clean`, async () => {
      for (const path of ['files/', 'files/?view=missing', 'water/', 'training/', 'regions/']) {
        await page.goto(`/admin/${path}`)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await page.waitForLoadState('networkidle')
        await clean()
      }
    })
    await page.context().close()
  }

  const { page, complaints, faults, shot } = await visit(browser, lab, { width: 1440 }, shots)
  await check('a failed task has its log in colours, is run again, and is done', async () => {
    await page.goto(`/admin/jobs/task/${task}/change/`)
    await page.getByText('no pulses in channel 3').first().waitFor()
    const red = page.locator('.log-line span', { hasText: 'no pulses in channel 3' }).last()
    await red.waitFor()
    assert.match((await red.getAttribute('class')) ?? '', /red/)
    await shot('task')
    assert.deepEqual(await faults(), [])
    await page.getByRole('button', { name: 'Run again', exact: true }).click()
    await page.getByText('This would be: 1 done').waitFor()
    await page.getByRole('button', { name: 'Run again: 1 task' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await runOnce(client, executable, 'succeeded', `${ESC}[32mfound 31 pulses${ESC}[0m\n`)
    await page.getByText('Complete').first().waitFor({ timeout: 20_000 })
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await client.row('jobs.task', task)).row.status === 60) break
      await pause(100)
    }
    assert.equal((await client.row('jobs.task', task)).row.status, 60)
    assert.deepEqual(complaints(), [])
  })
  await page.context().close()
}
