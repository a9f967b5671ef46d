import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import {
  BinaryBitmap,
  DecodeHintType,
  GlobalHistogramBinarizer,
  QRCodeReader,
  RGBLuminanceSource,
} from '@zxing/library'
import type { Page } from 'playwright-core'
import type { Told } from './told.ts'
import { type Visitor, visit } from './visitor.ts'

interface Named {
  readonly id: string
  readonly title: string
}
interface Animal {
  readonly subject: Named
  readonly sex: string
  readonly cage: string | null
  readonly genotype: string
  readonly in_stock: boolean
  readonly request: string | null
  readonly responsible_user: string | null
}

const list = async <T>(page: Page, path: string): Promise<readonly T[]> => {
  const answer = await page.request.get(`/api/v1${path}`)
  assert.equal(answer.status(), 200, `${path}: ${await answer.text()}`)
  return ((await answer.json()) as { results: T[] }).results
}
const animals = (page: Page, question: string) => list<Animal>(page, `/colony/animals?${question}`)

/** A field that opens a list; some are called a combobox and some a text box. */
const chooser = (page: Page, name: string) =>
  page.getByRole('textbox', { name }).or(page.getByRole('combobox', { name })).first()

/** Nothing to complain about: no console errors, no faults of axe, nothing wider than the screen. */
async function clean({ page, faults, complaints }: Visitor, what: string): Promise<void> {
  assert.deepEqual(await faults(), [], `axe on ${what}`)
  assert.deepEqual(complaints(), [], `console on ${what}`)
  const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  assert.equal(wider, 0, `${what} is wider than the screen`)
}

async function arrive({ page }: Visitor, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(`/admin${path}`)
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
}

/** What the first code on the page says, drawn again at eight pixels for each of its modules. */
async function readCode(page: Page): Promise<string> {
  const { side, grey } = (await page.evaluate(`(() => {
    const path = document.querySelector('.sheet-of-cards path')
    const { x, width } = path.getBBox()
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = (width + 2 * x) * 8
    const context = canvas.getContext('2d')
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.fillStyle = '#000'
    context.scale(8, 8)
    context.fill(new Path2D(path.getAttribute('d')))
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    return { side: canvas.width, grey: Array.from({ length: data.length / 4 }, (_, at) => data[at * 4]) }
  })()`)) as { side: number; grey: number[] }
  const source = new RGBLuminanceSource(Uint8ClampedArray.from(grey), side, side)
  // Upright and sharp: the way to read photographs loses one of twenty drawings.
  const asDrawn = new Map([[DecodeHintType.PURE_BARCODE, true]])
  return new QRCodeReader().decode(new BinaryBitmap(new GlobalHistogramBinarizer(source)), asDrawn).getText()
}

/** A colony from a birth to a death: spec of the web pages, workflow A. */
export async function theColony({ browser, lab, check, shots }: Told): Promise<void> {
  const desk = await visit(browser, lab, { width: 1440 }, shots)
  const { page } = desk
  const [pair] = await list<{ pair: Named; line: Named }>(page, '/colony/pairs')
  const { line } = pair!
  const heard = (): void => assert.deepEqual(desk.complaints(), [])

  let litter: Named | undefined
  let pups: readonly Animal[] = []

  await check('colony: a number of the overview leads to as many animals', async () => {
    await arrive(desk, '/colony/', 'Colony')
    const matrix = page.getByRole('region', { name: 'Living animals of each line' })
    const link = matrix.getByRole('link', { name: new RegExp(`in stock, ${line.title.replace('.', '\\.')}$`) })
    const count = Number(await link.textContent())
    await clean(desk, 'overview')
    await desk.shot('colony-overview')
    await link.click()
    await page.getByRole('heading', { level: 1, name: 'Living animals' }).waitFor()
    await page.getByRole('region', { name: 'Living animals' }).waitFor()
    assert.equal(await page.getByRole('region', { name: 'Living animals' }).locator('tbody tr').count(), count)
    await clean(desk, 'animals')
  })

  await check('colony: a litter is written down, with the names that were promised', async () => {
    await arrive(desk, `/colony/litters/new/?pair=${pair!.pair.id}`, 'New litter')
    await page.getByRole('button', { name: 'Add 6' }).click()
    for (const at of [0, 1, 2]) await page.locator('.pups li').nth(at).getByText('♂ M').click()
    for (const at of [3, 4, 5]) await page.locator('.pups li').nth(at).getByText('♀ F').click()
    await page.locator('.pups li').nth(0).getByPlaceholder('Ear mark').fill('L2R1')
    await page.locator('.pups li').nth(5).getByText(`${line.title}_`).waitFor()
    await page.getByText(/The litter will be called/).waitFor()
    const promised = await page.locator('.pups .name').allTextContents()
    await clean(desk, 'new litter')
    await page.getByRole('button', { name: 'Save the litter with 6 pups' }).click()
    await page.getByRole('heading', { level: 1, name: /is recorded/ }).waitFor()
    await clean(desk, 'recorded litter')
    const [made] = await list<{ litter: Named; pups: readonly Named[] }>(page, `/colony/litters?pair=${pair!.pair.id}`)
    litter = made!.litter
    pups = await animals(page, `litter=${litter.id}`)
    assert.deepEqual(made!.pups.map(({ title }) => title).sort(), promised.toSorted())
    assert.deepEqual(pups.map(({ sex }) => sex).sort(), ['F', 'F', 'F', 'M', 'M', 'M'])
    heard()
  })

  await check('colony: one more pup is found later', async () => {
    await arrive(desk, `/colony/litters/${litter!.id}/pups/`, /More pups of/)
    await page.getByRole('button', { name: 'Add a pup' }).click()
    await page.locator('.pups li').getByText('♂ M').click()
    await page.locator('.pups .name').getByText(`${line.title}_`).waitFor()
    await page.getByRole('button', { name: 'Save 1 pup' }).click()
    await page.getByRole('heading', { level: 1, name: /is recorded/ }).waitFor()
    pups = await animals(page, `litter=${litter!.id}`)
    assert.equal(pups.length, 7)
    heard()
  })

  await check('colony: genotypes are pasted with names, faults stand in their cells, and all is saved', async () => {
    await arrive(desk, `/colony/genotypes/?litter=${litter!.id}`, 'Genotypes')
    const grid = page.getByRole('grid', { name: 'Results of genotype tests' })
    await grid.waitFor()
    const sequences = (await (await page.request.get(`/api/v1/colony/genotypes?litter=${litter!.id}`)).json()) as {
      sequences: readonly Named[]
    }
    const names = sequences.sequences.map(({ title }) => title)
    const block = [
      ['', ...names],
      ...pups.toReversed().map(({ subject }) => [subject.title, ...names.map(() => '+')]),
      ['Nobody_0001', ...names.map(() => '0')],
    ]
    block[1]![1] = 'perhaps'
    await page.getByLabel('Block of results').fill(block.map((cells) => cells.join('\t')).join('\n'))
    await page.getByRole('button', { name: 'Put it into the grid' }).click()
    await page.getByText('No animal of the grid is called so.').waitFor()
    await page.getByText('1 cell not understood').waitFor()
    await clean(desk, 'genotypes with faults')
    await desk.shot('colony-genotypes-faults')
    assert.ok(await page.getByRole('button', { name: /^Save \d+ results/ }).isDisabled())
    await grid.getByText('perhaps').focus()
    await page.keyboard.press('0')
    await page.keyboard.press('ArrowUp')
    assert.equal(
      await page.evaluate('document.activeElement.getAttribute("role") ?? document.activeElement.tagName'),
      'TD',
    )
    await page.getByRole('button', { name: 'I have seen this' }).click()
    await page.getByRole('button', { name: 'Try', exact: true }).click()
    await page.getByText(/can be saved/).waitFor()
    assert.deepEqual(
      (await animals(page, `litter=${litter!.id}`)).map(({ genotype }) => genotype),
      pups.map(() => 'not known'),
    )
    await page.getByRole('button', { name: /^Save \d+ results/ }).click()
    await page.getByText(/results? saved/).waitFor()
    await page.reload()
    await grid.waitFor()
    const after = (await (await page.request.get(`/api/v1/colony/genotypes?litter=${litter!.id}`)).json()) as {
      rows: readonly { results: Record<string, number>; zygosities: Record<string, number> }[]
    }
    const results = after.rows.flatMap((row) => Object.values(row.results))
    assert.equal(results.length, pups.length * names.length)
    assert.equal(results.filter((result) => result === 0).length, 1)
    const shown = await grid.locator('tbody td.edge').allTextContents()
    assert.equal(
      shown.filter((text) => text !== '').length,
      after.rows.flatMap((row) => Object.values(row.zygosities)).length,
    )
    heard()
  })

  await check('colony: the litter is weaned into a new housing and a cage, as the preview says', async () => {
    await arrive(desk, '/colony/wean/', 'Wean')
    await page.getByRole('checkbox', { name: new RegExp(litter!.title.replaceAll('.', '\\.')) }).check()
    await chooser(page, 'Where the males go').click()
    await page.getByRole('option', { name: 'A new cage, with a housing' }).click()
    await page.getByLabel('Cage of the males').fill('E2E-BOYS')
    await chooser(page, 'Where the females go').click()
    await page.getByRole('option', { name: 'Only the name of a cage' }).click()
    await page.getByLabel('Cage of the females').fill('E2E-GIRLS')
    await page.getByText('7 pups will be weaned.').waitFor()
    assert.equal(await page.getByText('→ E2E-BOYS (new)').count(), 4)
    await clean(desk, 'weaning')
    await desk.shot('colony-wean')
    await page.getByRole('button', { name: 'Wean 7 pups' }).click()
    await page.getByRole('heading', { level: 1, name: '7 pups weaned' }).waitFor()
    pups = await animals(page, `litter=${litter!.id}`)
    for (const { sex, cage } of pups) assert.equal(cage, sex === 'M' ? 'E2E-BOYS' : 'E2E-GIRLS')
    heard()
  })

  await check('colony: a request is fulfilled from the stock', async () => {
    const [person] = await list<Named>(
      page,
      '/misc/labmember?is_stock_manager=false&is_superuser=false&is_public_user=false&limit=1',
    )
    const token = ((await (await page.request.get('/api/v1/session')).json()) as { csrf_token: string }).csrf_token
    const made = await page.request.post('/api/v1/subjects/subjectrequest', {
      headers: { 'x-csrftoken': token },
      data: { line: line.id, user: person!.id, count: 2, description: 'For a test' },
    })
    assert.equal(made.status(), 201, await made.text())
    const { id } = (await made.json()) as { id: string }
    await arrive(desk, '/colony/requests/', 'Requests')
    await page.getByText('For a test').waitFor()
    await clean(desk, 'requests')
    await arrive(desk, `/colony/requests/${id}/`, /^2 animals of/)
    const stock = (await animals(page, `line=${line.id}&in_stock=true`)).slice(0, 3)
    for (const { subject } of stock)
      await page.getByRole('checkbox', { name: `Choose ${subject.title}`, exact: true }).check()
    await page.getByText('Only 2 more are wanted').waitFor()
    await page.getByRole('checkbox', { name: `Choose ${stock[2]!.subject.title}`, exact: true }).uncheck()
    await clean(desk, 'request')
    await page.getByRole('button', { name: 'Hand 2 animals over' }).click()
    await page.getByText('All that was asked for has been handed over.').waitFor()
    const handed = await animals(page, `subjects=${stock.map(({ subject }) => subject.id).join(',')}`)
    assert.equal(handed.filter(({ request, in_stock }) => request === id && !in_stock).length, 2)
    heard()
  })

  await check('colony: several are culled from the list of subjects, and live again', async () => {
    const chosen = pups.filter(({ sex }) => sex === 'F').slice(0, 2)
    await page.goto(`/admin/subjects/subject/?litter=${litter!.id}`)
    for (const { subject } of chosen) await page.getByRole('checkbox', { name: `Select ${subject.title}` }).click()
    await page.getByRole('region', { name: 'Selection' }).getByRole('link', { name: 'Cull…' }).click()
    await page.getByRole('heading', { level: 1, name: 'Cull animals' }).waitFor()
    for (const field of ['Reason', 'Method']) {
      await chooser(page, field).click()
      await page.getByRole('option').first().click()
    }
    await chooser(page, 'Severity').click()
    await page.getByRole('option', { name: 'Mild' }).click()
    await clean(desk, 'cull')
    await page.getByRole('button', { name: 'Cull 2 animals…' }).click()
    await page.getByText(/leave all lists of the living/).waitFor()
    await clean(desk, 'confirmation of a cull')
    await desk.shot('colony-cull')
    const keys = chosen.map(({ subject }) => subject.id).join(',')
    assert.equal((await animals(page, `subjects=${keys}`)).length, 2)
    await page.getByRole('button', { name: 'Record it' }).click()
    await page.getByRole('heading', { level: 1, name: '2 animals culled' }).waitFor()
    assert.equal((await animals(page, `subjects=${keys}`)).length, 0)
    const culls = await list<{ cull_reason: Named | null }>(page, `/actions/cull?subject__in=${keys}`)
    assert.equal(culls.filter(({ cull_reason }) => cull_reason !== null).length, 2)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { level: 1, name: 'The animals live again' }).waitFor()
    assert.equal((await animals(page, `subjects=${keys}`)).length, 2)
    await clean(desk, 'undone cull')
  })

  await check('colony: animals move into a new cage, whose page shows them and its history', async () => {
    const [mover] = pups.filter(({ sex }) => sex === 'M')
    await arrive(desk, `/colony/move/?subjects=${mover!.subject.id}`, 'Move animals')
    await page.getByLabel('Cage of the animals').fill('E2E-NEW')
    await clean(desk, 'move')
    await page.getByRole('button', { name: 'Move 1 animal' }).click()
    await page.getByRole('heading', { level: 1, name: 'Cage E2E-NEW' }).waitFor()
    await page.getByRole('region', { name: 'Stays in this cage' }).getByText(mover!.subject.title).waitFor()
    await page.getByRole('region', { name: 'Occupants' }).getByText(mover!.subject.title).waitFor()
    assert.equal((await animals(page, `subjects=${mover!.subject.id}`))[0]!.cage, 'E2E-NEW')
    await clean(desk, 'housing')
    await desk.shot('colony-housing')
    await page.getByRole('link', { name: 'Form', exact: true }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor()
    heard()
  })

  await check('colony: a line and its pairs on one page', async () => {
    await arrive(desk, `/subjects/line/${line.id}/change/`, line.title)
    await page.getByRole('region', { name: 'Zygosity rules' }).waitFor()
    await page.getByRole('region', { name: 'Breeding pairs' }).getByText(pair!.pair.title).waitFor()
    await clean(desk, 'line')
    await desk.shot('colony-line')
    await arrive(desk, '/colony/pairs/', 'Breeding pairs')
    await page.getByRole('region', { name: 'Breeding pairs' }).waitFor()
    await clean(desk, 'pairs')
  })

  await check('colony: cards have codes that lead to cage and animal, and any script comes into the PDF', async () => {
    const boy = pups.find(({ sex }) => sex === 'M')!.subject
    const [{ housing }] = (await list(page, `/colony/animals?subjects=${boy.id}`)) as [{ housing: Named }]
    await arrive(desk, `/colony/cards/?housings=${housing.id}`, 'Cards and labels')
    await page.getByText('1 card on 1 page').waitFor()
    assert.equal(await readCode(page), `${lab.origin}/admin/misc/housing/${housing.id}/change/`)
    await clean(desk, 'cards')
    await desk.shot('colony-cards')

    const girl = pups.find(({ sex }) => sex === 'F')!.subject
    const token = ((await (await page.request.get('/api/v1/session')).json()) as { csrf_token: string }).csrf_token
    const renamed = await page.request.patch(`/api/v1/subjects/subject/${girl.id}`, {
      headers: { 'x-csrftoken': token },
      data: { cage: 'マウス 架-1', ear_mark: 'Ω左' },
    })
    assert.equal(renamed.status(), 200, await renamed.text())
    await arrive(desk, `/colony/cards/?subjects=${girl.id}&of=animals&format=r62x29`, 'Cards and labels')
    await page.getByText('1 label on 1 page').waitFor()
    assert.equal(await readCode(page), `${lab.origin}/admin/subjects/subject/${girl.id}/change/`)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download PDF' }).click(),
    ])
    const pdf = (await readFile((await download.path())!)).toString('latin1')
    assert.ok(pdf.startsWith('%PDF-'), 'a PDF')
    assert.ok(/\/Subtype \/Image/.test(pdf), 'letters that the font lacks are a picture')
    await arrive(desk, `/colony/cards/?cages=${encodeURIComponent('マウス 架-1')}`, 'Cards and labels')
    await page.getByText('1 card on 1 page').waitFor()
    assert.equal(await readCode(page), `${lab.origin}/admin/round/?cage=${encodeURIComponent('マウス 架-1')}`)
    heard()
  })
  await page.context().close()

  const hand = await visit(browser, lab, { width: 390 }, shots)
  await check('colony on a phone: every page fits, and a litter goes from birth to its cages', async () => {
    const girl = pups.find(({ sex }) => sex === 'F')!.subject.id
    for (const [path, heading] of [
      ['/colony/', 'Colony'],
      ['/colony/pairs/', 'Breeding pairs'],
      [`/colony/animals/?line=${line.id}`, 'Living animals'],
      [`/colony/genotypes/?litter=${litter!.id}`, 'Genotypes'],
      ['/colony/requests/?status=all', 'Requests'],
      [`/colony/cull/?subjects=${girl}`, 'Cull animals'],
      [`/colony/move/?subjects=${girl}`, 'Move animals'],
      [`/colony/cards/?subjects=${girl}`, 'Cards and labels'],
      [`/subjects/line/${line.id}/change/`, line.title],
    ] as const) {
      await arrive(hand, path, heading)
      await hand.page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => undefined)
      await hand.shot(`colony-phone-${path.split('/')[2] || 'overview'}`)
      await clean(hand, `${path} on a phone`)
    }
    await arrive(hand, `/colony/litters/new/?pair=${pair!.pair.id}`, 'New litter')
    await hand.page.getByRole('button', { name: 'Add a pup' }).tap()
    await hand.page.locator('.pups li').getByText('♀ F').tap()
    await hand.page.getByText(/The litter will be called/).waitFor()
    await clean(hand, 'new litter on a phone')
    await hand.shot('colony-phone-litter')
    await hand.page.getByRole('button', { name: 'Save the litter with 1 pup' }).tap()
    await hand.page.getByRole('heading', { level: 1, name: /is recorded/ }).waitFor()
    const [made] = await list<{ litter: Named }>(hand.page, `/colony/litters?pair=${pair!.pair.id}&due=true`)
    await arrive(hand, `/colony/wean/?litters=${made!.litter.id}`, 'Wean')
    await chooser(hand.page, 'Where the females go').tap()
    await hand.page.getByRole('option', { name: 'Only the name of a cage' }).tap()
    await hand.page.getByLabel('Cage of the females').fill('E2E-PHONE')
    await hand.page.getByText('1 pup will be weaned.').waitFor()
    await clean(hand, 'weaning on a phone')
    await hand.shot('colony-phone-wean')
    await hand.page.getByRole('button', { name: 'Wean 1 pup' }).tap()
    await hand.page.getByRole('heading', { level: 1, name: '1 pup weaned' }).waitFor()
    assert.equal((await animals(hand.page, `litter=${made!.litter.id}`))[0]!.cage, 'E2E-PHONE')
  })
  await hand.page.context().close()
}
