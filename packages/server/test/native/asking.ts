import type { InjectOptions } from 'fastify'
import { expect } from 'vitest'
import type { ServedLaboratory } from '../http/served-laboratory.ts'

/** What came back, with the number of statements that it cost, asking who calls included. */
export interface Told {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests, which say what they expect.
  readonly body: any
  readonly headers: Readonly<Record<string, unknown>>
  readonly statements: number
}

export type Ask = (
  method: InjectOptions['method'],
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Told>

/** Asks the native API with a token; addresses begin after `/api/v1`. */
export const asking =
  (lab: ServedLaboratory, token: string): Ask =>
  async (method, url, body, headers = {}) => {
    const answer = await lab.ask({
      method: method!,
      url: `/api/v1${url}`,
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    })
    if (answer.statusCode === 500)
      throw new Error(
        `${url}: ${lab.log
          .text()
          .split('\n')
          .findLast((line) => line.includes('a mistake'))}`,
      )
    return {
      status: answer.statusCode,
      body: answer.body === '' ? undefined : answer.json(),
      headers: answer.headers,
      statements: Number(/;desc="(\d+)"$/.exec(String(answer.headers['server-timing']))?.[1]),
    }
  }

/** Most statements of any answer that is read. */
export const MOST_STATEMENTS = 6

/** Reads, expects a success in few statements. */
export async function read(ask: Ask, url: string): Promise<Told['body']> {
  const { status, body, statements } = await ask('GET', url)
  expect(status, `${url}: ${JSON.stringify(body)}`).toBe(200)
  expect(statements, url).toBeLessThanOrEqual(MOST_STATEMENTS)
  return body
}
