import assert from 'node:assert/strict'
import { TOURS, type Tour, tourNames } from '../../packages/web/src/help/tours.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const MARK_MS = 10_000

/** The tours: every stop is reached, says what it means, and shows it. */
export async function tours({ browser, lab, check, shots }: Told): Promise<void> {
  for (const screen of [
    { name: 'wide', width: 1440 },
    { name: 'phone-dark', width: 390, dark: true },
  ]) {
    const visitor = await visit(browser, lab, screen, shots)
    const { page } = visitor
    const card = page.locator('.tour')

    for (const name of tourNames) {
      const { title, stops }: Tour = TOURS[name]
      await check(`tour of ${name}, ${screen.name}: each stop is there and shows what it means`, async () => {
        await page.goto('/admin/')
        if (name === tourNames[0]) await page.getByRole('region', { name: 'A tour' }).waitFor()
        else {
          await page.getByRole('button', { name: lab.username }).click()
          await page.getByRole('menuitem', { name: 'Help' }).click()
        }
        await page.getByRole('group', { name: 'Tours' }).getByRole('button', { name: title }).click()
        for (const [at, stop] of stops.entries()) {
          await card.getByRole('heading', { name: stop.title, exact: true }).waitFor()
          if (stop.show && (screen.width > 500 || stop.show !== '.find'))
            await page.locator('[data-toured]').first().waitFor({ timeout: MARK_MS })
          if (at === 0 || at === stops.length - 1) {
            await visitor.shot(`tour-${name}-${at}-${screen.name}`)
            assert.deepEqual(await visitor.faults(), [])
          }
          const wider = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          )
          assert.equal(wider, 0, `${stop.to} is wider than the screen`)
          // A page that is loaded anew goes on with the tour.
          if (at === 1) await page.reload()
          await card.getByRole('button', { name: at === stops.length - 1 ? 'Done' : 'Next' }).click()
        }
        await card.waitFor({ state: 'detached' })
        assert.equal(await page.locator('[data-toured]').count(), 0)
        assert.deepEqual(visitor.complaints(), [])
      })
    }

    await check(`tours, ${screen.name}: are not offered again to somebody who took one`, async () => {
      await page.goto('/admin/')
      await page.getByRole('heading', { name: 'My animals' }).waitFor()
      assert.equal(await page.getByRole('region', { name: 'A tour' }).count(), 0)
    })
    await page.context().close()
  }
}
