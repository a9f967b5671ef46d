/**
 * Pictures of every page for the guides, from a demo laboratory of its own: wide and light, and on a phone in the dark.
 *
 *   npm run pictures [-- --only NAME]
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { Client, getRound } from '../../packages/client/src/index.ts'
import { type Laboratory, laboratory, tokenFor } from '../browser/laboratory.ts'
import { openBrowser, visit } from '../browser/visitor.ts'
import { root } from '../running/places.ts'

const FOLDER = join(root, 'docs/guides/pictures')
const SCREENS = [
  { name: 'wide', width: 1440, dark: false },
  { name: 'phone', width: 390, dark: true },
] as const
/** Animations and charts come to rest. */
const REST_MS = 1200

interface Picture {
  /** Below `/admin`. */
  readonly path: string
  /** What is done on the page before. */
  readonly act?: (page: Page) => Promise<void>
}

/** A laboratory in which somebody has something to do. */
async function prepared(lab: Laboratory): Promise<Readonly<Record<string, Picture>>> {
  const client = new Client({ origin: lab.origin, token: await tokenFor(lab) })
  const me = await client.me()
  const animals = (await getRound(client.connection, {})).cages.flatMap((cage) => cage.animals)
  for (const { subject } of animals.slice(0, 8))
    await client.change('subjects.subject', subject.id, { responsible_user: me.id })
  const first = async (model: string, parameters: Readonly<Record<string, string>> = {}) =>
    (await client.list(model, { limit: '1', ...parameters })).results[0]!.id
  const [{ subject }] = animals as [(typeof animals)[number]]
  const young = await first('subjects.subject', { litter__isnull: 'false', death_date__isnull: 'true' })
  const session = await first('actions.session', { data_dataset_session_related__isnull: 'false' })
  const insertion = await first('experiments.probeinsertion')
  const animal = `/subjects/subject/${subject.id}/change/`
  return {
    home: { path: '/' },
    round: { path: '/round/' },
    scale: {
      path: `/round/?animal=${subject.id}`,
      act: (page) => page.getByRole('group', { name: 'Tenths of a gram' }).getByRole('button').nth(4).click(),
    },
    animal: { path: animal },
    'animal-water': { path: `${animal}?tab=water` },
    'animal-timeline': { path: `${animal}?tab=timeline` },
    'animal-pedigree': { path: `/subjects/subject/${young}/change/?tab=pedigree` },
    'animal-form': { path: `${animal}?view=form` },
    water: { path: '/water/' },
    training: { path: '/training/' },
    colony: { path: '/colony/' },
    genotypes: { path: '/colony/genotypes/' },
    cards: { path: '/colony/cards/' },
    subjects: { path: '/subjects/subject/?view=all' },
    session: { path: `/actions/session/${session}/change/` },
    'session-datasets': { path: `/actions/session/${session}/change/?tab=datasets` },
    'session-tasks': { path: `/actions/session/${session}/change/?tab=tasks` },
    insertion: { path: `/experiments/probeinsertion/${insertion}/change/` },
    regions: { path: '/regions/' },
    files: { path: '/files/' },
    releases: { path: '/files/?view=releases' },
    'datasets-many': {
      path: '/files/?view=bulk&deed=protect&session__lab__name=harbourlab',
      async act(page) {
        await page.getByRole('combobox', { name: 'Protecting tag' }).click()
        await page.getByRole('listbox', { name: 'Protecting tag' }).getByRole('option').first().click()
        await page.getByText('Will change').waitFor()
      },
    },
    tasks: { path: '/tasks/' },
    administration: { path: '/administration/' },
    backups: { path: '/administration/?tab=backups' },
    rights: { path: '/administration/?tab=rights' },
    account: { path: '/account/' },
  }
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
await mkdir(FOLDER, { recursive: true })
const lab = await laboratory()
let failed = 0
try {
  const pictures = Object.entries(await prepared(lab)).filter(([name]) => !values.only || name === values.only)
  const browser = await openBrowser()
  try {
    for (const { name: screen, ...size } of SCREENS) {
      const { page, complaints } = await visit(browser, lab, size, undefined)
      for (const [name, { path, act }] of pictures) {
        try {
          await page.goto(`/admin${path}`)
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          await act?.(page)
          await page.waitForTimeout(REST_MS)
          await page.screenshot({ path: join(FOLDER, `${name}-${screen}.jpg`), type: 'jpeg', quality: 72 })
          const said = complaints()
          if (said.length > 0) throw new Error(said.join('; '))
          process.stdout.write(`ok   ${name}, ${screen}\n`)
        } catch (error) {
          failed += 1
          process.stdout.write(
            `FAIL ${name}, ${screen}: ${error instanceof Error ? error.message.split('\n')[0] : error}\n`,
          )
        }
      }
      await page.context().close()
    }
  } finally {
    await browser.close()
  }
} finally {
  await lab.end()
}
process.exitCode = failed > 0 ? 1 : 0
