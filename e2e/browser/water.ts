import assert from 'node:assert/strict'
import { Client } from '../../packages/client/src/index.ts'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const WIDTHS = [1440, 390] as const

/** Water restriction from its first day to its last, and the training week: what a technician and an experimenter do. */
export async function water({ browser, lab, check, shots }: Told): Promise<void> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  for (const width of WIDTHS) {
    const { page, complaints, faults, shot } = await visit(browser, lab, { width, dark: width === 390 }, shots)
    const clean = async (what: string) => {
      assert.deepEqual(await faults(), [], what)
      assert.deepEqual(complaints(), [], what)
      assert.ok(((await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number) <= 0, what)
    }
    const free = { restricted: 'false', death_date__isnull: 'true', limit: '2' }
    const animals = (await client.list('subjects.subject', { ...free, fields: 'nickname' })).results
    const names = animals.map(({ nickname }) => String(nickname))
    const rowOf = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

    await check(`water at ${width}: restrictions of several animals are started with a look before`, async () => {
      assert.equal(names.length, 2, 'two living animals without restriction')
      await page.goto('/admin/water/')
      await page.getByRole('button', { name: 'Start restrictions' }).click()
      const choice = page.getByRole('dialog', { name: 'Start water restriction' })
      await choice.waitFor()
      await clean('choosing animals')
      for (const name of names) {
        await choice.getByLabel('Animals', { exact: true }).first().fill(name)
        await page.getByRole('option', { name, exact: true }).click()
      }
      await choice.getByRole('button', { name: 'Go on with 2 animals' }).click()
      const dialog = page.getByRole('dialog', { name: 'Start water restriction of 2 animals' })
      await dialog.getByLabel('Reference weight').fill('25')
      await dialog.getByRole('button', { name: 'See what would happen' }).click()
      for (const name of names) await dialog.getByText(`${name}: restricted, reference weight 25`).waitFor()
      await shot(`water-start-${width}`)
      await dialog.getByRole('button', { name: 'Start it' }).click()
      for (const name of names) await rowOf(name).waitFor()
      await clean('the table')
    })

    await check(`water at ${width}: what was given is shown by itself, with what remains`, async () => {
      const [name] = names as [string]
      const before = await rowOf(name).textContent()
      const [type] = (await client.list('actions.watertype', { limit: '1' })).results
      await client.create('actions.wateradministration', {
        subject: animals[0]!.id,
        water_administered: 0.731,
        water_type: type!.id,
      })
      // Without a reload: the page hears of it.
      await rowOf(name).filter({ hasNotText: before! }).waitFor()
      await shot(`water-table-${width}`)
    })

    await check(`water at ${width}: the training week shows them, and the week before is one step away`, async () => {
      await page.goto('/admin/training/')
      const heading = page.getByRole('heading', { level: 1, name: /Training week of/ })
      const week = await heading.textContent()
      await rowOf(names[0]!).waitFor()
      await page.getByRole('button', { name: 'Previous week' }).click()
      await page
        .getByRole('heading', { level: 1, name: /Training week of/ })
        .filter({ hasNotText: week! })
        .waitFor()
      await clean('the training week')
    })

    await check(`water at ${width}: they are ended together, and drink as they like`, async () => {
      await page.goto('/admin/water/')
      for (const name of names) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
      await page.getByRole('button', { name: 'End restriction of 2' }).click()
      const dialog = page.getByRole('dialog', { name: 'End water restriction of 2 animals' })
      await dialog.getByRole('button', { name: 'See what would happen' }).click()
      for (const name of names) await dialog.getByText(`${name}: free water`).waitFor()
      await dialog.getByRole('button', { name: 'End it' }).click()
      for (const name of names) await rowOf(name).waitFor({ state: 'detached' })
      const open = await client.list('actions.waterrestriction', {
        subject__in: animals.map(({ id }) => id).join(','),
        end_time__isnull: 'true',
      })
      assert.equal(open.results.length, 0)
      await clean('the table afterwards')
    })
    await page.context().close()
  }
}
