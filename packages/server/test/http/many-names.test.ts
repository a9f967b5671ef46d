import { afterAll, beforeAll, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory
let owner: { session: string; insertion: string; names: string[]; types: string[]; insertionTypes: string[] }

const list = (text: string | null | undefined): string[] => JSON.parse(text ?? '[]')

/** The session that has the most datasets everybody reaches, and one of its insertions. */
beforeAll(async () => {
  lab = await servedLaboratory()
  const [row] = await lab.database.rows(sql`
    select i.session_id, i.id, json_agg(distinct d.name), json_agg(distinct t.name)
      from experiments_probeinsertion i
      join data_dataset d on d.session_id = i.session_id and d.qc <= 30
      join data_datasettype t on t.id = d.dataset_type_id
     where exists (select from data_filerecord f join data_datarepository r on r.id = f.data_repository_id
                    where f.dataset_id = d.id and f.exists and not r.globus_is_personal)
     group by i.session_id, i.id order by count(distinct d.name) desc limit 1`)
  const [types] = await lab.database.rows(sql`
    select json_agg(distinct t.name) from experiments_probeinsertion_datasets l
      join data_dataset d on d.id = l.dataset_id join data_datasettype t on t.id = d.dataset_type_id
     where l.probeinsertion_id = ${row![1]}`)
  owner = {
    session: row![0]!,
    insertion: row![1]!,
    names: list(row![2]),
    types: list(row![3]),
    insertionTypes: list(types?.[0]),
  }
})
afterAll(() => lab.close())

/** Ids of everything that a list finds. */
async function found(path: string, parameters: Record<string, string>): Promise<string[]> {
  const query = new URLSearchParams({ limit: '1000', ...parameters })
  const { results } = (await lab.get(`${path}?${query}`)).json()
  return results.map(({ id, url }: { id?: string; url?: string }) => id ?? url?.slice(-36))
}

/** What all of the lists have in common. */
const shared = (lists: readonly string[][]): string[] =>
  lists.reduce((kept, next) => kept.filter((one) => next.includes(one)))

test.each([
  { path: '/sessions', filter: 'datasets', of: () => owner.session, given: () => owner.names },
  { path: '/sessions', filter: 'dataset_types', of: () => owner.session, given: () => owner.types },
  { path: '/insertions', filter: 'dataset_types', of: () => owner.insertion, given: () => owner.insertionTypes },
])(
  '$path by many $filter finds what has every one of them, as asking one by one does',
  async ({ path, filter, of, given }) => {
    const names = given()
    expect(names.length).toBeGreaterThan(9)

    const together = await found(path, { [filter]: names.join(',') })
    const each = await Promise.all(names.map((name) => found(path, { [filter]: name })))

    expect(together).toContain(of())
    expect(together.toSorted()).toEqual(shared(each).toSorted())
    expect(await found(path, { [filter]: [...names, 'no.such.thing'].join(',') })).toEqual([])
  },
)
