import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'

/** Compressed bytes of JavaScript that an empty browser loads before the form to sign in can be used. */
export async function firstLoadBytes(browser: Browser, origin: string): Promise<number> {
  const context = await browser.newContext({ baseURL: origin })
  const page = await context.newPage()
  const loading: Promise<number>[] = []
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) loading.push(response.body().then((body) => gzipSync(body).length))
  })
  await page.goto('/admin/', { waitUntil: 'networkidle' })
  await page.getByLabel('Name').waitFor()
  const sizes = await Promise.all(loading)
  await context.close()
  return sizes.reduce((sum, size) => sum + size, 0)
}
