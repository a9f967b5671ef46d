import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { addNote, Client, getSurgeries } from '../../packages/client/src/index.ts'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const ESC = '\u001b'
const WIDTHS = [1440, 390]

/** A photograph as a microscope makes it: a bright round window on dark ground. */
async function photograph(browser: Browser) {
  const page = await browser.newPage({ viewport: { width: 320, height: 220 } })
  await page.setContent('<body style="background: radial-gradient(circle, #d8b4a0 0 30%, #201a18 60%)">')
  const buffer = await page.screenshot()
  await page.close()
  return { name: 'window.png', mimeType: 'image/png', buffer }
}
/** The first picture inside is there and can be painted. */
async function painted(page: Page, inside: string): Promise<void> {
  const picture = page.locator(`${inside} img`).first()
  await picture.scrollIntoViewIfNeeded()
  await picture.evaluate('picture => picture.decode()')
}

/** A task of a session that a machine has begun, and what that machine prints and reports. */
async function begunTask(client: Client, session: string, graph: string) {
  // Of its own: a machine takes whatever waits for what it can run.
  const executable = `lab.${graph}`
  const post = <T>(path: string, body: unknown) =>
    client.connection.send<T>(`/jobs${path}`, { method: 'POST', body }).then((answer) => answer.body)
  await post('/graphs', {
    graph,
    session,
    tasks: [
      { ref: 'find', name: 'find pulses', executable, max_attempts: 1 },
      { name: 'sort spikes', executable: 'lab.nobody_runs_it', parents: ['find'] },
    ],
  })
  const { worker } = await post<{ worker: string }>('/workers', { name: graph, executables: [executable], cpu: 8 })
  const { attempts } = await post<{ attempts: { attempt: string }[] }>('/claim', { worker, limit: 1, wait_seconds: 10 })
  const { attempt } = attempts[0]!
  let offset = 0
  return {
    async print(text: string) {
      await post(`/attempts/${attempt}/log`, { offset, text })
      offset += Buffer.byteLength(text)
    },
    fail: () =>
      post(`/attempts/${attempt}/finish`, {
        outcome: 'failed',
        error_type: 'ValueError',
        error_message: 'no pulses in channel 3',
      }),
  }
}

/** The page of a session as an experimenter uses it, and the surgeries of its animal. */
export async function theSessions({ browser, lab, check, shots }: Told): Promise<void> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  const [session] = (
    await client.list('actions.session', { limit: '1', data_dataset_session_related__isnull: 'false' })
  ).results
  const { id: subject } = session!.subject as { readonly id: string }
  const [surgery] = await getSurgeries(client.connection, subject)
  assert.ok(surgery, 'the animal of the session was never operated')
  await client.change('actions.surgery', surgery.id, { narrative: 'Went **well**.\n\n- isoflurane 1.5 %' })
  const photo = await photograph(browser)
  const picture = new File([photo.buffer], photo.name, { type: photo.mimeType })
  await addNote(client.connection, { about: 'actions.surgery', key: surgery.id, text: 'The window', picture })

  for (const width of WIDTHS) {
    const { page, complaints, faults, shot } = await visit(browser, lab, { width, dark: width === 390 }, shots)
    const clean = async () => {
      assert.deepEqual(await faults(), [])
      assert.deepEqual(complaints(), [])
      assert.ok(((await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number) <= 0, 'too wide')
    }
    const open = (tab: string) => page.goto(`/admin/actions/session/${session!.id}/change/?tab=${tab}`)
    const graph = `Session check ${width}`
    const task = await begunTask(client, session!.id, graph)

    await check(`session at ${width}: every tab is clean`, async () => {
      await open('')
      const tabs = page.getByRole('tab')
      await tabs.first().waitFor()
      for (const tab of await tabs.all()) {
        await tab.click()
        await page.getByRole('tabpanel').waitFor()
        await page.waitForLoadState('networkidle')
        await shot(`session-${(await tab.innerText()).toLowerCase().replaceAll(/\W+/g, '-')}-${width}`)
        await clean()
      }
    })

    await check(`session at ${width}: a task tells how far it is, and its log grows while it is read`, async () => {
      await open('tasks')
      const pipeline = page.getByRole('region', { name: graph, exact: true })
      const step = pipeline.getByRole('button', { name: /^find pulses/ })
      await step.filter({ hasText: 'Started' }).waitFor()
      await pipeline
        .getByRole('button', { name: /^sort spikes/ })
        .filter({ hasText: 'Held' })
        .waitFor()
      await task.print(`${ESC}[32mreading channel 3${ESC}[0m\n`)
      await step.click()
      const log = page.getByRole('dialog', { name: 'find pulses' })
      await log.getByText('reading channel 3').waitFor()
      assert.match((await log.locator('.log-line span').first().getAttribute('class')) ?? '', /green/)
      await task.print(`${ESC}[31mno pulses in channel 3${ESC}[0m\n`)
      await log.locator('.log-line', { hasText: 'no pulses' }).waitFor()
      await shot(`session-log-${width}`)
      await clean()
    })

    await check(`session at ${width}: a task that failed says why, and is run again from there`, async () => {
      const log = page.getByRole('dialog', { name: 'find pulses' })
      await task.fail()
      await log.getByText('ValueError: no pulses in channel 3').waitFor()
      await log.locator('.task-state[data-state="Errored"]').waitFor()
      await shot(`session-log-failed-${width}`)
      await clean()
      await log.getByRole('button', { name: 'Run again', exact: true }).click()
      await page.getByText('This would be: 1 done').waitFor()
      await page.getByRole('button', { name: 'Run again: 1 task' }).click()
      await log.locator('.task-state[data-state="Waiting"]').waitFor()
      await page.getByRole('button', { name: 'Close the log' }).click()
      await log.waitFor({ state: 'detached' })
    })

    await check(`session at ${width}: a narrative is written with the editor and is there after a reload`, async () => {
      await open('')
      const panel = page.getByRole('region', { name: 'Narrative', exact: true })
      await panel.getByRole('button', { name: /^(Write|Change)$/ }).click()
      const area = panel.getByRole('textbox', { name: /Narrative/ })
      await area.fill(`Seen at ${width}: `)
      await area.press('End')
      await panel.getByRole('button', { name: 'Bold' }).click()
      await page.keyboard.type('calm')
      await panel.locator('input[type="file"]').setInputFiles(photo)
      await panel.getByText('![window](').waitFor()
      await panel.getByText('Preview').click()
      await painted(page, '.editor .look')
      await shot(`session-narrative-${width}`)
      await clean()
      await panel.getByRole('button', { name: 'Save' }).click()
      await panel.getByRole('button', { name: 'Change' }).waitFor()
      await page.reload()
      await panel.locator('strong', { hasText: 'calm' }).waitFor()
      await painted(page, '.markdown')
      await clean()
    })

    await check(`session at ${width}: a note with a picture is added and counted`, async () => {
      await open('notes')
      const tab = page.getByRole('tab', { name: /^Notes/ })
      const before = Number(/\d+/.exec(await tab.innerText())?.[0])
      const words = `Calm before the first trial, ${width}`
      await page.getByLabel('A note about this session').fill(words)
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: 'Picture', exact: true }).click(),
      ])
      await chooser.setFiles(photo)
      await page.getByAltText('To be added: window.png').waitFor()
      await page.getByRole('button', { name: 'Add the note' }).click()
      await page.getByRole('listitem').filter({ hasText: words }).getByAltText(words).waitFor()
      await tab.filter({ hasText: String(before + 1) }).waitFor()
      await shot(`session-note-${width}`)
      await clean()
    })

    await check(`animal at ${width}: its surgeries are told, and a new one begins with the animal`, async () => {
      await page.goto(`/admin/subjects/subject/${subject}/change/?tab=surgeries`)
      const told = page.getByRole('article').filter({ hasText: 'isoflurane' })
      await told.locator('strong', { hasText: 'well' }).waitFor()
      await painted(page, '.note-cards')
      await shot(`animal-surgeries-${width}`)
      await clean()
      const before = await page.getByRole('article').count()
      await page.getByRole('link', { name: 'New surgery' }).click()
      await page.getByRole('heading', { level: 1, name: 'New surgery' }).waitFor()
      const nickname = (session!.subject as { readonly title: string }).title
      assert.equal(
        await page
          .getByLabel(/^Subject/)
          .first()
          .inputValue(),
        nickname,
      )
      await page.getByLabel(/^Implant weight/).fill('1.3')
      await shot(`surgery-new-${width}`)
      await clean()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.waitForURL(/surgery\/[\da-f-]{36}\/change/)
      await page.goto(`/admin/subjects/subject/${subject}/change/?tab=surgeries`)
      await page.getByRole('article').nth(before).waitFor()
      assert.equal(await page.getByText('1.3 g').count(), width === WIDTHS[0] ? 1 : 2)
      await clean()
    })

    await check(`files at ${width}: completeness by week leads to the sessions that lack something`, async () => {
      await page.goto('/admin/files/?view=completeness')
      const chart = page.getByRole('figure', { name: /^QC set/ })
      const [, set = '', all = ''] = /(\d+) of (\d+) sessions/.exec(await chart.innerText()) ?? []
      const first = await page.locator('.ends span').first().innerText()
      const begun = { start_time__date__gte: first, fields: 'qc', limit: '500' }
      const { results } = await client.list('actions.session', begun)
      assert.deepEqual([Number(set), Number(all)], [results.filter(({ qc }) => qc !== 0).length, results.length])
      assert.ok(Number(set) < Number(all), 'nothing is missing, so that nothing can be shown')
      await shot(`completeness-${width}`)
      await clean()
      const without = page.locator('tr', { has: page.getByRole('link', { name: /without$/ }) }).first()
      const week = await without.getByRole('rowheader').innerText()
      const link = without.getByRole('link', { name: /without$/ }).last()
      const lacking = Number.parseInt(await link.innerText(), 10)
      await link.click()
      await page.waitForURL(new RegExp(`session/.*${week}`))
      await page
        .getByText(new RegExp(`^${lacking} `))
        .first()
        .waitFor()
      await shot(`completeness-sessions-${width}`)
      await clean()
    })
    await page.context().close()
  }
}
