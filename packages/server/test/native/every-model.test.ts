import type { Model } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, served } from '../../src/native/models.ts'
import { type Answer, type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'

/** Asking who calls included. */
const MOST_STATEMENTS = 6
const FEWEST_MODELS = 60
const LONG_PAGE = 200

let lab: ServedLaboratory
let member: { authorization: string }

beforeAll(async () => {
  lab = await servedLaboratory()
  member = { authorization: `Token ${await tokenOfNew(lab.database, 'native-member', 'member')}` }
}, 120_000)
afterAll(() => lab?.close())

interface Page {
  readonly results: readonly { readonly id: unknown }[]
  readonly next: string | null
  readonly previous: string | null
}

const statementsOf = (answer: Answer): number =>
  Number(/;desc="(\d+)"$/.exec(String(answer.headers['server-timing']))?.[1])

async function read(url: string): Promise<Answer> {
  const answer = await lab.get(url)
  expect(answer.statusCode, `${url}: ${answer.body}`).toBe(200)
  return answer
}

const every: { readonly key: string; readonly model: Model }[] = served.map((model) => ({ key: model.key, model }))

test('every model but credentials has an address', () => {
  expect(served.length).toBeGreaterThan(FEWEST_MODELS)
  expect(served.map(({ key }) => key)).not.toContain('authtoken.token')
  expect(served.map(({ key }) => key)).not.toContain('sessions.session')
})

describe.each(every)('$key', ({ model }) => {
  const url = addressOf(model)

  test('lists its rows in a few statements, however many they are', async () => {
    const short = await read(`${url}?limit=1&count=true`)
    const long = await read(`${url}?limit=${LONG_PAGE}&count=true`)
    const { count, results } = long.json()

    expect(short.json().count).toBe(count)
    expect(results.length).toBe(Math.min(count, LONG_PAGE))
    expect(statementsOf(short)).toBeLessThanOrEqual(MOST_STATEMENTS)
    expect(statementsOf(long)).toBeLessThanOrEqual(MOST_STATEMENTS)
  })

  test('gives the same rows page by page, forwards and backwards, as at once', async () => {
    const whole: { id: unknown }[] = (await read(`${url}?limit=20`)).json().results
    const pages: Page[] = []
    let next: string | null = `${url}?limit=7`
    while (next !== null && pages.length < 3) {
      const page: Page = (await read(next)).json()
      pages.push(page)
      next = page.next
    }

    const seen = pages.flatMap(({ results }) => results)
    expect(seen.slice(0, whole.length).map(({ id }) => id)).toEqual(whole.slice(0, seen.length).map(({ id }) => id))
    for (const [at, page] of pages.entries()) {
      if (at === 0) expect(page.previous).toBeNull()
      else expect((await read(page.previous!)).json().results).toEqual(pages[at - 1]!.results)
    }
  })

  test('gives a row with its version, and nothing when the client has that version', async () => {
    const [first] = (await read(`${url}?limit=1`)).json().results
    if (!first) return
    const answer = await read(`${url}/${first.id}`)
    const { etag } = answer.headers

    expect(answer.json()).toEqual(first)
    expect(etag).toMatch(/^"[\w-]{27}"$/)
    const again = await lab.get(`${url}/${first.id}`, { headers: { 'if-none-match': String(etag) } })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    const withRights = await read(`${url}/${first.id}?rights=true`)
    expect(withRights.json().$rights.view).toBe(true)
    expect(statementsOf(withRights)).toBeLessThanOrEqual(MOST_STATEMENTS)
  })

  test('offers choices, each with a title', async () => {
    const all = (await read(`${url}/choices`)).json().results
    const [first] = all
    for (const choice of all) expect(Object.keys(choice)).toEqual(['id', 'title', 'hint'])
    for (const title of all.map((choice: { title: unknown }) => choice.title)) expect(title).toMatch(/\S/)
    if (!first) return
    const word = first.title.split(' ')[0]
    const found = await read(`${url}/choices?search=${encodeURIComponent(word)}&limit=100`)
    expect(statementsOf(found)).toBeLessThanOrEqual(MOST_STATEMENTS)
  })

  test('exports the rows of its list', async () => {
    const { count } = (await read(`${url}?limit=1&count=true`)).json()
    const answer = await read(`${url}/export.csv?fields=id`)

    expect(answer.headers['content-type']).toMatch(/^text\/csv/)
    expect(answer.body.trimEnd().split('\r\n').length).toBe(count + 1)
  })

  test('describes every field that a row shows, and the other way round', async () => {
    const { fields, rights } = (await read(url.replace('/api/v1', '/api/v1/models'))).json()
    const [first] = (await read(`${url}?limit=1`)).json().results

    expect(rights.view).toBe('all')
    const described = fields.filter(({ kind }: { kind: string }) => kind !== 'generic')
    if (first) expect(Object.keys(first)).toEqual([...described.map(({ name }: { name: string }) => name), '$title'])
    for (const { label, help } of fields) expect(`${label}${help}`).toMatch(/\S/)
  })

  test('can be filtered by every field with every comparison that its description names', async () => {
    const { fields } = (await read(url.replace('/api/v1', '/api/v1/models'))).json()
    const refused: string[] = []
    for (const { name, lookups } of fields as { name: string; lookups: string[] }[])
      for (const lookup of lookups) {
        const answer = await lab.get(`${url}?limit=1&${name}__${lookup}=`)
        // An empty value may be wrong; the name of the field and of the comparison may not.
        if (answer.statusCode !== 200 && !/expected/.test(answer.body))
          refused.push(`${name}__${lookup}: ${answer.body}`)
      }
    expect(refused).toEqual([])
  })
})

describe('a member', () => {
  test('does not find what members may not see, by any address', async () => {
    const hidden = served.filter(({ framework, key }) => framework && !/contenttype|auth\.group/.test(key))
    expect(hidden.length).toBeGreaterThan(3)
    for (const model of hidden)
      for (const path of ['', '/1', '/choices', '/export.csv']) {
        const answer = await lab.ask({ url: `${addressOf(model)}${path}`, headers: member })
        expect(answer.statusCode, `${model.key}${path}`).toBe(404)
        expect(answer.json().error.code).toBe('no_such_model')
      }
  })

  test('cannot look at it through filters, orders, fields or searches of other models', async () => {
    for (const question of [
      'logentry__change_message__icontains=a',
      '~logentry__change_message__icontains=a',
      'user_permissions__codename=add_lab',
      'fields=user_permissions.codename',
      'auth_token__key__startswith=a',
      'password__startswith=p',
      'ordering=password',
      'fields=password',
      'groups__user__password__startswith=p',
    ]) {
      const answer = await lab.ask({ url: `/api/v1/misc/labmember?${question}`, headers: member })
      expect(answer.statusCode, question).toBe(400)
    }
  })

  test('sees keys of permissions without their titles', async () => {
    const [row] = (await lab.ask({ url: '/api/v1/auth/group?limit=1', headers: member })).json().results
    if (row) for (const permission of row.permissions) expect(Object.keys(permission)).toEqual(['id'])
  })

  test('is told about the models they see, and what they may do there', async () => {
    const { results } = (await lab.ask({ url: '/api/v1/models', headers: member })).json()
    const keys = results.map(({ key }: { key: string }) => key)

    expect(keys).toContain('subjects.subject')
    expect(keys).not.toContain('admin.logentry')
    const subject = results.find(({ key }: { key: string }) => key === 'subjects.subject')
    expect(subject.rights).toEqual({ view: 'all', create: 'all', change: 'some', delete: 'none' })
  })
})
