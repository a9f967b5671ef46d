import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Laboratory } from './laboratory.ts'

export interface Visitor {
  readonly page: Page
  /** What the browser complained about so far, and forgets with the question. */
  complaints(): string[]
  /** Serious and critical faults that axe sees on the page as it is now. */
  faults(): Promise<string[]>
  shot(name: string): Promise<void>
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Containers run as root and have a small /dev/shm.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })

/** Somebody who signed in, on a screen of this size. */
export async function visit(
  browser: Browser,
  { origin, username, password }: Laboratory,
  screen: { readonly width: number; readonly dark?: boolean },
  shots: string | undefined,
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: screen.width, height: screen.width < 500 ? 844 : 900 },
    colorScheme: screen.dark ? 'dark' : 'light',
    hasTouch: screen.width < 500,
    isMobile: screen.width < 500,
  })
  const page = await context.newPage()
  const heard: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(message.text())
  })
  page.on('pageerror', (error) => heard.push(String(error)))
  await page.goto('/admin/')
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password').first().fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /Good to see you/ }).waitFor()
  return {
    page,
    complaints: () => heard.splice(0),
    async faults() {
      // Through the debugger, so that the policy of the page stays as people have it.
      await page.evaluate(axe.source)
      const found = await page.evaluate(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`,
      )
      return found as string[]
    },
    async shot(name) {
      if (shots) await page.screenshot({ path: join(shots, `${name}.png`) })
    },
  }
}
