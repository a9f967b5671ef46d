import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resources } from '../../src/rest/contract/index.ts'
import { HOSTILE, STRANGE } from './hostile-values.ts'
import { type Answer, type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
})
afterAll(() => lab.close())

/** As a careless client encodes: text that is no text becomes the character for such text. */
const encoded = (value: string): string => encodeURIComponent(value.toWellFormed())

const lists = resources.map(({ path, list }) => ({ path, filters: Object.keys(list.filters) }))
/** Filters whose values are a language. */
const LANGUAGES = ['django', 'json', 'extended_qc']

describe.each(lists.filter(({ filters }) => filters.length > 0))('the list $path', ({ path, filters }) => {
  test('answers every hostile value of every filter, or refuses it and names the filter', async () => {
    for (const name of filters) {
      const values = path === '/sessions' || LANGUAGES.includes(name) ? STRANGE : HOSTILE
      for (const [what, value] of Object.entries(values)) {
        const answer = await lab.get(`${path}?limit=1&${name}=${encoded(value)}`)

        expectAnsweredOrRefused(
          answer,
          name,
          `${name} given ${what}: ${answer.statusCode} ${answer.body.slice(0, 300)}`,
        )
      }
    }
  })
})

describe.each(lists)('the list $path', ({ path }) => {
  test('gives a page whatever page is asked for', async () => {
    const values = path === '/sessions' ? Object.values(STRANGE) : ['-1', '0', '9'.repeat(400), 'NaN', '']
    for (const value of values) {
      for (const name of ['limit', 'offset']) {
        const answer = await lab.get(`${path}?${name}=${encoded(value)}`)

        expect(answer.statusCode, `${name}=${value.slice(0, 50)}: ${answer.body.slice(0, 300)}`).toBe(200)
        expect(answer.json()).toMatchObject({ count: expect.any(Number), results: expect.any(Array) })
      }
    }
  })

  test('has no row of a hostile name, and says so as for any other', async () => {
    for (const [what, value] of Object.entries(HOSTILE)) {
      const answer = await lab.get(`${path}/${encoded(value)}`)

      // The addresses of water types all give their list.
      const expected = path === '/water-type' && answer.statusCode !== 404 ? 200 : 404
      expect(answer.statusCode, `${what}: ${answer.body.slice(0, 300)}`).toBe(expected)
    }
  })
})

const CREDENTIAL = /pbkdf2_sha256\$|session_data/

/** A refusal says which parameter it is about, or is about the whole question. */
function expectAnsweredOrRefused(answer: Answer, name: string, about: string): void {
  expect([200, 400], about).toContain(answer.statusCode)
  expect(answer.body, about).not.toMatch(CREDENTIAL)
  expect(answer.body, about).not.toContain(lab.token)
  if (answer.statusCode === 200) return
  const { status_code, ...said } = answer.json()
  expect(status_code, about).toBe(400)
  expect(Object.keys(said), about).toHaveLength(1)
  expect([name, 'detail'], about).toContain(Object.keys(said)[0])
  expect(JSON.stringify(said).length, about).toBeGreaterThan(20)
}
