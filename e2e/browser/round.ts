import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { Client, getRound, recordEntries } from '../../packages/client/src/index.ts'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const PHONE = { width: 390 }
const ANIMALS = 20

/** Living animals on water restriction, so many that a round is worth its name. */
async function restrictAnimals(client: Client, wanted: number): Promise<void> {
  const { count, cages } = await getRound(client.connection, {})
  const there = new Set(cages.flatMap(({ animals }) => animals).map(({ subject }) => subject.id))
  const { results } = await client.list('subjects.subject', {
    death_date__isnull: 'true',
    limit: '1000',
    fields: 'nickname',
  })
  const start_time = new Date(Date.now() - 3 * 86_400_000).toISOString()
  const subjects = results
    .filter(({ id }) => !there.has(id))
    .slice(0, Math.max(0, wanted - count))
    .map(({ id }) => id)
  if (subjects.length > 0)
    await client.connection.send('/colony/restrictions/start', {
      method: 'POST',
      body: { subjects, start_time, reference_weight: 24.0 },
    })
}

const waiting = (page: Page, words: string | RegExp) =>
  page.getByRole('button', { name: words }).waitFor({ timeout: 20_000 })

/** Weighs the animal that is on the scale, and waters it; tells the number of touches. */
async function weighAndWater(page: Page): Promise<number> {
  let touches = 0
  const touch = async (target: ReturnType<Page['getByRole']>) => {
    await target.click()
    touches += 1
  }
  const tenths = page.getByRole('group', { name: 'Tenths of a gram' })
  // An animal that was never weighed has no yesterday to begin at: its weight is typed.
  const typed = page.getByLabel('Weight', { exact: true }).and(page.locator('input'))
  await tenths.or(typed).waitFor()
  if (await typed.isVisible()) {
    await touch(typed)
    await typed.fill('23.4')
  } else await touch(tenths.getByRole('button').nth(4))
  const give = page.getByRole('button', { name: /^(Give [\d.]+ mL|Save [\d.]+ g)$/ })
  await give.waitFor()
  await touch(give)
  return touches
}

/** The daily round, as in the animal room: on a phone, with gloves, and without a network. */
export async function round({ browser, lab, check, shots }: Told): Promise<void> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  await restrictAnimals(client, ANIMALS)
  const { page, complaints, faults, shot } = await visit(browser, lab, PHONE, shots)
  const context: BrowserContext = page.context()

  await check('round: shows every animal by its cage, without faults', async () => {
    await page.goto('/admin/round/')
    await page.getByRole('heading', { name: 'Daily round' }).waitFor()
    const { count, cages } = await getRound(client.connection, {})
    assert.ok(count >= ANIMALS, `only ${count} animals`)
    assert.equal(await page.locator('.cage').count(), cages.length)
    await shot('round-phone')
    assert.deepEqual(await faults(), [])
  })

  await check('round: twenty animals in at most three touches each, all recorded', async () => {
    const before = await getRound(client.connection, {})
    const todo = before.count - before.done
    await page.getByRole('button', { name: /^(Begin|Go on) with/ }).click()
    const touches: number[] = []
    for (let nth = 0; nth < todo; nth += 1) {
      const title = await page.getByRole('heading', { level: 1 }).textContent()
      if (nth === 1) {
        await shot('round-scale-phone')
        assert.deepEqual(await faults(), [])
      }
      touches.push(await weighAndWater(page))
      if (nth < todo - 1)
        await page.getByRole('heading', { level: 1, name: title!, exact: true }).waitFor({ state: 'detached' })
    }
    assert.ok(Math.max(...touches) <= 3, `touches: ${touches.join(' ')}`)
    let after = await getRound(client.connection, {})
    for (let tries = 0; tries < 50 && after.done < after.count; tries += 1) {
      await pause(200)
      after = await getRound(client.connection, {})
    }
    const left = after.cages
      .flatMap((cage) => cage.animals)
      .filter((one) => one.water.weight_today === null || (one.water.remaining_water ?? 0) > 0.005)
    assert.equal(after.done, after.count, JSON.stringify(left))
    await waiting(page, 'Everything is sent')
  })

  await check('round: an entry can be taken back', async () => {
    await page.goto('/admin/round/')
    const [animal] = (await getRound(client.connection, {})).cages[0]!.animals
    await page.getByRole('link', { name: animal!.subject.title }).click()
    await page
      .getByRole('button', { name: 'Other amount' })
      .click()
      .catch(() => undefined)
    await page.getByLabel('Water').fill('0.3')
    await page.getByRole('button', { name: 'Give 0.30 mL' }).click()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('taken back').waitFor({ timeout: 60_000 })
    const now = (await getRound(client.connection, {})).cages.flatMap(({ animals }) => animals)
    const same = now.find(({ subject }) => subject.id === animal!.subject.id)
    assert.equal(same?.water.given_water, animal!.water.given_water)
  })

  await check('round: what is scanned or typed opens the animal', async () => {
    await page.goto('/admin/round/')
    const animals = (await getRound(client.connection, {})).cages.flatMap((cage) => cage.animals)
    const { subject } = animals.at(-1)!
    await page.getByRole('button', { name: 'Scan a cage or an animal' }).click()
    const field = page.getByLabel('Or scan with a hand scanner, or type a name')
    await field.fill('nobody is called that')
    await field.press('Enter')
    await page.getByText('Nothing of this round is called').waitFor()
    await field.fill(`${lab.origin}/admin/subjects/subject/${subject.id}/change/`)
    await field.press('Enter')
    await page.getByRole('heading', { level: 1, name: subject.title, exact: true }).waitFor()
  })

  await check('round: an hour without network and 200 entries: all recorded, each once', async () => {
    await page.goto('/admin/round/')
    await page.getByRole('heading', { name: 'Daily round' }).waitFor()
    // The page has to be kept before the network goes.
    await page.evaluate(`(async () => {
      await navigator.serviceWorker.ready
      const end = Date.now() + 20000
      while (Date.now() < end) {
        const kept = await caches.open('alyx-pages-1')
        if ((await kept.match('/admin/')) && (await kept.keys()).some(({ url }) => url.includes('round-page'))) return
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
      throw new Error('the pages are not kept')
    })()`)
    const counted = async () => {
      const { count } = await client.list('actions.wateradministration', {
        count: 'true',
        limit: '1',
        water_administered: '0.011',
      })
      return count!
    }
    const before = await counted()
    const began = Date.now() - 3_600_000
    await page.clock.setSystemTime(began)
    await page.goto('/admin/round/')
    await page.getByRole('heading', { name: 'Daily round' }).waitFor()
    complaints()
    await context.setOffline(true)
    let entered = 0
    for (let nth = 0; entered < 200; nth += 1) {
      if (nth === 25) {
        // The battery was changed.
        await page.goto('/admin/round/')
        await waiting(page, `${entered} not sent yet`)
      }
      const cages = page.locator('.cage', { hasText: 'water restriction' })
      await cages
        .nth(nth % (await cages.count()))
        .getByRole('button', { name: 'Water for all' })
        .click()
      const dialog = page.getByRole('dialog')
      for (const day of await dialog.getByRole('checkbox').all()) await day.check()
      const amounts = await dialog.getByRole('textbox').all()
      // The last cage brings just as many as are missing.
      const wanted = Math.min(amounts.length, Math.ceil((200 - entered) / 4))
      for (const [place, amount] of amounts.entries()) await amount.fill(place < wanted ? '0.011' : '0')
      await dialog.getByRole('button', { name: /^Give/ }).click()
      await dialog.waitFor({ state: 'detached' })
      entered += 4 * wanted
      await page.clock.setSystemTime(began + entered * 18_000)
    }
    await waiting(page, '200 not sent yet')
    await shot('round-offline-phone')
    await context.setOffline(false)
    await page.evaluate(`window.dispatchEvent(new Event('online'))`)
    await page.getByRole('button', { name: /not sent yet/ }).waitFor({ state: 'detached', timeout: 60_000 })
    // The laboratories of the demo lie in several zones: what is entered for yesterday may fall on their today, where others
    // see more water than they were shown. That is for a person to decide, and nothing is lost meanwhile.
    await waiting(page, /Everything is sent|to decide/)
    if (await page.getByRole('button', { name: /to decide/ }).isVisible()) {
      await page.getByRole('button', { name: /to decide/ }).click()
      const mine = page.getByRole('button', { name: 'Record mine as well' })
      for (let left = await mine.count(); left > 0; left -= 1) await mine.first().click()
      await page.keyboard.press('Escape')
    }
    for (let tries = 0; tries < 50 && (await counted()) < before + 200; tries += 1) await pause(200)
    assert.equal(await counted(), before + 200)
    await waiting(page, 'Everything is sent')
    complaints()
  })

  await check('round: a conflict is shown with both sides, and decided by a person', async () => {
    const fresh = await visit(browser, lab, PHONE, shots)
    const { page: tablet } = fresh
    await tablet.goto('/admin/round/')
    const animals = (await getRound(client.connection, {})).cages.flatMap((cage) => cage.animals)
    const { subject } = animals[0]!
    await tablet.getByRole('link', { name: subject.title }).click()
    await tablet.getByRole('button', { name: 'Other amount' }).click()
    await recordEntries(client.connection, [
      {
        id: crypto.randomUUID(),
        kind: 'water',
        subject: subject.id,
        at: new Date().toISOString(),
        millilitres: 0.5,
        confirmed: true,
      },
    ])
    await tablet.getByLabel('Water').fill('0.4')
    await tablet.getByRole('button', { name: 'Give 0.40 mL' }).click()
    await waiting(tablet, '1 to decide')
    await tablet.getByRole('button', { name: '1 to decide' }).click()
    await tablet.getByText('There is: 0.5 mL').waitFor()
    await fresh.shot('round-conflict-phone')
    assert.deepEqual(await fresh.faults(), [])
    await tablet.getByRole('button', { name: 'Record mine as well' }).click()
    await waiting(tablet, 'Everything is sent')
    const given = (await getRound(client.connection, {})).cages.flatMap((cage) => cage.animals)[0]!.water.given_water
    assert.ok(given >= 0.9, `given: ${given}`)
    await tablet.context().close()
  })

  await check('round: a whole cage is watered at once, on a wide screen', async () => {
    const wide = await visit(browser, lab, { width: 1440 }, shots)
    await wide.page.goto('/admin/round/')
    await wide.page.getByRole('button', { name: 'Water for all' }).first().click()
    await wide.page.getByRole('button', { name: /^Give (one portion|\d+ portions)/ }).click()
    await waiting(wide.page, /Everything is sent|to decide/)
    await wide.shot('round-wide')
    assert.deepEqual(await wide.faults(), [])
    assert.deepEqual(wide.complaints(), [])
    await wide.page.context().close()
  })
  await context.close()
}
