import { cpus, loadavg } from 'node:os'
import type { Page, Response } from 'playwright-core'
import { firstLoadBytes } from '../e2e/browser/first-load.ts'
import type { Laboratory } from '../e2e/browser/laboratory.ts'
import { openBrowser, visit } from '../e2e/browser/visitor.ts'
import { makePassword } from '../packages/server/src/auth/passwords.ts'
import { type Db, sql } from '../packages/server/src/database/index.ts'
import type { Verdict } from './aims.ts'
import { nickname, rowId, type Sizes, sessionFolder } from './laboratory.ts'
import { withSection } from './page-section.ts'

/** A page of the web application in a real browser. */
export interface MeasuredPage {
  readonly what: string
  readonly address: string
  /** From the request for the page to its first row on the screen, ms, the median of some visits. */
  readonly ms: number
  readonly slowestMs: number
  /** Most that one call of it needed. */
  readonly statements: number
}

/** Words typed into the search. */
export interface MeasuredSearch {
  readonly what: string
  readonly typed: string
  /** From the question to the end of the answer as the browser sees it, ms, the median of some. */
  readonly ms: number
  readonly slowestMs: number
  readonly statements: number
  readonly hits: number
}

export interface MeasuredApplication {
  readonly pages: readonly MeasuredPage[]
  readonly searches: readonly MeasuredSearch[]
  /** JavaScript of the first page, compressed, kB. */
  readonly firstKb: number
  readonly load: number
}

const AIM = { pageMs: 1_000, searchMs: 100, statements: 6, firstKb: 250 }
const VISITS = 7
const PASSWORD = 'measured by the browser'
const WIDE = { width: 1440 }

const GRID_ROW = '.grid tbody tr'

/** Pages with many rows behind them, and what stands on them when they are there. */
const pagesOf = (): readonly (readonly [what: string, address: string, there: string])[] => [
  ['home', '/admin/', '.home-count, .home-item, h2'],
  ['sessions', '/admin/actions/session/', GRID_ROW],
  ['datasets', '/admin/data/dataset/?view=all', GRID_ROW],
  ['file records', '/admin/data/filerecord/?view=all', GRID_ROW],
  ['subjects', '/admin/subjects/subject/?view=all', GRID_ROW],
  ['channels', '/admin/experiments/channel/?view=all', GRID_ROW],
  ['list of tasks', '/admin/jobs/task/?view=list', GRID_ROW],
  ['weighings', '/admin/actions/weighing/?view=all', GRID_ROW],
  ['an animal', `/admin/subjects/subject/${rowId('subject', 2)}/change/`, '[role=tab]'],
  ['a session with 405 datasets', `/admin/actions/session/${rowId('session', 1)}/change/`, 'main h2, main h3'],
]

const searchesOf = (sizes: Sizes): readonly (readonly [what: string, typed: string])[] => [
  ['a whole nickname', nickname(Math.min(sizes.subjects, 1234))],
  ['the beginning of many nicknames', nickname(1).slice(0, 8)],
  ['a session', sessionFolder(sizes, 1)],
  ['a key', rowId('dataset', 77)],
  ['a person', 'bench_user_3'],
  ['a file, of which there are very many', 'spikes.times'],
  ['nothing there', 'no such thing anywhere'],
]

const statementsOf = (response: Response): number =>
  Number(/desc="(\d+)"/.exec(response.headers()['server-timing'] ?? '')?.[1] ?? 0)

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

/** @param db of the large laboratory, whose first account gets a password */
export async function measureApplication(origin: string, db: Db, sizes: Sizes): Promise<MeasuredApplication> {
  await db.execute(sql`
    update misc_labmember set password = ${await makePassword(PASSWORD)} where username = 'bench_user_1'`)
  const load = loadavg()[0]!
  const browser = await openBrowser()
  try {
    const lab: Laboratory = { origin, username: 'bench_user_1', password: PASSWORD, end: async () => {} }
    const { page } = await visit(browser, lab, WIDE, undefined)
    const pages: MeasuredPage[] = []
    for (const one of pagesOf()) pages.push(await measurePage(page, ...one))
    const searches: MeasuredSearch[] = []
    for (const one of searchesOf(sizes)) searches.push(await measureSearch(page, ...one))
    return { pages, searches, firstKb: (await firstLoadBytes(browser, origin)) / 1000, load }
  } finally {
    await browser.close()
  }
}

/** Loads the whole page, as somebody who follows a bookmark; the files of the application are in the browser's cache. */
async function measurePage(page: Page, what: string, address: string, there: string): Promise<MeasuredPage> {
  let statements = 0
  const count = (response: Response) => {
    statements = Math.max(statements, statementsOf(response))
  }
  page.on('response', count)
  const times: number[] = []
  for (let visit = 0; visit < VISITS; visit++) {
    await page.goto(address, { waitUntil: 'commit' })
    await page.locator(there).first().waitFor()
    times.push((await page.evaluate('performance.now()')) as number)
    await page.waitForLoadState('networkidle')
  }
  page.off('response', count)
  return { what, address, ms: median(times), slowestMs: Math.max(...times), statements }
}

async function measureSearch(page: Page, what: string, typed: string): Promise<MeasuredSearch> {
  const times: number[] = []
  let statements = 0
  let hits = 0
  for (let visit = 0; visit < VISITS; visit++) {
    // Another question each time: what the browser knows it does not ask again.
    await page.goto('/admin/account/')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.keyboard.press('/')
    const box = page.getByRole('combobox', { name: 'What are you looking for?' })
    const answered = page.waitForResponse((response) => response.url().includes('/api/v1/search'))
    await box.fill(typed)
    const response = await answered
    await response.finished()
    statements = Math.max(statements, statementsOf(response))
    hits = ((await response.json()) as { results: unknown[] }).results.length
    const { responseEnd } = response.request().timing()
    times.push(responseEnd)
  }
  return { what, typed, ms: median(times), slowestMs: Math.max(...times), statements, hits }
}

export function applicationVerdicts({ pages, searches, firstKb }: MeasuredApplication, slack: number): Verdict[] {
  const inTime = (what: string, ms: number, aim: number): Verdict => ({
    text: `${what}: ${ms.toFixed(0)} ms, at most ${aim * slack}`,
    holds: ms <= aim * slack,
  })
  const few = (what: string, statements: number): Verdict => ({
    text: `${what}: ${statements} statements, at most ${AIM.statements}`,
    holds: statements <= AIM.statements,
  })
  return [
    ...pages.flatMap(({ what, ms, statements }) => [
      inTime(`page of ${what}`, ms, AIM.pageMs),
      few(`page of ${what}`, statements),
    ]),
    ...searches.flatMap(({ what, ms, statements }) => [
      inTime(`search for ${what}`, ms, AIM.searchMs),
      few(`search for ${what}`, statements),
    ]),
    {
      text: `JavaScript of the first page: ${firstKb.toFixed(0)} kB, at most ${AIM.firstKb}`,
      holds: firstKb > 0 && firstKb <= AIM.firstKb,
    },
  ]
}

const tableOf = (headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [headings, headings.map((_, at) => (at === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')

export const applicationTables = ({ pages, searches }: MeasuredApplication): string =>
  [
    tableOf(
      ['Page', 'ms', 'slowest', 'statements'],
      pages.map(({ what, ms, slowestMs, statements }) => [what, ms.toFixed(0), slowestMs.toFixed(0), statements]),
    ),
    tableOf(
      ['Search for', 'ms', 'slowest', 'statements', 'found'],
      searches.map(({ what, ms, slowestMs, statements, hits }) => [
        what,
        ms.toFixed(0),
        slowestMs.toFixed(0),
        statements,
        hits,
      ]),
    ),
  ].join('\n\n')

const HEADING = '## Pages in the browser'

/** The page with what it says of the web application put in, or put in the place of what it said. */
export const withApplication = (page: string, measured: MeasuredApplication): string =>
  withSection(
    page,
    HEADING,
    `
${HEADING}

The same laboratory in Chromium, 1440 pixels wide, on ${cpus().length} processors that browser, server and PostgreSQL share; ${measured.load.toFixed(0)} other programs
wanted them when it began. Each page is loaded as a whole, as from a bookmark, until its first row stands on the screen; each
search from the question to the end of the answer. Medians of ${VISITS}, and the most statements that one call needed. A browser
without any of it loads ${measured.firstKb.toFixed(0)} kB of compressed JavaScript for the first page. Measured with \`npm run bench -- --pages\`.

${applicationTables(measured)}
`,
  )
