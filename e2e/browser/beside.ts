import assert from 'node:assert/strict'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

/** One white pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Rows beside a form, texts in Markdown with pictures, removed rows that come back, lists under names of their own. */
export async function beside({ browser, lab, check, shots }: Told): Promise<void> {
  for (const screen of [
    { name: 'wide', width: 1440 },
    { name: 'phone', width: 390, dark: true },
  ]) {
    const visitor = await visit(browser, lab, screen, shots)
    const { page } = visitor
    const keyOf = async (question: string): Promise<string> => {
      const answer = (await (await page.request.get(`/api/v1/${question}`)).json()) as { results: { id: string }[] }
      return answer.results[0]!.id
    }

    // What was removed comes back below: each screen has a text of its own.
    const words = `Fine today, ${screen.name}`
    await check(
      `${screen.name}: weighings and notes are added beside the form of their animal, and removed`,
      async () => {
        const key = await keyOf('subjects/subject?limit=1&actions_sessions__isnull=false&weighings__isnull=false')
        await page.goto(`/admin/subjects/subject/${key}/change/?view=form`)
        await page.getByRole('button', { name: 'Add weighing' }).click()
        await page.getByRole('textbox', { name: /Weight/ }).fill('21.5')
        await page.getByRole('button', { name: 'Save weighing' }).click()
        await page.getByText('Saved the weighing').waitFor()
        await page.getByRole('button', { name: 'Add note' }).click()
        await page.getByRole('form', { name: 'Save note' }).getByRole('textbox', { name: 'Text' }).fill(words)
        await page.getByRole('button', { name: 'Save note' }).click()
        await page.getByRole('cell', { name: words }).waitFor()
        await visitor.shot(`beside-${screen.name}`)
        assert.deepEqual(await visitor.faults(), [])
        const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        assert.equal(wider, 0, 'wider than the screen')
        await page
          .getByRole('row', { name: words })
          .getByRole('button', { name: /^Remove note/ })
          .click()
        await page.getByRole('button', { name: 'Remove it' }).click()
        await page.getByRole('cell', { name: words }).waitFor({ state: 'hidden' })
      },
    )

    await check(`${screen.name}: what was removed comes back`, async () => {
      await page.goto('/admin/misc/note/recover/')
      await page
        .getByRole('button', { name: /^Bring back/ })
        .first()
        .click()
      await page.getByText('This comes back').waitFor()
      assert.deepEqual(await visitor.faults(), [])
      await page.getByRole('button', { name: 'Bring the note back' }).click()
      await page.waitForURL(/misc\/note\/.*\/change\//)
      await page.getByText(words).first().waitFor()
    })

    await check(`${screen.name}: a narrative is written with a table and a picture, and looked at`, async () => {
      await page.goto(`/admin/actions/surgery/${await keyOf('actions/surgery?limit=1')}/change/`)
      const text = page.getByRole('textbox', { name: 'Narrative' })
      await text.fill('| Time | Drug |\n| --- | --- |\n| 9:00 | Carprofen |\n\n')
      await page.setInputFiles('.editor input[type=file]', {
        name: 'slice.png',
        mimeType: 'image/png',
        buffer: PICTURE,
      })
      await page.getByText('Keeping slice.png').waitFor({ state: 'hidden' })
      await page.getByText('Preview', { exact: true }).first().click()
      await page.locator('.look img').waitFor()
      await page.locator('.look').getByRole('cell', { name: 'Carprofen' }).waitFor()
      await visitor.shot(`narrative-${screen.name}`)
      assert.deepEqual(await visitor.faults(), [])
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Saved Surgery').first().waitFor()
    })

    await check(`${screen.name}: nothing of that made the browser complain`, async () => {
      assert.deepEqual(visitor.complaints(), [])
    })
    await page.context().close()
  }

  const visitor = await visit(browser, lab, { width: 1440 }, shots)
  const { page } = visitor
  await check('lists of some rows have names and columns of their own, as applications have an index', async () => {
    await page.goto('/admin/subjects/cullsubject/')
    await page.getByRole('heading', { level: 1, name: 'cull subjects' }).waitFor()
    await page.waitForURL(/death_date__isnull=true/)
    await page.goto('/admin/subjects/cullsubject/?view=all')
    await page.getByRole('columnheader', { name: 'To be culled' }).waitFor()
    await page.goto('/admin/actions/ephyssession/')
    await page.getByRole('heading', { level: 1, name: 'ephys sessions' }).waitFor()
    await page.goto('/admin/subjects/')
    await page.getByRole('heading', { level: 1, name: 'Subject admin' }).waitFor()
    await page.getByRole('link', { name: 'Add litter' }).waitFor()
    assert.deepEqual(await visitor.faults(), [])
    assert.deepEqual(visitor.complaints(), [])
  })
  await page.context().close()
}
