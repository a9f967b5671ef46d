import { html, page } from './page.ts'

/** Said of an address that is none. */
export function notFoundPage(path: string): string {
  return page(
    'Not found',
    html`<h1>Not found</h1><p>There is nothing at <code>${path}</code>. Addresses of lists have no slash at the end; <a href="/docs/">the documentation</a> lists them all.</p>`,
  )
}
