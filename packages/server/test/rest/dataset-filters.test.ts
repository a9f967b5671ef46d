import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { seedDemo } from '../../src/domains/labs/demo/index.ts'
import { installedDatabase } from '../domains/demo/installed-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { applicationOn, signedIn } from './application.ts'

let scratch: ScratchDatabase
let app: FastifyInstance
let member: { authorization: string }

beforeAll(async () => {
  scratch = await installedDatabase()
  await seedDemo(scratch.database, { today: '2026-03-02' })
  member = await signedIn(scratch.database, 'reader')
  app = await applicationOn(scratch.database)
}, 120_000)
afterAll(async () => {
  await app?.close()
  await scratch?.drop()
})

const read = async (url: string) => (await app.inject({ url, headers: member })).json()
const idsOf = (page: { results: { id: string }[] }) => page.results.map(({ id }) => id)

interface Listed {
  readonly name: string
  readonly dataset_type: string
}

/** The session with the most datasets, and these. */
async function richSession(): Promise<{ id: string; datasets: Listed[] }> {
  const [row] = await scratch.database.rows(
    sql`select session_id from data_dataset group by 1 order by count(distinct name) desc, 1 limit 1`,
  )
  const id = row![0]!
  return { id, datasets: (await read(`/sessions/${id}`)).data_dataset_session_related }
}

describe.each(['datasets', 'dataset_types'])('sessions with %s', (filter) => {
  test.each([1, 3, 8, 9, 12])('of %i names have all of them', async (wanted) => {
    const { id, datasets } = await richSession()
    const all = [...new Set(datasets.map(({ name, dataset_type }) => (filter === 'datasets' ? name : dataset_type)))]
    expect(all.length, 'names to ask for').toBeGreaterThanOrEqual(12)
    const names = all.slice(0, wanted)

    const found = await read(`/sessions?${filter}=${encodeURIComponent(names.join(','))}`)
    const withOneMore = await read(
      `/sessions?${filter}=${encodeURIComponent([...names, 'nothing.like_this'].join(','))}`,
    )

    expect(idsOf(found)).toContain(id)
    expect(withOneMore.count).toBe(0)
  })
})

describe('quality', () => {
  test('a level that is none is refused with the levels there are', async () => {
    const { detail, status_code } = await read('/sessions?dataset_qc_lte=30.0')

    expect([status_code, detail]).toEqual([
      400,
      expect.stringMatching(/30\.0 is not a valid QC.*CRITICAL, FAIL, WARNING, NOT_SET, PASS/),
    ])
  })

  test('names and numbers of levels mean the same', async () => {
    expect(idsOf(await read('/sessions?dataset_qc_lte=pass'))).toEqual(idsOf(await read('/sessions?dataset_qc_lte=10')))
  })
})
