import assert from 'node:assert/strict'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

/** A project from its first to its last day, and what lists offer on the way. */
export async function rowsOfOneModel({ browser, lab, check, shots }: Told): Promise<void> {
  const visitor = await visit(browser, lab, { width: 1440 }, shots)
  const { page } = visitor

  await check('a row is made, and missing fields are told by their places', async () => {
    await page.goto('/admin/subjects/project/add/')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Name is needed.').waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('Browser trial')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.waitForURL(/project\/.*\/change\//)
    await page.getByRole('heading', { level: 1, name: 'Browser trial' }).waitFor()
  })

  await check('it is changed; leaving without saving asks first', async () => {
    await page.getByRole('textbox', { name: 'Description' }).fill('Made by a test')
    let asked = ''
    page.once('dialog', (dialog) => {
      asked = dialog.message()
      void dialog.dismiss()
    })
    await page.getByRole('link', { name: 'Home' }).first().click()
    await page.waitForTimeout(200)
    assert.match(asked, /Leave without saving/)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved Browser trial').first().waitFor()
  })

  await check('somebody who saved first is shown, and nothing is lost', async () => {
    const other = await page.context().newPage()
    await other.goto(page.url())
    await other.getByRole('textbox', { name: 'Description' }).waitFor()
    await page.getByRole('textbox', { name: 'Description' }).fill('Mine')
    await other.getByRole('textbox', { name: 'Description' }).fill('Theirs')
    await other.getByRole('button', { name: 'Save', exact: true }).click()
    await other.getByText('Saved Browser trial').first().waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Somebody else saved this first').waitFor()
    await visitor.shot('conflict')
    assert.deepEqual(await visitor.faults(), [])
    await page.getByRole('button', { name: 'Save my fields over theirs' }).click()
    await page.getByText('Somebody else saved this first').waitFor({ state: 'hidden' })
    assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'Mine')
    await other.close()
    // The refused save is an answer of 409, which browsers write into their console.
    visitor.complaints()
  })

  await check('its history says who did what, and puts it back', async () => {
    await page.getByRole('link', { name: 'History' }).click()
    await page.getByText('Theirs').first().waitFor()
    await visitor.shot('history')
    assert.deepEqual(await visitor.faults(), [])
    await page.getByRole('button', { name: 'Restore what was before' }).first().click()
    await page.getByText('As it was before that change').waitFor()
    await page.getByRole('link', { name: 'Back to the project' }).click()
    await page.getByRole('textbox', { name: 'Description' }).waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'Theirs')
  })

  await check('a cell is edited where it stands, and taken back', async () => {
    await page.goto('/admin/subjects/project/?search=browser')
    const cell = page.getByRole('row', { name: /Browser trial/ }).getByRole('gridcell', { name: 'Theirs' })
    await cell.dblclick()
    await page.getByRole('textbox', { name: 'Description' }).fill('In the list')
    await page.keyboard.press('Enter')
    await page.getByRole('gridcell', { name: 'In the list' }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('gridcell', { name: 'Theirs' }).waitFor()
  })

  await check('a filter is added, shown in words, and taken away', async () => {
    await page.goto('/admin/subjects/subject/?view=all')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page
      .getByRole('textbox', { name: 'Field' })
      .or(page.getByRole('combobox', { name: 'Field' }))
      .first()
      .fill('Sex')
    await page.getByRole('option', { name: 'Sex', exact: true }).click()
    await page.getByLabel('Value').first().click()
    await page.getByRole('option', { name: 'Female' }).click()
    await page.getByRole('button', { name: 'Add the filter' }).click()
    await page.waitForURL(/sex=F/)
    await page.getByRole('group', { name: 'Filters' }).getByText('Female').waitFor()
    await page.getByRole('button', { name: 'Remove the filter Sex' }).click()
    await page.waitForURL((url) => !url.search.includes('sex=F'))
  })

  await check('a click on a heading orders the list, on its address', async () => {
    await page.goto('/admin/subjects/subject/?view=all')
    await page.getByRole('button', { name: 'Birth date' }).click()
    await page.waitForURL(/ordering=birth_date/)
    await page.getByRole('columnheader', { name: 'Birth date' }).and(page.locator('[aria-sort="ascending"]')).waitFor()
  })

  await check('a view is kept, opened and removed', async () => {
    await page.goto('/admin/subjects/subject/?sex=F')
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('button', { name: 'Keep this view…' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Females')
    await page.getByRole('button', { name: 'Keep', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.goto('/admin/subjects/subject/?view=all')
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('button', { name: 'Females', exact: true }).click()
    await page.waitForURL(/sex=F/)
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('button', { name: 'Remove the view Females' }).click()
    await page.getByRole('button', { name: 'Females', exact: true }).waitFor({ state: 'hidden' })
  })

  await check('many rows are changed at once, and taken back', async () => {
    await page.goto('/admin/subjects/subject/?view=all')
    await page
      .getByRole('checkbox', { name: /^Select (?!all)/ })
      .nth(0)
      .click()
    await page
      .getByRole('checkbox', { name: /^Select (?!all)/ })
      .nth(1)
      .click()
    await page.getByText('2 subjects selected').waitFor()
    await page.getByRole('button', { name: 'Change…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByRole('combobox', { name: 'Field' })
      .or(dialog.getByRole('textbox', { name: 'Field' }))
      .first()
      .fill('Cage')
    await page.getByRole('option', { name: 'Cage', exact: true }).click()
    await dialog.getByRole('textbox', { name: 'Cage' }).fill('Trial cage')
    await dialog.getByRole('button', { name: 'Change 2 subjects' }).click()
    await page.getByRole('gridcell', { name: 'Trial cage' }).nth(1).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('gridcell', { name: 'Trial cage' }).first().waitFor({ state: 'hidden' })
  })

  await check('deleting says first what would go', async () => {
    await page.goto('/admin/subjects/project/?search=browser')
    await page.getByRole('link', { name: 'Browser trial' }).click()
    await page.getByRole('link', { name: 'Delete' }).click()
    await page.getByText('1 project').waitFor()
    await visitor.shot('delete')
    assert.deepEqual(await visitor.faults(), [])
    await page.getByRole('button', { name: 'Delete it' }).click()
    await page.getByText('Browser trial deleted').waitFor()
    await page.goto('/admin/subjects/project/?search=browser')
    await page.getByRole('heading', { name: 'No project fits' }).waitFor()
  })
  await check('nothing of that made the browser complain', async () => {
    assert.deepEqual(visitor.complaints(), [])
  })
  await page.context().close()
}
