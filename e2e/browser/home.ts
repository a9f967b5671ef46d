import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { Client, getHome, type Home } from '../../packages/client/src/index.ts'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { type Visitor, visit } from './visitor.ts'

const SCREENS = [
  { name: 'wide', width: 1440 },
  { name: 'wide-dark', width: 1440, dark: true },
  { name: 'phone', width: 390 },
  { name: 'phone-dark', width: 390, dark: true },
] as const
const HANDED = 12

const CARDS: Readonly<Record<keyof Home['today'], string>> = {
  underweight: 'Underweight',
  overdue: 'Not weighed since yesterday',
  weigh: 'To weigh',
  water: 'To water',
  wean: 'Litters to wean',
  genotype: 'To genotype',
  cull: 'To cull',
  requests: 'Requests for animals',
}

async function openHome(page: Page): Promise<void> {
  await page.goto('/admin/')
  await page.getByRole('heading', { name: 'My animals' }).waitFor()
  await page.getByRole('heading', { name: 'Tasks that need somebody' }).waitFor()
}

async function isClean({ page, faults, complaints }: Visitor): Promise<void> {
  await page.waitForTimeout(400)
  assert.deepEqual(await faults(), [])
  const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  assert.equal(wider, 0, 'home is wider than the screen')
  assert.deepEqual(complaints(), [])
}

const addressOf = async (link: Locator): Promise<string> => (await link.getAttribute('href')) ?? ''

/** Somebody who answers for animals that drink by the millilitre: so many, restricted ones among them. */
async function handAnimals(client: Client): Promise<void> {
  const me = await client.me()
  const animals = async (parameters: Record<string, string>) =>
    (
      await client.list('subjects.subject', {
        ...parameters,
        death_date__isnull: 'true',
        limit: String(HANDED),
        fields: 'nickname',
      })
    ).results
  const [litter] = (await client.list('subjects.litter', { limit: '1' })).results
  assert.ok(litter, 'the demo has litters')
  for (const { id } of await animals({})) await client.change('subjects.subject', id, { responsible_user: me.id })
  const mine = await animals({ responsible_user: me.id })
  const restrictions = await client.list('actions.waterrestriction', {
    end_time__isnull: 'true',
    limit: '1000',
    fields: 'subject',
  })
  const restricted = new Set(restrictions.results.map(({ subject }) => (subject as { id: string } | null)?.id))
  const third = mine.find(({ id }) => !restricted.has(id))
  const [first, second] = mine.filter((one) => one !== third)
  assert.ok(third, 'an animal that drinks as it likes')
  await client.change('subjects.subject', first!.id, { to_be_genotyped: true })
  await client.change('subjects.subject', second!.id, { to_be_culled: true })
  await client.connection.send('/colony/restrictions/start', {
    method: 'POST',
    body: {
      subjects: [third.id],
      start_time: new Date(Date.now() - 3 * 86_400_000).toISOString(),
      reference_weight: 24,
    },
  })
}

/** The first page of a person: what waits, their animals, what they did; without and with animals. */
export async function home({ browser, lab, check, shots }: Told): Promise<void> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  const visitors: { readonly name: string; readonly visitor: Visitor }[] = []
  for (const screen of SCREENS) visitors.push({ name: screen.name, visitor: await visit(browser, lab, screen, shots) })

  for (const { name, visitor } of visitors)
    await check(`home ${name}: somebody without animals is told how to get some`, async () => {
      assert.equal((await getHome(client.connection)).animals.count, 0)
      await openHome(visitor.page)
      await visitor.page.getByText('You answer for no living animal').waitFor()
      await visitor.shot(`home-empty-${name}`)
      await isClean(visitor)
    })

  await check('home: a new laboratory is told its first steps', async () => {
    const { page, shot, faults } = visitors[0]!.visitor
    // The demo has animals: here the server says that it has none, and no line.
    const none = { count: 0, results: [], next: null, previous: null }
    await page.route(/\/api\/v1\/subjects\/(subjects|lines?|subject)\?/, (route) => route.fulfill({ json: none }))
    await openHome(page)
    const steps = page.getByRole('region', { name: 'Four steps to the first animal' })
    await steps.waitFor()
    assert.equal(await steps.getByRole('listitem').count(), 4)
    await shot('home-first-steps')
    assert.deepEqual(await faults(), [])
    await page.unrouteAll()
    await steps.getByRole('link', { name: 'Subjects' }).click()
    await page.waitForURL(/\/admin\/subjects\/subject\/add\//)
  })

  await check('home: shows by itself what others change', async () => {
    const { page } = visitors[0]!.visitor
    await openHome(page)
    await handAnimals(client)
    await page.getByText('You answer for no living animal').waitFor({ state: 'detached' })
  })

  for (const { name, visitor } of visitors)
    await check(`home ${name}: counts and animals are those of the server`, async () => {
      const { page } = visitor
      await openHome(page)
      const { today, animals, recent } = await getHome(client.connection)
      assert.ok(today.weigh.count > 0 && today.genotype.count > 0 && today.cull.count > 0, JSON.stringify(today))
      for (const [key, title] of Object.entries(CARDS)) {
        const { count } = today[key as keyof typeof CARDS]
        const card = page.getByRole('region', { name: title, exact: true })
        assert.equal(await card.count(), count > 0 ? 1 : 0, title)
        if (count === 0) continue
        assert.equal(await card.locator('.home-count').textContent(), String(count), title)
        assert.equal(await card.getByRole('listitem').count(), Math.min(count, 5), title)
      }
      const mine = page.getByRole('region', { name: 'My animals' })
      assert.equal(await mine.getByRole('listitem').count(), animals.first.length)
      assert.equal(await mine.getByRole('img', { name: /[Ww]eight/ }).count(), animals.first.length)
      const own = recent.filter(({ model }) => model !== 'actions.notification')
      assert.ok(own.length > 0)
      const done = page.getByRole('region', { name: 'What you did last' })
      assert.equal(await done.getByRole('listitem').count(), Math.min(own.length, 8))
      await visitor.shot(`home-full-${name}`)
      await isClean(visitor)
    })

  await check('home: every link of it leads to a page that opens', async () => {
    const { page, complaints } = visitors[0]!.visitor
    await openHome(page)
    const links = page.locator('main').locator('.home-item, .home-animal, .home-link')
    const addresses = await Promise.all((await links.all()).map(addressOf))
    // One of each kind: which animal it is makes no other page.
    const kinds = new Map(addresses.map((one) => [one.replaceAll(/[\da-f-]{36}/g, 'KEY').replace(/(KEY,)+/, ''), one]))
    assert.ok(kinds.size >= 6, [...kinds.keys()].join(' '))
    complaints()
    for (const address of kinds.values()) {
      await page.goto(address)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      assert.equal(await page.getByText(/not found|There is no|does not exist/i).count(), 0, address)
      assert.deepEqual(complaints(), [], address)
    }
  })

  await check('home: an animal that waits is on the scale after one touch', async () => {
    const { page } = visitors[2]!.visitor
    await openHome(page)
    const first = page.getByRole('region', { name: 'To weigh', exact: true }).getByRole('listitem').first()
    const { today } = await getHome(client.connection)
    await first.getByRole('link').click()
    await page.getByRole('heading', { level: 1, name: today.weigh.first[0]!.title, exact: true }).waitFor()
  })

  for (const { visitor } of visitors) await visitor.page.context().close()
}
