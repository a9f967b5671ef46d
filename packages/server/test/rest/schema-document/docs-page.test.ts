import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { resources } from '../../../src/rest/contract/index.ts'
import { docsPage, docsPagePolicy } from '../../../src/rest/schema-document/page/docs-page.ts'

const page = docsPage(resources, { origin: 'http://alyx.example.org' })

test('the page loads nothing from anywhere', () => {
  expect(page).not.toMatch(/<(?:link|img|iframe|script [^>]*src)/)
  expect(page).not.toMatch(/(?:@import|url\()/)
})

test.each(['style', 'script'])('its %s is the one that the policy of the page allows', (element) => {
  const inline = [...page.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, text = '']) => text)

  expect(inline).toHaveLength(1)
  const hash = createHash('sha256').update(inline[0]!).digest('base64')
  expect(docsPagePolicy).toContain(`${element}-src 'sha256-${hash}'`)
})

test('no element carries a style or a handler of its own, which the policy would refuse', () => {
  expect(page).not.toMatch(/<[^>]+ (?:style|on\w+)=/)
})

describe.each(resources)('the entry of $path', ({ path, list }) => {
  const anchor = path.slice(1)
  const entry = page.split('<details class="endpoint" id="').find((one) => one.startsWith(`${anchor}"`)) ?? ''

  test('can be linked to, and is linked to', () => {
    expect(entry).not.toBe('')
    expect(page).toContain(`href="#${anchor}"`)
  })

  test('names every filter and shows a request', () => {
    for (const name of Object.keys(list.filters)) expect(entry).toContain(`<dt>${name}</dt>`)
    expect(entry).toContain(`http://alyx.example.org${path}`)
    expect(entry).toContain(`one.alyx.rest(&#x27;${anchor}&#x27;`)
  })
})

test('what people call the server by is shown as text, never as HTML', () => {
  expect(docsPage(resources, { origin: 'http://<b>"x"' })).not.toContain('<b>"x"')
})
