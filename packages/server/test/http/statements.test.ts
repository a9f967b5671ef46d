import { afterAll, beforeAll, expect, test } from 'vitest'
import { resources } from '../../src/rest/contract/index.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
})
afterAll(() => lab.close())

const MOST_STATEMENTS = 6

/** How many statements a request took, as the answer says. */
async function statementsOf(path: string): Promise<number> {
  const { headers } = await lab.get(path)
  return Number(/desc="(\d+)"/.exec(String(headers['server-timing']))?.[1])
}

test.each(resources)('$path takes as many statements for a page of 250 as for a row, six at most', async ({ path }) => {
  const one = await statementsOf(`${path}?limit=1`)
  const many = await statementsOf(`${path}?limit=250`)

  expect(one).toBeGreaterThan(0)
  expect(one).toBeLessThanOrEqual(MOST_STATEMENTS)
  expect(many).toBeLessThanOrEqual(MOST_STATEMENTS)
  // A page that is not full needs no count.
  expect(many - one).toBeLessThanOrEqual(1)
})

const records = resources.flatMap(({ path, detail }) => (detail ? [{ path, field: detail.lookup.field }] : []))
test.each(records)('a record of $path takes six at most, whatever hangs on it', async ({ path, field }) => {
  const [row] = (await lab.get(`${path}?limit=1`)).json().results
  // The demo laboratory has nothing in some lists: a record that is not there is looked for all the same.
  const name = row?.[field] ?? row?.url?.split('/').at(-1) ?? '11111111-0000-4000-8000-000000000001'

  expect(await statementsOf(`${path}/${encodeURIComponent(name)}`)).toBeLessThanOrEqual(MOST_STATEMENTS)
})

test('water control of a subject takes six at most, as do the cache tables', async () => {
  const [subject] = (await lab.get('/water-restricted-subjects?limit=1')).json().results

  expect(await statementsOf(`/water-requirement/${encodeURIComponent(subject.nickname)}`)).toBeLessThanOrEqual(
    MOST_STATEMENTS,
  )
  expect(await statementsOf('/cache/info/')).toBeLessThanOrEqual(MOST_STATEMENTS)
})
