import assert from 'node:assert/strict'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const MOST_STATEMENTS = 6

interface Summary {
  readonly key: string
  readonly app: string
  readonly model: string
  readonly framework: boolean
  readonly rights: { readonly create: string }
}

/** Every model of the laboratory: its list, a row of it, and the form for a new one. */
export async function everyModel({ browser, lab, check, shots }: Told): Promise<void> {
  const visitor = await visit(browser, lab, { width: 1440 }, shots)
  const { page } = visitor
  const { results } = (await (await page.request.get('/api/v1/models')).json()) as { results: Summary[] }
  assert.ok(results.length >= 61, `${results.length} models`)
  let statements: string[] = []
  page.on('response', (response) => {
    const timing = response.headers()['server-timing'] ?? ''
    const count = Number(/desc="(\d+)"/.exec(timing)?.[1] ?? 0)
    if (count > MOST_STATEMENTS) statements.push(`${count} statements: ${response.url()}`)
  })
  for (const { key, app, model, rights } of results) {
    await check(`${key}: list, a row and the form for a new one open without a fault`, async () => {
      statements = []
      await page.goto(`/admin/${app}/${model}/?view=all`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('.grid tbody tr, .notice').first().waitFor()
      assert.deepEqual(await visitor.faults(), [], 'axe on the list')
      const link = page.locator('.grid tbody a').first()
      if ((await link.count()) > 0) {
        await page.goto(`${await link.getAttribute('href')}?view=form`)
        await page.locator('fieldset').first().waitFor()
        assert.deepEqual(await visitor.faults(), [], 'axe on the form')
        await visitor.shot(`form-${key}`)
      }
      if (rights.create !== 'none') {
        await page.goto(`/admin/${app}/${model}/add/`)
        await page.locator('fieldset').first().waitFor()
        assert.deepEqual(await visitor.faults(), [], 'axe on the new form')
      }
      assert.deepEqual(visitor.complaints(), [])
      assert.deepEqual(statements, [])
    })
  }
  await page.context().close()
}
