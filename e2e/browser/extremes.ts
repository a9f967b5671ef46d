import assert from 'node:assert/strict'
import { Client } from '../../packages/client/src/index.ts'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { type Visitor, visit } from './visitor.ts'

const PATIENCE_MS = 10_000
/** Until the letters of the page stand where they stay. */
const SETTLED_MS = 250
/** Longer than any page needs on a machine that does other things, too. */
const MANY_ROWS_MS = 5_000
const ANIMALS = 250
const SHOWN_AT_ONCE = 100
const DATASETS = 400
const WEIGHINGS = 1000
const HOUR_MS = 60 * 60 * 1000
/** What takes a finger. */
const FINGER_PX = 40

/** Pages that a desk lays out in another way than a phone. */
const ON_A_DESK = new Set(['animal', 'session', 'line'])

const unbroken = (begin: string, length: number) => begin.padEnd(length, '_and_more')
const NICKNAME = unbroken('LongUnbrokenNickname', 60)
const READER = 'extremes.reader'
const PASSWORD = 'a-long-way-to-the-animals'

/** Names as long as they may be, many rows, and people who may do little: the page stays usable. */
export async function extremes({ browser, lab, check, shots }: Told): Promise<void> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  const made = async (model: string, values: object) => (await client.create(model, values)).id
  const first = async (model: string, question: Record<string, string> = {}) => {
    const [row] = (await client.list(model, { limit: '1', ...question })).results
    assert.ok(row, `the demo has no ${model}`)
    return row
  }
  const many = async (model: string, create: readonly object[]) => {
    const { written } = await client.bulk(model, { create })
    assert.ok(written, `${model} could not be made`)
  }

  const labKey = await made('misc.lab', { name: unbroken('department_of_systems', 80), timezone: 'Europe/Lisbon' })
  const line = await made('subjects.line', {
    name: unbroken('Line', 120),
    nickname: unbroken('TripleTransgenic', 60),
    lab: labKey,
    target_phenotype: 'long names',
    alleles: [],
  })
  const project = await made('subjects.project', { name: unbroken('brainwide', 120) })
  const subject = await made('subjects.subject', {
    nickname: NICKNAME,
    lab: labKey,
    line,
    sex: 'F',
    birth_date: '2026-01-05',
    projects: [project],
  })
  await many(
    'subjects.subject',
    Array.from({ length: ANIMALS }, (_, at) => ({ nickname: `XT_${at}`, lab: labKey, line, sex: 'M' })),
  )
  await many(
    'actions.weighing',
    Array.from({ length: WEIGHINGS }, (_, at) => ({
      subject,
      weight: 20 + (at % 50) / 10,
      date_time: new Date(Date.now() - (at + 1) * 3 * HOUR_MS).toISOString(),
    })),
  )
  const session = await made('actions.session', {
    subject,
    lab: labKey,
    start_time: new Date(Date.now() - HOUR_MS).toISOString(),
    number: 1,
    projects: [project],
    task_protocol: unbroken('_iblrig_tasks_ephysChoiceWorld', 200),
  })
  const some = await first('data.dataset', { fields: 'dataset_type,data_format' })
  const keyOf = (value: unknown) => (value as { id: string }).id
  await many(
    'data.dataset',
    Array.from({ length: DATASETS }, (_, at) => ({
      session,
      name: `${unbroken('spikes.attribute', 110)}_${at}.npy`,
      collection: unbroken(`alf/probe${at % 20}`, 80),
      dataset_type: keyOf(some.dataset_type),
      data_format: keyOf(some.data_format),
    })),
  )
  await lab.addPerson(READER, PASSWORD, '--public', '--first-name', unbroken('Maximiliana', 60))

  const fits = async ({ page }: Visitor) => {
    await page.waitForTimeout(SETTLED_MS)
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    assert.equal(wider, 0, `${page.url()} is wider than the screen`)
  }
  const ofAnimal = `/admin/subjects/subject/${subject}/change/`
  const ofSession = `/admin/actions/session/${session}/change/`
  const phone = await visit(browser, lab, { width: 390, dark: true }, shots)
  const wide = await visit(browser, lab, { width: 1440 }, shots)

  for (const [screen, visitor] of Object.entries({ phone, wide })) {
    const { page, faults, shot } = visitor
    page.setDefaultTimeout(PATIENCE_MS)
    await check(`extremes ${screen}: long names do not widen a page`, async () => {
      const pages: readonly (readonly [string, string, RegExp])[] = [
        ['animal', ofAnimal, /^LongUnbroken/],
        ['timeline', `${ofAnimal}?tab=timeline`, /^LongUnbroken/],
        ['form', `${ofAnimal}?view=form`, /^LongUnbroken/],
        ['session', ofSession, /^LongUnbroken/],
        ['line', `/admin/subjects/line/${line}/change/`, /^TripleTransgenic/],
        ['move', `/admin/colony/move/?subjects=${subject}`, /^Move/],
      ]
      for (const [name, address, heading] of visitor === phone
        ? pages
        : pages.filter(([name]) => ON_A_DESK.has(name))) {
        await page.goto(address)
        await page.getByRole('heading', { level: 1, name: heading }).waitFor()
        await page.waitForLoadState('networkidle')
        await fits(visitor)
        await shot(`extremes-${name}-${screen}`)
        // The narrow and dark one is the harder of the two.
        if (visitor === phone) assert.deepEqual(await faults(), [], `axe on ${page.url()}`)
      }
    })
  }

  await check('extremes phone: what takes a finger is large enough for one', async () => {
    const { page } = phone
    await page.goto('/admin/administration/?tab=schedules')
    await page.getByRole('switch').first().waitFor()
    for (const [what, place] of [
      ['the menu', page.getByRole('button', { name: 'Menu' })],
      ['the bell', page.getByRole('link', { name: /^Messages/ })],
      ['a tab', page.getByRole('tab').first()],
      ['a switch', page.getByRole('switch').first()],
    ] as const) {
      const box = (await place.boundingBox())!
      assert.ok(box.height >= FINGER_PX, `${what} is ${box.height} px high`)
    }
  })

  await check('extremes: many animals come a hundred at a time', async () => {
    const { page } = wide
    const began = performance.now()
    await page.goto(`/admin/colony/animals/?line=${line}`)
    const boxes = page.getByRole('checkbox', { name: /^Choose XT_|^Choose Long/ })
    await boxes.first().waitFor()
    const took = performance.now() - began
    assert.ok(took < MANY_ROWS_MS, `the page took ${took.toFixed(0)} ms`)
    assert.equal(await boxes.count(), SHOWN_AT_ONCE)
    await page.getByText(`and ${ANIMALS + 1 - SHOWN_AT_ONCE} more`).waitFor()
    await page.getByRole('button', { name: `Show ${SHOWN_AT_ONCE} more` }).click()
    assert.equal(await boxes.count(), 2 * SHOWN_AT_ONCE)
    await page.getByRole('checkbox', { name: 'Choose all' }).check()
    await page.getByText(`${2 * SHOWN_AT_ONCE} animals chosen`).waitFor()
    await fits(wide)
    assert.deepEqual(await wide.faults(), [])
  })

  await check(
    'extremes: a session with many datasets and an animal with many weighings are there in time',
    async () => {
      const { page } = phone
      for (const [address, there] of [
        [`${ofSession}?tab=datasets`, page.getByText(`${DATASETS} of ${DATASETS} datasets`)],
        [`${ofAnimal}?tab=water`, page.locator('.chart canvas').first()],
      ] as const) {
        const began = performance.now()
        await page.goto(address)
        await there.waitFor()
        const took = performance.now() - began
        assert.ok(took < MANY_ROWS_MS, `${address} took ${took.toFixed(0)} ms`)
        await fits(phone)
      }
      const drawn = (await page.evaluate('document.querySelectorAll("*").length')) as number
      assert.ok(drawn < 5000, `${drawn} elements`)
    },
  )

  await check('extremes: a public account reads, and is told what is for others', async () => {
    const reader = await visit(browser, { ...lab, username: READER, password: PASSWORD }, { width: 390 }, shots)
    const { page } = reader
    page.setDefaultTimeout(PATIENCE_MS)
    for (const address of ['round/', 'tasks/', 'colony/wean/', `colony/cull/?subjects=${subject}`]) {
      await page.goto(`/admin/${address}`)
      await page.getByText('This page is for the people of the laboratory.').waitFor()
      await fits(reader)
    }
    await page.goto('/admin/files/?view=bulk')
    await page.getByText('Your account may look at datasets and not tag').waitFor()
    await page.goto('/admin/administration/')
    await page.getByText('Only superusers may see this.').waitFor()
    await page.goto(ofAnimal)
    await page.getByRole('heading', { level: 1, name: NICKNAME }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Weigh' }).count(), 0)
    await page.goto('/admin/subjects/subject/?view=all')
    await page.getByText(/^[\d,]+ subjects$/).waitFor()
    await page.waitForLoadState('networkidle')
    await reader.shot('extremes-reader')
    assert.deepEqual(await reader.faults(), [])
    assert.deepEqual(reader.complaints(), [], 'nothing is asked for that is refused')
    await page.context().close()
  })

  await check(
    'extremes: a page whose program cannot be fetched says so, and comes when the server is back',
    async () => {
      const { page } = wide
      await page.goto('/admin/')
      await page.getByRole('heading', { name: /Good to see you/ }).waitFor()
      await page.route('**/*', (route) => route.abort('connectionrefused'))
      await page.getByRole('navigation').getByRole('link', { name: 'Brain regions', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'No connection' }).waitFor()
      await page.unrouteAll()
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('heading', { level: 1, name: 'Brain regions' }).waitFor()
    },
  )
  for (const { page } of [phone, wide]) await page.context().close()
}
