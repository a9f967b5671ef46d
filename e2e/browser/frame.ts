import assert from 'node:assert/strict'
import { firstLoadBytes } from './first-load.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const MOST_FIRST_BYTES = 250_000

/** What stands around every page: sign-in, colours, sizes, search, old addresses, lost connections. */
export async function frame({ browser, lab, check, shots }: Told): Promise<void> {
  for (const screen of [
    { name: 'light', width: 1440 },
    { name: 'dark', width: 1440, dark: true },
    { name: 'phone', width: 390 },
    { name: 'phone-dark', width: 390, dark: true },
  ]) {
    const visitor = await visit(browser, lab, screen, shots)
    const { page } = visitor
    await check(`${screen.name}: home, list and form are clean`, async () => {
      for (const [name, path] of [
        ['home', '/admin/'],
        ['subjects', '/admin/subjects/subject/?view=all'],
        ['mine', '/admin/subjects/subject/'],
        ['new', '/admin/subjects/subject/add/'],
      ] as const) {
        await page.goto(path)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await page.waitForTimeout(900)
        await visitor.shot(`${name}-${screen.name}`)
        assert.deepEqual(await visitor.faults(), [], `axe on ${path}`)
        const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        assert.equal(wider, 0, `${path} is wider than the screen`)
      }
      assert.deepEqual(visitor.complaints(), [])
    })
    await page.context().close()
  }

  await check('a wrong password is said in words', async () => {
    const page = await browser.newPage({ baseURL: lab.origin })
    await page.goto('/admin/subjects/subject/?view=all')
    await page.getByLabel('Name').fill('admin')
    await page.getByLabel('Password').first().fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('do not belong together').waitFor()
    await page.getByLabel('Password').first().fill(lab.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'subjects' }).waitFor()
    await page.close()
  })

  const { page } = await visit(browser, lab, { width: 1440 }, shots)
  await check(`the first load is less than ${MOST_FIRST_BYTES / 1000} kB of JavaScript`, async () => {
    const bytes = await firstLoadBytes(browser, lab.origin)
    assert.ok(bytes > 50_000 && bytes < MOST_FIRST_BYTES, `${bytes} bytes`)
  })

  await check('/ finds an animal, a page and a pasted key', async () => {
    await page.goto('/admin/subjects/subject/?view=all')
    const name = (await page.locator('.grid tbody a').first().textContent())!
    await page.keyboard.press('/')
    await page.getByRole('combobox', { name: 'What are you looking for?' }).fill(name)
    await page
      .getByRole('option', { name: new RegExp(name) })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/subjects\/subject\/.*\/change\//)
    const key = /subject\/([0-9a-f-]{36})/.exec(page.url())![1]!
    await page.getByRole('heading', { level: 1, name }).waitFor()
    await page.locator('body').press('Control+k')
    await page.getByRole('combobox', { name: 'What are you looking for?' }).fill(`see <${key}>, please`)
    await page
      .getByRole('option', { name: new RegExp(name) })
      .first()
      .waitFor()
    await page.getByRole('combobox', { name: 'What are you looking for?' }).fill('weighings')
    await page
      .getByRole('option', { name: /weighings/ })
      .first()
      .click()
    await page.waitForURL(/actions\/weighing\//)
  })

  await check('an old bookmark of Alyx is understood', async () => {
    await page.goto('/admin/subjects/cullsubject/?q=SW&p=2')
    await page.getByRole('heading', { name: 'cull subjects' }).waitFor()
    assert.equal(await page.getByLabel('Search this list').inputValue(), 'SW')
  })

  await check('an address that leads nowhere says so, with a way out', async () => {
    await page.goto('/admin/subjects/subject/00000000-0000-4000-8000-000000000000/change/')
    await page.getByRole('heading', { name: 'Not found' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Home' }).click()
    await page.getByRole('heading', { name: /Good to see you/ }).waitFor()
  })

  await check('being offline is told', async () => {
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await page.context().setOffline(false)
    await page.getByText('You are offline').waitFor({ state: 'hidden' })
  })
  await page.context().close()
}
