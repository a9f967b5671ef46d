import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { ModelDescription, ModelSummary } from '../../packages/client/src/index.ts'
import { addressOf, change, find, go, lookBack, make, openList, remove } from './row-of-model.ts'
import type { Told } from './told.ts'
import { type Visitor, visit } from './visitor.ts'

const MOST_STATEMENTS = 6
/** While one waits for the server, the other types. */
const VISITORS = 2
const PATIENCE_MS = 15_000

/** Kinds of pages that were looked at with axe: all models have the same ones, and a look takes as long as a page. */
class Faults {
  readonly #seen = new Set<string>()

  async lookAt(kind: string, visitor: Visitor): Promise<void> {
    if (this.#seen.has(kind)) return
    this.#seen.add(kind)
    assert.deepEqual(await visitor.faults(), [], `axe on ${kind}`)
  }
}

/** GET requests that asked the database too often, as the server says. */
function countStatements(page: Page): () => string[] {
  const tooMany: string[] = []
  page.on('response', (response) => {
    if (response.request().method() !== 'GET') return
    const count = Number(/desc="(\d+)"/.exec(response.headers()['server-timing'] ?? '')?.[1] ?? 0)
    if (count > MOST_STATEMENTS) tooMany.push(`${count} statements: ${response.url()}`)
  })
  return () => tooMany.splice(0)
}

/** The first row of the list, in the form that all models have. */
async function openFirst(page: Page): Promise<boolean> {
  const link = page.locator('.grid tbody a').first()
  if ((await link.count()) === 0) return false
  await go(page, `${await link.getAttribute('href')}?view=form`)
  await page.locator('fieldset').first().waitFor()
  return true
}

/** What nobody may do is not offered, and the pages say so. */
async function onlyLook(page: Page, description: ModelDescription, shown: boolean): Promise<void> {
  const { rights, label, plural } = description
  const form = page.locator('form.page')
  if (shown && rights.change === 'none') {
    await form.getByText(`You may look at this ${label}`).waitFor()
    assert.equal(await form.getByRole('button', { name: 'Save', exact: true }).count(), 0, 'nothing to save')
  }
  if (shown && rights.delete === 'none')
    assert.equal(await form.getByRole('link', { name: 'Delete', exact: true }).count(), 0, 'no way to delete')
  if (rights.create === 'none') {
    await openList(page, description)
    assert.equal(await page.getByRole('link', { name: 'Add', exact: true }).count(), 0, 'no way to add')
    await go(page, `${addressOf(description)}add/`)
    await page.getByText(`You may not add ${plural}.`).waitFor()
  }
}

/** Every model of the laboratory: its list, its forms, and a row from its making to its end. */
export async function everyModel({ browser, lab, check, shots }: Told): Promise<void> {
  const visitors = await Promise.all(
    Array.from({ length: VISITORS }, () => visit(browser, lab, { width: 1440 }, shots)),
  )
  const { results } = (await (await visitors[0]!.page.request.get('/api/v1/models')).json()) as {
    results: ModelSummary[]
  }
  assert.ok(results.length >= 61, `${results.length} models`)
  const faults = new Faults()
  const waiting = [...results.entries()]

  const walk = async (visitor: Visitor) => {
    const { page } = visitor
    page.setDefaultTimeout(PATIENCE_MS)
    const statements = countStatements(page)
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [seed, { key, app, model, rights }] = next
      const makes = rights.create !== 'none' && rights.change !== 'none' && rights.delete !== 'none'
      await check(
        `${key}: ${makes ? 'a row is made, found, changed, looked back at and deleted' : 'can only be looked at'}`,
        async () => {
          statements()
          visitor.complaints()
          const answer = await page.request.get(`/api/v1/models/${app}/${model}`)
          const description = (await answer.json()) as ModelDescription
          await openList(page, description)
          await faults.lookAt('a list', visitor)
          const shown = await openFirst(page)
          if (shown) {
            await faults.lookAt(makes ? 'a form' : 'a form that is only looked at', visitor)
            await visitor.shot(`form-${key}`)
          }
          if (!makes) await onlyLook(page, description, shown)
          else {
            await openList(page, description)
            const {
              key: row,
              puts: first,
              refusals,
            } = await make(page, description, seed, () => faults.lookAt('a new form', visitor))
            // Browsers write the answers of refused saves into their consoles.
            const refused = visitor.complaints()
            assert.deepEqual(
              refused,
              refused.slice(0, refusals).filter((said) => said.includes('status of 400')),
            )
            const { changed, puts } = await change(page, description, row, first, seed)
            await lookBack(page, changed)
            await faults.lookAt('a history', visitor)
            await find(page, description, row, puts, seed)
            await faults.lookAt('a list with filters', visitor)
            await remove(page, description, row, () => faults.lookAt('a removal', visitor))
          }
          assert.deepEqual(visitor.complaints(), [])
          assert.deepEqual(statements(), [])
        },
      )
    }
    await page.context().close()
  }
  await Promise.all(visitors.map(walk))
}
