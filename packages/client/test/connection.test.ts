import { describe, expect, test } from 'vitest'
import { Client, Problem, queryOf } from '../src/index.ts'

interface Asked {
  readonly url: string
  readonly init: RequestInit
}

/** A client on a server that gives these answers, one after another, and what it was asked. */
function clientOf(...answers: (Response | Error)[]) {
  const asked: Asked[] = []
  const fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
    asked.push({ url: String(url), init })
    const answer = answers.shift()
    if (answer === undefined) throw new Error('asked more than expected')
    if (answer instanceof Error) throw answer
    return answer
  }
  return { client: new Client({ origin: 'http://lab', fetch: fetch as typeof globalThis.fetch }), asked }
}

const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init)
const header = ({ init }: Asked, name: string) => new Headers(init.headers).get(name)

describe('a client', () => {
  test('gets a token of forms before the first write, once', async () => {
    const { client, asked } = clientOf(json({ csrf_token: 'abc' }), json({ id: '1' }), json({ id: '2' }))

    await client.create('subjects.project', { name: 'a' })
    await client.create('subjects.project', { name: 'b' })

    expect(asked.map(({ url }) => url)).toEqual([
      'http://lab/api/v1/session',
      'http://lab/api/v1/subjects/project',
      'http://lab/api/v1/subjects/project',
    ])
    expect(header(asked[2]!, 'x-csrftoken')).toBe('abc')
  })

  test('asks for a new token when somebody signed in beside it', async () => {
    const stale = json(
      { error: { code: 'bad_credentials', message: 'CSRF Failed: token incorrect.' } },
      { status: 403 },
    )
    const { client, asked } = clientOf(
      json({ csrf_token: 'old' }),
      stale,
      json({ csrf_token: 'new' }),
      json({ id: '1' }),
    )

    await client.create('subjects.project', { name: 'a' })

    expect(header(asked[3]!, 'x-csrftoken')).toBe('new')
  })

  test('sends the version that a change was made on', async () => {
    const { client, asked } = clientOf(json({ csrf_token: 'abc' }), json({ id: '1' }))

    await client.change('subjects.project', '1', { name: 'b' }, '"v1"')

    expect(asked[1]!.init.method).toBe('PATCH')
    expect(header(asked[1]!, 'if-match')).toBe('"v1"')
  })

  test('tells refusals with their fields', async () => {
    const refusal = { error: { code: 'invalid', message: 'No.', fields: { name: ['Taken.'] } } }
    const { client } = clientOf(json(refusal, { status: 400 }))

    const problem = await client.list('subjects.project').catch((error: unknown) => error)

    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({ status: 400, code: 'invalid', fields: { name: ['Taken.'] } })
  })

  test('tells the page of a proxy as what it is', async () => {
    const { client } = clientOf(new Response('<html>', { status: 502, statusText: 'Bad Gateway' }))

    await expect(client.me()).rejects.toMatchObject({ status: 502, message: 'The server answered 502 Bad Gateway' })
  })

  test('tells that nobody answered', async () => {
    const { client } = clientOf(new TypeError('fetch failed'))

    await expect(client.me()).rejects.toMatchObject({ status: 0, code: 'offline' })
  })
})

test('parameters that repeat and that are absent', () => {
  expect(queryOf({ a: ['1', '2'], b: undefined, c: 'x y' })).toBe('?a=1&a=2&c=x+y')
})
