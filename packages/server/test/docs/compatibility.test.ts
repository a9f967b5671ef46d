import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { applicationOn, signedIn } from '../rest/application.ts'

/** Differences from Alyx that docs/compatibility.md promises and that no test of a part would notice. */

let scratch: ScratchDatabase
let app: FastifyInstance
let headers: { authorization: string }

beforeAll(async () => {
  scratch = await demoDatabase()
  headers = await signedIn(scratch.database, 'reader')
  app = await applicationOn(scratch.database)
}, 120_000)
afterAll(async () => {
  await app?.close()
  await scratch?.drop()
})

interface Row {
  readonly id: string
  readonly [field: string]: unknown
}

async function asked(url: string, status = 200) {
  const answer = await app.inject({ url, headers })
  expect(answer.statusCode, `${url}: ${answer.body.slice(0, 300)}`).toBe(status)
  return answer.json()
}
const listed = async (url: string): Promise<{ count: number; results: Row[] }> => asked(url)
const distinct = (rows: readonly Row[]): number => new Set(rows.map(({ id, url }) => id ?? url)).size

describe('a list is a set', () => {
  test.each([
    '/sessions?atlas_acronym=root',
    '/sessions?projects=a',
    '/insertions?dataset_qc_lte=FAIL',
    '/imaging-stack',
  ])('%s has each row once, and counts it once', async (url) => {
    const { count, results } = await listed(`${url}${url.includes('?') ? '&' : '?'}limit=1000`)

    expect(results.length).toBeGreaterThan(0)
    expect({ count, rows: results.length }).toEqual({ count: distinct(results), rows: distinct(results) })
  })

  test('tags are counted by what the dataset has, whatever the filter looks at', async () => {
    const { results } = await listed('/datasets?protected=True&limit=1')
    const id = String(results[0]!.url).split('/').at(-1)!
    await scratch.database.execute(sql`
      with tag as (insert into data_tag (id, name, description, protected, public)
                   values (gen_random_uuid(), 'only public', '', false, true) returning id)
      insert into data_dataset_tags (dataset_id, tag_id) select ${id}::uuid, id from tag`)

    const [before, after] = await Promise.all(
      [`/datasets?id=${id}`, `/datasets?id=${id}&protected=True&public=True`].map((url) => listed(url)),
    )

    expect(after!.results[0]).toEqual(before!.results[0])
  })
})

test('sessions of zero trials have no performance, and spoil nobody’s question', async () => {
  const { results } = await listed('/sessions?performance_gte=0&limit=1')
  const [{ id } = { id: '' }] = results
  await scratch.database.execute(sql`update actions_session set n_trials = 0, n_correct_trials = 0 where id = ${id}`)

  const remaining = await listed('/sessions?performance_gte=0&limit=1000')

  expect(remaining.results.map((row) => row.id)).not.toContain(id)
  expect(remaining.count).toBeGreaterThan(0)
})

test('digits are text where the column is text', async () => {
  const { results } = await listed('/subjects?django=nickname__endswith,7&limit=1000')

  expect(results.length).toBeGreaterThan(0)
  expect(results.filter(({ nickname }) => !String(nickname).endsWith('7'))).toEqual([])
})

describe('filters that the original fails on', () => {
  test('weighings are found by who weighed, in which laboratory and when, but have no place', async () => {
    const [weighing] = (await listed('/weighings?limit=1')).results
    const day = String(weighing!.date_time).slice(0, 10)

    const found = await listed(`/weighings?users=${weighing!.user}&date_range=${day},${day}&limit=1000`)

    expect(found.results.map(({ url }) => String(url))).toContain(weighing!.url)
    expect((await asked('/weighings?location=anywhere', 400)).detail).toMatch(/location/)
  })

  test.each(['x=0.5', 'n_xyz=512', 'provenance=Estimate'])('locations of fields of view: %s', async (filter) => {
    await asked(`/fov-location?${filter}`)
  })
})

test('an insertion whose session is gone can be read', async () => {
  const [insertion] = (await listed('/insertions?limit=1')).results
  await scratch.database.execute(
    sql`update experiments_probeinsertion set session_id = null where id = ${insertion!.id}`,
  )

  expect(await asked(`/insertions/${insertion!.id}`)).toMatchObject({ id: insertion!.id, session: null })
})

test('the text of a notice keeps its formatting and nothing that could run', async () => {
  const description = [
    '**Bold**, a [link](https://example.org) and a [script](javascript:alert(1)).',
    '<script>alert(1)</script><img src="https://example.org/a.png" onerror="alert(1)"><iframe src="//example.org"></iframe>',
  ].join('\n\n')
  const [notice] = (await listed('/data-notices?limit=1')).results
  await scratch.database.execute(sql`update data_datanotice set description = ${description} where id = ${notice!.id}`)

  const html = String((await asked(`/data-notices/${notice!.id}`)).description_html)

  expect(html).toContain('<strong>Bold</strong>')
  expect(html).toContain('<a href="https://example.org">link</a>')
  expect(html).toContain('src="https://example.org/a.png"')
  expect(html).not.toMatch(/script:|<script|onerror|<iframe/)
})

test('who belongs to a laboratory is asked on the day of the question', async () => {
  const { results } = await listed('/users?limit=1000')
  const member = results.find(({ lab }) => Array.isArray(lab) && lab.length > 0)!
  await scratch.database.execute(sql`
    update misc_labmembership m set start_date = current_date - 1, end_date = current_date - 1
      from misc_labmember u where u.id = m.user_id and u.username = ${member.username}`)

  expect(await asked(`/users/${member.username}`)).toMatchObject({ lab: [] })
})
