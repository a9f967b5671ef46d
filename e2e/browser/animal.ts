import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { Client, getPedigree, getWaterTable } from '../../packages/client/src/index.ts'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const TABS = ['Overview', 'Weight and water', 'Performance', 'Surgeries', 'Timeline', 'Pedigree', 'Notes']
const WIDTHS = [1440, 390]

/** Dots of the first chart that are not empty. */
const PAINTED = `(() => {
  const canvas = document.querySelector('.chart canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return data.filter((value, at) => at % 4 === 3 && value > 0).length
})()`

/** The page of one animal on water restriction, with all its tabs. */
export async function animal({ browser, lab, check, shots }: Told): Promise<void> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  const [watered] = await getWaterTable(client.connection, {})
  assert.ok(watered, 'no animal is on water restriction')
  const { subject } = watered
  for (const width of WIDTHS) {
    const { page, faults, complaints, shot } = await visit(browser, lab, { width }, shots)
    const open = (key: string, tab: string) => page.goto(`/admin/subjects/subject/${key}/change/?tab=${tab}`)

    await check(`animal: every tab is without faults at ${width} px`, async () => {
      await open(subject.id, '')
      for (const name of TABS) {
        const tab = page.getByRole('tab', { name, exact: true })
        await tab.click()
        await page.getByRole('tabpanel', { name, exact: true }).waitFor()
        await page.locator('.mantine-Skeleton-root').waitFor({ state: 'detached' })
        await shot(`animal-${name.toLowerCase().replaceAll(' ', '-')}-${width}`)
        assert.deepEqual(await faults(), [], name)
        assert.deepEqual(complaints(), [], name)
      }
    })

    await check(`animal: the chart of weights is drawn, and kept as CSV at ${width} px`, async () => {
      await open(subject.id, 'water')
      await page.locator('.chart canvas').first().waitFor()
      await page.waitForFunction(`${PAINTED} > 100`)
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Keep as CSV' }).first().click(),
      ])
      const [headings, ...rows] = (await readFile((await download.path())!, 'utf8')).trim().split('\r\n')
      assert.match(headings!, /weight.*\(g\)/i)
      assert.ok(rows.length > 0, 'no rows')
    })

    await check(`animal: the pedigree leads to the parents at ${width} px`, async () => {
      const { results } = await client.list('subjects.subject', { limit: '1', litter__breeding_pair__isnull: 'false' })
      const { relatives } = await getPedigree(client.connection, results[0]!.id, { up: '1', down: '0' })
      const father = relatives.find(({ generation, sex }) => generation === 1 && sex === 'M')!
      await open(results[0]!.id, 'pedigree')
      await page.getByRole('region', { name: 'Drawing of the pedigree' }).waitFor()
      assert.deepEqual(await faults(), [])
      await page.locator('.pedigree-animal').filter({ hasText: father.nickname }).first().focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: father.nickname }).waitFor()
      await page.getByRole('tab', { name: 'Pedigree', selected: true }).waitFor()
      await page.getByRole('button', { name: 'As a list' }).click()
      await page.getByRole('heading', { name: 'Offspring' }).waitFor()
      assert.deepEqual(await faults(), [])
      assert.deepEqual(complaints(), [])
    })
    await page.context().close()
  }
}
