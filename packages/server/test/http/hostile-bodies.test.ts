import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raw } from '../../src/database/index.ts'
import { resources } from '../../src/rest/contract/index.ts'
import { writableFields } from '../../src/rest/schema-document/representations.ts'
import { STRANGE } from './hostile-values.ts'
import { type Answer, type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
})
afterAll(() => lab.close())

const written = resources.flatMap((resource) =>
  (['POST', 'PUT', 'PATCH'] as const)
    .filter((method) => (method === 'POST' ? resource.list : resource.detail)?.methods.includes(method))
    .map((method) => ({ resource, method, about: `${method} ${resource.path}` })),
)

/** Values that no reader should stumble over, whatever the field. */
const anything = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.values(STRANGE).map((text) => text.slice(0, 3000))) },
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, 2 ** 31, 2 ** 53, '', ' ', '0', '-', 'NaN', '2026-03-02'),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
  fc.array(fc.constantFrom(null, '', 'x', 1, [], {}, '11111111-0000-4000-8000-000000000001'), { maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.date({ noInvalidDate: true }).map((day) => day.toISOString()),
)

/** Values that some other record of the list has: what clients mostly send. Numbers that JSON lacks come as null. */
async function usualValues(path: string): Promise<Record<string, unknown>[]> {
  const page = await lab.get(`${path}?limit=20`)
  const strictJson = page.body.replaceAll(/(?<=[:,[])(?:NaN|-?Infinity)(?=[,\]}])/g, 'null')
  return JSON.parse(strictJson).results as Record<string, unknown>[]
}

const changes = async (): Promise<number> =>
  Number((await lab.database.rows(raw('select count(*) from alyx.change')))[0]![0])

const send = (method: 'POST' | 'PUT' | 'PATCH', url: string, payload: string): Promise<Answer> =>
  lab.ask({
    method,
    url,
    payload,
    headers: { authorization: `Token ${lab.token}`, 'content-type': 'application/json' },
  })

const RUNS = 60

describe.each(written)('$about', ({ resource, method }) => {
  test('records a body or refuses it, whatever it holds, and a refused one leaves nothing behind', async () => {
    const usual = await usualValues(resource.path)
    const { lookup } = resource.detail ?? {}
    const names = usual.map((row) => row[lookup?.field ?? 'id'] ?? /[^/]+$/.exec(String(row.url))?.[0])
    const body = fc.dictionary(
      fc.constantFrom(...writableFields(resource, method).map(({ name }) => name), 'unknown', '__proto__', 'id'),
      anything,
      { noNullPrototype: true, maxKeys: 30 },
    )
    const bodies = fc.tuple(body, fc.nat(), fc.boolean()).map(([odd, at, plausible]) => {
      const row = plausible && usual.length > 0 ? usual[at % usual.length] : {}
      return JSON.stringify({ ...row, ...odd })
    })

    await fc.assert(
      fc.asyncProperty(bodies, fc.nat(), async (payload, at) => {
        const url =
          method === 'POST' ? resource.path : `${resource.path}/${encodeURIComponent(String(names[at % names.length]))}`
        const before = await changes()

        const answer = await send(method, url, payload)

        const about = `${answer.statusCode} ${answer.body.slice(0, 500)} for ${url} ${payload.slice(0, 500)}`
        expect([200, 201, 400, 403, 404, 409], about).toContain(answer.statusCode)
        if (answer.statusCode >= 400) {
          expect(await changes(), about).toBe(before)
          expect(answer.body, about).not.toContain('mistake of the server')
        }
      }),
      { numRuns: RUNS },
    )
  })
})
