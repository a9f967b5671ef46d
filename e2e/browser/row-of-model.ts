/** A row of any model from its first to its last moment, through the pages that all models have. */
import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import type { FieldFacts, ModelDescription } from '../../packages/client/src/index.ts'
import { typing } from './typing.ts'

/** What was put into a row: the field, and what its input shows. */
interface Put {
  readonly facts: FieldFacts
  readonly words: string
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** What a caption belongs to. Asking for roles and names looks at the whole page, and forms have many inputs. */
async function inputOf(within: Locator, label: string): Promise<Locator> {
  const caption = within.locator('label', { hasText: new RegExp(`^${escaped(label)}( \\*)?$`) })
  const id = await caption.first().getAttribute('for')
  assert.ok(id, `the caption ${label} belongs to an input`)
  return within.locator(`[id="${id}"]`)
}

export const addressOf = ({ app, model }: ModelDescription): string => `/admin/${app}/${model}/`

/** As a link of the application leads there: to load all of it each time would take longer than the rest of the walk. */
export const go = (page: Page, address: string): Promise<void> =>
  page.evaluate(`history.pushState({}, '', ${JSON.stringify(address)})`)

/** The list of all rows. */
export async function openList(page: Page, description: ModelDescription): Promise<void> {
  await go(page, `${addressOf(description)}?view=all`)
  await page.getByRole('heading', { level: 1, name: description.plural, exact: true }).waitFor()
  await page.locator('.grid tbody tr, .notice').first().waitFor()
}

const formOf = (page: Page): Locator => page.locator('form.page')
const placeOf = async (page: Page, facts: FieldFacts) => ({
  page,
  facts,
  input: await inputOf(formOf(page), facts.label),
})

/** Fields that are left empty, because what they say would forbid the rest of the walk. */
const LEFT_EMPTY: Readonly<Record<string, readonly string[]>> = {
  // A dataset with a protected tag cannot be deleted, and whether one is protected no form tells.
  'data.dataset': ['tags'],
  // An insertion has one trajectory of each provenance, and most of the laboratory have all of them.
  'experiments.trajectoryestimate': ['probe_insertion'],
}
/** Fields that are changed, where changing others does something else; any other model changes any field. */
const CHANGED: Readonly<Record<string, readonly string[]>> = {
  // A housing whose furnishing changes stays as it was, and another one follows it.
  'misc.housing': ['name', 'json'],
}

/** Fields that somebody can fill in a new row, what is needed first. */
function fillable({ key, fields }: ModelDescription): readonly FieldFacts[] {
  const parts = new Set(fields.flatMap(({ made_of = [] }) => made_of))
  return fields
    .filter(
      ({ name, kind, read_only, rights }) =>
        !read_only &&
        rights.create &&
        typing[kind] !== undefined &&
        !parts.has(name) &&
        !LEFT_EMPTY[key]?.includes(name),
    )
    .toSorted((a, b) => Number(b.required) - Number(a.required))
}

/** Fills what is needed and one field of every other kind: the first that has something to choose. */
async function fill(page: Page, description: ModelDescription, seed: number): Promise<readonly Put[]> {
  const puts: Put[] = []
  for (const facts of fillable(description)) {
    if (!facts.required && puts.some((put) => put.facts.kind === facts.kind)) continue
    const words = await typing[facts.kind]!.put(await placeOf(page, facts), seed)
    if (words !== undefined) puts.push({ facts, words })
    else if (facts.required) throw new Error(`${facts.name} is needed, and there is nothing to choose`)
  }
  return puts
}

/** Saves. @returns what the page says when it refuses; empty when it saved and went on */
async function save(page: Page): Promise<string> {
  const form = formOf(page)
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  const refused = form.locator('[data-problem]')
  // A new row has a page of its own; a changed one has nothing to save any more.
  const saved = formOf(page).and(page.locator(':has(.save button[type="submit"][disabled]:not([data-loading]))'))
  await saved.or(refused).or(page.locator('main:not(:has(form.page))')).first().waitFor()
  if (!(await refused.isVisible())) return ''
  const marked = await page.locator('.mantine-InputWrapper-error, .mantine-Input-error').allInnerTexts()
  return [await refused.innerText(), ...marked].join(' ')
}

/**
 * What may be there only once is there already, and the form names the fields: another choice is taken.
 *
 * @returns how often the server refused
 */
async function saveAnother(page: Page, puts: Put[], said: string): Promise<number> {
  const names = /The fields (.*) must make a unique set/.exec(said)?.[1]?.split(', ') ?? []
  let refusals = 1
  const choice = puts.findIndex(({ facts }) => names.includes(facts.name) && facts.choices)
  for (const { label } of puts[choice]?.facts.choices ?? []) {
    const { facts } = puts[choice]!
    await typing[facts.kind]!.repeat(await placeOf(page, facts), label)
    puts[choice] = { facts, words: label }
    if ((await save(page)) === '') return refusals
    refusals += 1
  }
  throw new Error(said)
}

/** The parts of a row that names another row of any model, as its declaration says. */
async function putParts(page: Page, { fields }: ModelDescription): Promise<void> {
  for (const { made_of } of fields) {
    if (!made_of) continue
    const [type, key] = made_of.map((name) => fields.find((facts) => facts.name === name)!)
    const model = await typing[type!.kind]!.put(await placeOf(page, type!), 0)
    const answer = await page.request.get(`/api/v1/${model!.replace('.', '/')}?limit=1`)
    const { results } = (await answer.json()) as { results: readonly { id: string }[] }
    await typing[key!.kind]!.repeat(await placeOf(page, key!), results[0]!.id)
  }
}

/** Makes a row, from the button of the list to the page of the new row. @returns its key, what it holds, and how often it was refused */
export async function make(page: Page, description: ModelDescription, seed: number, look: () => Promise<void>) {
  await page.getByRole('link', { name: 'Add', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: `New ${description.label}`, exact: true }).waitFor()
  const puts = [...(await fill(page, description, seed))]
  await putParts(page, description)
  await look()
  const said = await save(page)
  const refusals = said === '' ? 0 : await saveAnother(page, puts, said)
  await page.waitForURL(/\/change\//)
  await page
    .getByRole('heading', { level: 1, name: `New ${description.label}`, exact: true })
    .waitFor({ state: 'hidden' })
  const [, key] = /\/([^/]+)\/change\//.exec(page.url())!
  return { key: key!, puts, refusals }
}

/** Several rows are shown in the order of their names, whatever came first. */
const wordsIn = ({ many }: FieldFacts, words: string): readonly string[] => (many ? words.split(', ').sort() : [words])

/** The form of a row holds what was put into it. */
async function readForm(page: Page, puts: readonly Put[]): Promise<void> {
  await formOf(page).waitFor()
  // What a change may not touch has no input any more.
  for (const { facts, words } of puts.filter((put) => put.facts.rights.change)) {
    const shown = await typing[facts.kind]!.shown(await placeOf(page, facts))
    assert.deepEqual(wordsIn(facts, shown), wordsIn(facts, words), `${facts.name} after saving`)
  }
}

/** From the page of a row to its form. @returns whether the row has a page of its own, and the form stands behind it */
async function toForm(page: Page, description: ModelDescription, key: string): Promise<boolean> {
  const form = formOf(page)
  await form
    .or(page.getByRole('heading', { level: 1 }))
    .first()
    .waitFor()
  const further = !(await form.isVisible())
  if (further) await go(page, `${addressOf(description)}${key}/change/?view=form`)
  await form.waitFor()
  return further
}

/** Changes a field of the row that was just made, and reads it from the server again. */
export async function change(
  page: Page,
  description: ModelDescription,
  key: string,
  puts: readonly Put[],
  seed: number,
) {
  await toForm(page, description, key)
  await readForm(page, puts)
  const changeable = puts.filter(
    ({ facts: { name, rights } }) => rights.change && (CHANGED[description.key]?.includes(name) ?? true),
  )
  const { facts } = changeable[seed % changeable.length]!
  const words = await typing[facts.kind]!.put(await placeOf(page, facts), seed + 500)
  assert.ok(words !== undefined, `${facts.name} can be changed to nothing else`)
  assert.equal(await save(page), '', 'what the form says about the change')
  const now = puts.map((put) => (put.facts === facts ? { facts, words } : put))
  await page.reload()
  await readForm(page, now)
  return { changed: { facts, words }, puts: now }
}

/** The history says what was changed. */
export async function lookBack(page: Page, { facts, words }: Put): Promise<void> {
  await page.getByRole('link', { name: 'History', exact: true }).click()
  const expected = typing[facts.kind]!.past?.(words) ?? words
  await page
    .locator('.past dl > div')
    .filter({ has: page.locator('dt', { hasText: facts.label }) })
    .locator('ins', { hasText: expected })
    .first()
    .waitFor()
    .catch(async () => {
      const said = await page.locator('.past').innerText()
      throw new Error(`the history of ${facts.name} should say ${expected} and says: ${said}`)
    })
}

async function addFilter(page: Page, { facts, words }: Put): Promise<void> {
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  const form = page.getByRole('dialog').locator('form')
  const field = await inputOf(form, 'Field')
  if ((await field.inputValue()) !== facts.label) {
    await field.fill(facts.label)
    await form.getByRole('option', { name: facts.label, exact: true }).first().click()
  }
  const value = await inputOf(form, facts.kind === 'boolean' ? 'Answer' : 'Value')
  await typing[facts.kind]!.repeat({ page, facts, input: value }, words)
  await form.getByRole('button', { name: 'Add the filter' }).click()
  await form.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: `Remove the filter ${facts.label}`, exact: true }).waitFor()
}

/** Whether the words of a link mean one row: those of trajectories, say, may mean several. */
async function meansOne(page: Page, { facts: { to, many }, words }: Put): Promise<boolean> {
  if (to === undefined) return true
  const [title = ''] = many ? words.split(', ') : [words]
  const answer = await page.request.get(`/api/v1/${to.replace('.', '/')}/choices?limit=100`)
  const { results } = (await answer.json()) as { results: { readonly title: string }[] }
  return results.filter((one) => one.title === title).length === 1
}

/** Finds the row by what it holds, in a list of all rows. */
export async function find(page: Page, description: ModelDescription, key: string, puts: readonly Put[], seed: number) {
  await openList(page, description)
  const own = puts.find(({ facts }) => typing[facts.kind]!.tellsApart)!
  const compared = puts.filter(({ facts }) => facts !== own.facts && typing[facts.kind]!.compared)
  const telling = await Promise.all(compared.map((put) => meansOne(page, put)))
  const others = compared.filter((_, at) => telling[at])
  await addFilter(page, own)
  if (others.length > 0) await addFilter(page, others[seed % others.length]!)
  await page.getByText(`1 ${description.label}`, { exact: true }).waitFor()
  await page.locator(`.grid tbody a[href*="/${key}/"]`).first().waitFor()
}

/** Opens the row that the list shows, deletes it after a look at what would go, and looks for it where it was. */
export async function remove(
  page: Page,
  description: ModelDescription,
  key: string,
  look: () => Promise<void>,
): Promise<void> {
  const found = page.url()
  await page.locator(`.grid tbody a[href*="/${key}/"]`).first().click()
  await page.waitForURL(/\/change\//)
  const further = await toForm(page, description, key)
  await page.getByRole('link', { name: 'Delete', exact: true }).click()
  await page.getByText(`1 ${description.label}`, { exact: true }).waitFor()
  await look()
  await page.getByRole('button', { name: 'Delete it' }).click()
  await page
    .getByText(/ deleted$/)
    .first()
    .waitFor()
  await page.waitForURL((url) => url.pathname === addressOf(description))
  // Back to that list at once: the pages between show a row that is gone.
  await page.evaluate(`history.go(-${further ? 4 : 3})`)
  await page.waitForURL(found)
  await page.getByRole('heading', { name: `No ${description.label} fits` }).waitFor()
}
