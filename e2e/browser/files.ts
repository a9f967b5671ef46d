import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { Client, dataReleases } from '../../packages/client/src/index.ts'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const DATASET = 'data.dataset'
const SELECTED = 3
const PATIENCE_MS = 10_000
/** Until what opens and closes has done so. */
const SETTLED_MS = 300
const LONG_NAME = `2026_${'very_'.repeat(30)}long`

const picked = async (page: Page, label: string, text: string) => {
  const input = page.getByRole('combobox', { name: label, exact: true })
  await input.click()
  await input.fill(text)
  await page.getByRole('option', { name: text, exact: true }).click()
}
/** What the page says would happen: `Will change` → `3`. */
const fact = async (page: Page, label: string) =>
  page.getByRole('region', { name: 'What would happen' }).locator(`dt:text-is("${label}") + dd`).textContent()
const confirmed = async (page: Page, button: RegExp) => {
  const act = page.getByRole('button', { name: button })
  const words = (await act.textContent())!.replace('…', '')
  await act.click()
  await page.getByRole('button', { name: 'Do it' }).click()
  // What was done before may stand there still.
  await page
    .getByRole('status')
    .filter({ hasText: `Done${words}.` })
    .waitFor()
}
const choose = (page: Page, deed: string) =>
  page.getByRole('radiogroup', { name: 'What to do' }).getByText(deed, { exact: true }).click()

/** Tags, protection and revisions of many datasets from the list and the page of files, and releases. */
export async function theFiles({ browser, lab, check, shots }: Told): Promise<void> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  const made = async (model: string, values: object) => (await client.create(model, values)).id
  const tags = {
    paper: await made('data.tag', { name: 'paper' }),
    keep: await made('data.tag', { name: 'keep', protected: true }),
  }
  await made('data.revision', { name: '2026-03-01' })
  const counted = async (filters: Record<string, string>) =>
    (await client.list(DATASET, { ...filters, count: 'true', limit: '1' })).count!
  const wide = await visit(browser, lab, { width: 1440 }, shots)
  const phone = await visit(browser, lab, { width: 390, dark: true }, shots)
  const look = async (name: string, { page, faults, shot }: typeof wide = wide) => {
    await page.waitForTimeout(SETTLED_MS)
    await shot(`files-${name}-${page === wide.page ? 'wide' : 'phone'}`)
    assert.deepEqual(await faults(), [], `axe on ${page.url()}`)
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    assert.equal(wider, 0, `${page.url()} is wider than the screen`)
  }
  const { page } = wide
  for (const one of [wide, phone]) one.page.setDefaultTimeout(PATIENCE_MS)
  const labName = String((await client.list('misc.lab', { limit: '1', ordering: 'name' })).results[0]!.name)
  const filter = { session__lab__name: labName }
  const question = new URLSearchParams(filter)

  await check('files: datasets that are selected in the list get a tag, and it is taken back', async () => {
    await page.goto('/admin/data/dataset/?search=spikes')
    const boxes = page.getByRole('checkbox', { name: /^Select / })
    for (let row = 0; row < SELECTED; row++) await boxes.nth(row + 1).check()
    await page.getByRole('region', { name: 'Selection' }).getByRole('link', { name: 'Tag, protect, revise…' }).click()
    await page.getByText('selected in the list').waitFor()
    await picked(page, 'Tag', 'paper')
    await page.getByText('Will change').waitFor()
    assert.equal(await fact(page, 'Datasets'), String(SELECTED))
    assert.equal(await fact(page, 'Will change'), String(SELECTED))
    assert.equal(await counted({ tags: tags.paper }), 0, 'a preview writes nothing')
    await look('preview')
    await page.getByRole('button', { name: `Give the tag "paper" to ${SELECTED} datasets` }).click()
    await look('confirm')
    await page.getByRole('button', { name: 'Not yet' }).click()
    await confirmed(page, /^Give the tag "paper"/)
    assert.equal(await counted({ tags: tags.paper }), SELECTED)
    await page.getByText('Nothing would change.').waitFor()
    await look('done')
    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.getByText('Taken back').waitFor()
    assert.equal(await counted({ tags: tags.paper }), 0)
  })

  await check('files: whatever the filters of the list find gets a tag', async () => {
    const all = await counted(filter)
    assert.ok(all > 100, `the demo has ${all} datasets of ${labName}`)
    await page.goto(`/admin/data/dataset/?${question}`)
    await page.getByRole('link', { name: 'Tag, protect all…' }).click()
    await page.getByRole('region', { name: 'Which datasets' }).getByText(labName).waitFor()
    await picked(page, 'Tag', 'paper')
    await page.getByText('Will change').waitFor()
    assert.equal(await fact(page, 'Will change'), all.toLocaleString('en'))
    await wide.shot('files-filter-wide')
    await confirmed(page, /^Give the tag "paper"/)
    assert.equal(await counted({ tags: tags.paper }), all)
  })

  await check('files: protected datasets can be neither revised nor deleted, until that is lifted', async () => {
    const some = { ...filter, name__startswith: 'spikes' }
    const count = await counted(some)
    await page.goto(`/admin/files/?view=bulk&deed=protect&${new URLSearchParams(some)}`)
    await picked(page, 'Protecting tag', 'keep')
    await page.getByText('Protected afterwards').waitFor()
    await confirmed(page, /^Protect .* with the tag "keep"/)
    assert.equal(await counted({ tags: tags.keep }), count)
    await choose(page, 'Set the revision')
    await picked(page, 'Revision', '2026-03-01')
    await page.getByText('None of them can be changed.').waitFor()
    await page.getByText(/\d+ protected by a tag/).waitFor()
    await wide.shot('files-refused-wide')
    const [one] = (await client.list(DATASET, { tags: tags.keep, limit: '1' })).results
    await assert.rejects(client.connection.send(`/data/dataset/${one!.id}`, { method: 'DELETE' }), /protected tag/)
    await choose(page, 'Lift protection')
    await page.getByText('Will change').waitFor()
    await confirmed(page, /^Lift the protection of/)
    assert.equal(await counted({ tags: tags.keep }), 0)
    assert.equal(await counted({ ...some, tags: tags.paper }), count, 'other tags stay')
  })

  await check('files: a release is made of what a filter finds, and leads to its datasets', async () => {
    const all = await counted(filter)
    await page.goto('/admin/files/?view=releases')
    await page.getByRole('link', { name: 'New release' }).click()
    await page.waitForURL(/deed=release/)
    await page.goto(`${page.url()}&${question}`)
    await page.getByLabel('Name of the release').fill('paper')
    await page.getByText('Give the release another name').waitFor()
    await page.getByLabel('Name of the release').fill('2026_Q1_release')
    await page.getByLabel('Description').fill('What we wrote about, doi:10.1000/1.')
    await page.getByText('Protected afterwards').waitFor()
    await look('release')
    await confirmed(page, /^Release .* as "2026_Q1_release"/)
    await page.getByRole('link', { name: 'All releases' }).click()
    const card = page.getByRole('region', { name: 'Release 2026_Q1_release' })
    await card.getByText('alyx one-cache --tag 2026_Q1_release').waitFor()
    await made('data.tag', { name: LONG_NAME, description: 'word '.repeat(60), public: true })
    await page.getByRole('region', { name: `Release ${LONG_NAME}` }).waitFor()
    await look('releases')
    const release = (await dataReleases(client.connection)).find(({ name }) => name === '2026_Q1_release')
    assert.deepEqual([release?.datasets, release?.public, release?.protected], [all, true, true])
    await card.getByRole('link', { name: 'Datasets of 2026_Q1_release' }).click()
    await page.getByText(`${all.toLocaleString('en')} datasets`).waitFor()
    await page.goBack()
    await card.getByRole('link', { name: 'Add datasets to 2026_Q1_release' }).click()
    await page.getByRole('button', { name: /^Give the tag "2026_Q1_release" to/ }).waitFor()
  })

  await check('files phone: every view fits, also with long names', async () => {
    await phone.page.goto('/admin/files/?view=releases')
    await phone.page.getByRole('region', { name: `Release ${LONG_NAME}` }).waitFor()
    await look('releases', phone)
    await phone.page.goto(`/admin/files/?view=bulk&${question}`)
    await picked(phone.page, 'Tag', LONG_NAME)
    await phone.page.getByText('Will change').waitFor()
    await look('bulk', phone)
    await phone.page.getByRole('button', { name: /^Give the tag/ }).click()
    await phone.page.getByRole('button', { name: 'Do it' }).waitFor()
    await look('confirm', phone)
    await phone.page.getByRole('button', { name: 'Not yet' }).click()
    for (const view of ['totals', 'missing']) {
      await phone.page.goto(`/admin/files/?view=${view}`)
      await phone.page.getByRole('table').first().waitFor()
      await look(view, phone)
    }
  })

  await check('files: a laboratory without releases is told what they are', async () => {
    await page.route('**/api/v1/data/releases', (route) => route.fulfill({ json: { results: [] } }))
    await page.goto('/admin/files/?view=releases')
    await page.getByRole('heading', { name: 'There are no releases yet' }).waitFor()
    await look('no-releases')
    await page.unrouteAll()
  })

  await check('files: nothing of that made the browser complain', async () => {
    assert.deepEqual(
      [...wide.complaints(), ...phone.complaints()].filter((one) => !/status of 40[03]/.test(one)),
      [],
    )
  })
  for (const visitor of [wide, phone]) await visitor.page.context().close()
}
