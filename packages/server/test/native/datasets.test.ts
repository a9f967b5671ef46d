import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
let member: Ask
let visitor: Ask
beforeAll(async () => {
  lab = await servedLaboratory()
  ask = asking(lab, lab.token)
  member = asking(lab, await tokenOfNew(lab.database, 'analyst', 'member'))
  visitor = asking(lab, await tokenOfNew(lab.database, 'visitor', 'public'))
})
afterAll(() => lab.close())

const rows = (text: string) => lab.database.rows({ text, values: [] })
const number = async (text: string) => Number((await rows(text))[0]![0])
const tagged = (tag: string) => number(`select count(*) from data_dataset_tags where tag_id = '${tag}'`)
const history = () => number(`select count(*) from alyx.change where table_name = 'data_dataset_tags'`)

let labs = 0
/** A tag of its own for each test. */
async function newTag(flags: { readonly protected?: boolean; readonly public?: boolean } = {}): Promise<string> {
  const { status, body } = await ask('POST', '/data/tag', { name: `tag ${++labs}`, ...flags })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}

/** Datasets of one lab, which no test protects for good. */
let some: readonly string[]
let filter: { readonly session__lab__name: string }
beforeEach(async () => {
  await lab.database.script('delete from data_dataset_tags')
  const [name] = (
    await rows(`select l.name from data_dataset d join actions_session s on s.id = d.session_id
      join misc_lab l on l.id = s.lab_id group by 1 order by count(*) desc, 1 limit 1`)
  )[0]!
  filter = { session__lab__name: name! }
  some = (
    await rows(`select d.id from data_dataset d join actions_session s on s.id = d.session_id
      join misc_lab l on l.id = s.lab_id where l.name = '${name}' order by d.id`)
  ).map(([id]) => id!)
  expect(some.length).toBeGreaterThan(20)
})

describe('tags of many datasets', () => {
  test('are added to those that were selected, once, with an entry of the history for each', async () => {
    const tag = await newTag()
    const before = await history()
    await ask('POST', '/data/datasets/tags', { datasets: some.slice(0, 2), add: tag })

    const { status, body } = await ask('POST', '/data/datasets/tags', { datasets: some.slice(0, 5), add: tag })

    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({ written: true, datasets: 5, changed: 3, already: 2, protected: 0 })
    expect(body.sessions).toBe(
      await number(
        `select count(distinct session_id) from data_dataset where id in ('${some.slice(2, 5).join("','")}')`,
      ),
    )
    expect(await tagged(tag)).toBe(5)
    expect(await history()).toBe(before + 5)
    expect(
      await rows(
        `select distinct username, source from alyx.change where table_name = 'data_dataset_tags' and new ->> 'tag_id' = '${tag}'`,
      ),
    ).toEqual([['tester', 'native']])
  })

  test('are added to whatever a filter finds, in as many statements as for one, and a trial changes nothing', async () => {
    const tag = await newTag()
    const trial = await ask('POST', '/data/datasets/tags', { filter, add: tag, dry_run: true })
    expect(trial.body).toMatchObject({ written: false, datasets: some.length, changed: some.length, already: 0 })
    expect(trial.body.deed).toBeUndefined()
    expect(await tagged(tag)).toBe(0)
    const one = await ask('POST', '/data/datasets/tags', { filter: { id: some[0]! }, add: tag })

    const all = await ask('POST', '/data/datasets/tags', { filter, add: tag, expected: some.length })

    expect(all.body).toMatchObject({ written: true, datasets: some.length, changed: some.length - 1, already: 1 })
    expect(all.statements).toBe(one.statements)
    expect(await tagged(tag)).toBe(some.length)
  })

  test('are not added when other datasets fit by now than were told', async () => {
    const tag = await newTag()

    const { status, body } = await ask('POST', '/data/datasets/tags', { filter, add: tag, expected: some.length - 1 })

    expect(status).toBe(409)
    expect(body.error).toMatchObject({ code: 'conflict', details: { datasets: some.length } })
    expect(await tagged(tag)).toBe(0)
  })

  test('are counted truly when two people give the same one at once, and neither waits for ever', async () => {
    const tag = await newTag()

    const both = await Promise.all([
      ask('POST', '/data/datasets/tags', { filter, add: tag }),
      ask('POST', '/data/datasets/tags', { datasets: some.toReversed(), add: tag }),
    ])

    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(both.map(({ body }) => body.changed).toSorted((a, b) => a - b)).toEqual([0, some.length])
    expect(await tagged(tag)).toBe(some.length)
  })

  test('protect: datasets cannot be deleted or revised then, until the protection is taken away', async () => {
    const [keep, other] = [await newTag({ protected: true }), await newTag()]
    const chosen = some.slice(0, 4)
    const revision = (await ask('POST', '/data/revision', { name: 'protected-then' })).body.id
    await lab.database.script(`delete from data_filerecord where dataset_id in ('${chosen.join("','")}')`)
    await ask('POST', '/data/datasets/tags', { datasets: chosen, add: other })
    const protecting = await ask('POST', '/data/datasets/tags', { datasets: chosen, add: keep })
    expect(protecting.body).toMatchObject({ changed: 4, protected: 0, protected_after: 4 })

    const deletion = await ask('POST', '/data/dataset/bulk', { delete: [chosen[0]] })
    const revising = await ask('POST', '/data/datasets/revision', { datasets: chosen, revision })
    const lifted = await ask('POST', '/data/datasets/tags', { datasets: chosen, unprotect: true })

    expect(deletion.status).toBe(403)
    expect(revising.status).toBe(403)
    expect(revising.body.error.message).toMatch(/4 of 4 datasets cannot .* 4 are protected by a tag/)
    expect(lifted.body).toMatchObject({ changed: 4, protected: 4, protected_after: 0 })
    expect(await tagged(other)).toBe(4)
    expect(await tagged(keep)).toBe(0)
    expect((await ask('POST', '/data/datasets/revision', { datasets: chosen, revision })).status).toBe(200)
  })

  test('are refused with what is wrong', async () => {
    const keep = await newTag({ protected: true })
    const nobody = '00000000-0000-4000-8000-000000000001'
    for (const [body, status, said] of [
      [{ filter, datasets: some, add: keep }, 400, /either "datasets", keys of them, or a "filter"/],
      [{ add: keep }, 400, /either/],
      [{ filter }, 400, /"add" a tag, "remove" one, or "unprotect"/],
      [{ filter, add: nobody }, 400, /no tag with the key/],
      [{ filter, add: keep, remove: keep }, 400, /cannot be added and removed/],
      [{ filter, add: keep, unprotect: true }, 400, /protects: it cannot be added/],
      [{ filter: { sesion: 'x' }, add: keep }, 400, /Did you mean "session"/],
      [{ filter: { search: 7 }, add: keep }, 400, /Expected a text/],
      [{ filter: { ordering: 'name' }, add: keep }, 400, /ordering/],
      [{ datasets: [nobody], add: keep }, 404, /1 of 1 datasets are not there/],
    ] as const) {
      const { status: got, body: answer } = await ask('POST', '/data/datasets/tags', body)
      expect(got, JSON.stringify(body).slice(0, 80)).toBe(status)
      expect(answer.error.message).toMatch(said)
    }
    expect(await number('select count(*) from data_dataset_tags')).toBe(0)
  })

  test('are for those who may change the datasets; others are left out when that is asked for', async () => {
    const tag = await newTag()
    await lab.database.script(`update data_dataset set created_by_id = null where id in ('${some.join("','")}')`)
    await lab.database.script(
      `update data_dataset set created_by_id = (select id from misc_labmember where username = 'analyst') where id = '${some[0]}'`,
    )
    const chosen = { datasets: some.slice(0, 3), add: tag }

    const trial = await member('POST', '/data/datasets/tags', { ...chosen, dry_run: true })
    const refused = await member('POST', '/data/datasets/tags', chosen)
    const public_ = await visitor('POST', '/data/datasets/tags', chosen)
    const partial = await member('POST', '/data/datasets/tags', { ...chosen, partial: true })

    expect(trial.body).toMatchObject({ datasets: 3, changed: 1, left: { forbidden: 2 } })
    expect(refused.status).toBe(403)
    expect(refused.body.error.message).toMatch(/may not change 2 of these 3 datasets/)
    expect(public_.status).toBe(403)
    expect(partial.body).toMatchObject({ written: true, changed: 1, left: { forbidden: 2 } })
    expect(await tagged(tag)).toBe(1)
  })
})

describe('taking back', () => {
  test('gives back exactly the tags that there were, for who did it and for superusers', async () => {
    const [old, fresh] = [await newTag({ protected: true }), await newTag()]
    await ask('POST', '/data/datasets/tags', { datasets: some.slice(0, 3), add: old })
    await ask('POST', '/data/datasets/tags', { datasets: [some[0]], add: fresh })
    const { body } = await ask('POST', '/data/datasets/tags', { filter, add: fresh, unprotect: true })
    expect(body.deed).toMatch(/^\d+\./)
    expect([await tagged(old), await tagged(fresh)]).toEqual([0, some.length])

    const byOthers = await member('POST', '/data/datasets/undo', { deed: body.deed })
    expect(byOthers.status).toBe(403)
    expect(byOthers.body.error.message).toMatch(/Only who changed these datasets/)
    const undone = await ask('POST', '/data/datasets/undo', { deed: body.deed })

    expect(undone.body).toEqual({ written: true, datasets: some.length })
    expect([await tagged(old), await tagged(fresh)]).toEqual([3, 1])
    const again = await ask('POST', '/data/datasets/undo', { deed: body.deed })
    expect(again.status).toBe(409)
    expect([await tagged(old), await tagged(fresh)]).toEqual([3, 1])
  })

  test('is refused to who did it and may not change the datasets any more', async () => {
    const tag = await newTag()
    const mine = (username: string) =>
      lab.database.script(
        `update data_dataset set created_by_id = (select id from misc_labmember where username = '${username}') where id in ('${some[0]}', '${some[1]}')`,
      )
    await mine('analyst')
    const { status, body } = await member('POST', '/data/datasets/tags', { datasets: some.slice(0, 2), add: tag })
    expect(status, JSON.stringify(body)).toBe(200)
    await mine('tester')

    const refused = await member('POST', '/data/datasets/undo', { deed: body.deed })
    await mine('analyst')
    const undone = await member('POST', '/data/datasets/undo', { deed: body.deed })

    expect(refused.status).toBe(403)
    expect(refused.body.error.message).toMatch(/may not change 2 of these 2 datasets any more/)
    expect(undone.status).toBe(200)
    expect(await tagged(tag)).toBe(0)
  })

  test('is refused when any of it was changed since, and for other changes', async () => {
    const tag = await newTag()
    const { body } = await ask('POST', '/data/datasets/tags', { datasets: some.slice(0, 4), add: tag })
    await ask('POST', '/data/datasets/tags', { datasets: [some[1]], remove: tag })
    await ask('POST', '/data/datasets/tags', { datasets: [some[1]], add: tag })

    const { status, body: said } = await ask('POST', '/data/datasets/undo', { deed: body.deed })

    expect(status).toBe(409)
    expect(said.error.message).toMatch(/1 tags of datasets are not as this change left them/)
    expect(await tagged(tag)).toBe(4)
    const [transaction, request] = (
      await rows(
        `select transaction, request from alyx.change where table_name = 'data_tag' and key = '${tag}' order by id limit 1`,
      )
    )[0]!
    for (const deed of [`${transaction}.${request}`, '1.req-1', 'nothing'])
      expect((await ask('POST', '/data/datasets/undo', { deed })).status, deed).toBe(404)
  })
})

describe('revisions of many datasets', () => {
  const lyingIn = (ids: readonly string[], folder: string) =>
    lab.database.script(`
      delete from data_filerecord where dataset_id in ('${ids.join("','")}');
      insert into data_filerecord (id, name, relative_path, exists, data_repository_id, dataset_id)
      select gen_random_uuid(), '', 'lab/Subjects/x/2026-01-01/001/' || d.id || '/${folder}' || d.name, true,
             (select id from data_datarepository order by name limit 1), d.id
        from data_dataset d where d.id in ('${ids.join("','")}')`)

  test('are set where the files lie in its folder, and can be taken back', async () => {
    const revision = (await ask('POST', '/data/revision', { name: '2026-03-01' })).body.id
    const chosen = some.slice(0, 6)
    await lyingIn(chosen.slice(0, 4), '#2026-03-01#/')
    await lyingIn(chosen.slice(4), '')

    const trial = await ask('POST', '/data/datasets/revision', { datasets: chosen, revision, dry_run: true })
    const refused = await ask('POST', '/data/datasets/revision', { datasets: chosen, revision })
    const partial = await ask('POST', '/data/datasets/revision', { datasets: chosen, revision, partial: true })

    expect(trial.body).toMatchObject({ datasets: 6, changed: 4, left: { elsewhere: 2, taken: 0, protected: 0 } })
    expect(refused.status).toBe(409)
    expect(refused.body.error.message).toMatch(/2 have copies in the folder of another revision/)
    expect(partial.body).toMatchObject({ written: true, changed: 4 })
    const revised = () => number(`select count(*) from data_dataset where revision_id = '${revision}'`)
    expect(await revised()).toBe(4)
    expect((await ask('POST', '/data/datasets/undo', { deed: partial.body.deed })).status).toBe(200)
    expect(await revised()).toBe(0)
  })

  /** Another dataset of the same place, in a revision or, for null, the original. */
  const twinOf = (id: string, revision: string | null) => {
    const same =
      'session_id, collection, name, dataset_type_id, data_format_id, content_type_id, object_id, json, created_by_id, created_datetime, generating_software, file_size, hash, version, qc'
    return lab.database.script(`insert into data_dataset (id, revision_id, default_dataset, auto_datetime, ${same})
      select gen_random_uuid(), ${revision ? `'${revision}'` : 'null'}, false, now(), ${same} from data_dataset where id = '${id}'`)
  }

  test('are not taken back where another dataset has got the place since', async () => {
    const revision = (await ask('POST', '/data/revision', { name: 'moved' })).body.id
    const [first] = some as [string]
    const [former] = (await rows(`select revision_id from data_dataset where id = '${first}'`))[0]!
    await lyingIn([first], '#moved#/')
    const { body } = await ask('POST', '/data/datasets/revision', { datasets: [first], revision })
    await twinOf(first, former!)

    const undone = await ask('POST', '/data/datasets/undo', { deed: body.deed })

    expect(undone.status).toBe(409)
    expect(undone.body.error.message).toMatch(/1 datasets would take the place of another/)
  })

  test('are not set where another dataset has the place', async () => {
    const revision = (await ask('POST', '/data/revision', { name: 'taken' })).body.id
    const [first] = some as [string]
    await lyingIn([first], '#taken#/')
    await twinOf(first, revision)

    const { status, body } = await ask('POST', '/data/datasets/revision', { datasets: [first], revision })

    expect(status).toBe(409)
    expect(body.error.details).toMatchObject({ taken: 1, elsewhere: 0, protected: 0 })
    expect(
      (await ask('POST', '/data/datasets/revision', { datasets: [first], revision: some[0] })).body.error.message,
    ).toMatch(/no revision with the key/)
  })
})

describe('releases', () => {
  test('are tags that protect or make public, with what is in them', async () => {
    await newTag()
    const body = { filter, name: '2026_Q1_release', description: 'First of the year', public: true, protected: true }
    const trial = await ask('POST', '/data/releases', { ...body, dry_run: true })
    expect(trial.body).toMatchObject({ written: false, datasets: some.length, changed: some.length })
    expect(await number(`select count(*) from data_tag where name = '2026_Q1_release'`)).toBe(0)

    const made = await ask('POST', '/data/releases', { ...body, expected: some.length })

    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const { body: list, statements } = await visitor('GET', '/data/releases')
    expect(statements).toBeLessThanOrEqual(3)
    expect(list.results.every((one: { public: boolean; protected: boolean }) => one.public || one.protected)).toBe(true)
    const found = list.results.find(({ id }: { id: string }) => id === made.body.release.id)
    expect(found).toMatchObject({
      name: '2026_Q1_release',
      description: 'First of the year',
      public: true,
      protected: true,
      datasets: some.length,
      labs: [filter.session__lab__name],
      sessions: await number(`select count(distinct session_id) from data_dataset where id in ('${some.join("','")}')`),
      bytes: await number(`select sum(file_size) from data_dataset where id in ('${some.join("','")}')`),
    })
    expect(Date.now() - Date.parse(found.changed_at)).toBeLessThan(60_000)
    expect((await ask('POST', '/data/releases', body)).status).toBe(400)
    expect((await ask('POST', '/data/datasets/undo', { deed: made.body.deed })).status).toBe(200)
    expect(await number(`select count(*) from data_tag where name = '2026_Q1_release'`)).toBe(0)
  })

  test('are not taken back once more datasets have the tag', async () => {
    const made = await ask('POST', '/data/releases', { datasets: some.slice(0, 2), name: 'grown', public: true })
    await ask('POST', '/data/datasets/tags', { datasets: [some[5]], add: made.body.release.id })

    const { status, body } = await ask('POST', '/data/datasets/undo', { deed: made.body.deed })

    expect(status).toBe(409)
    expect(body.error.message).toMatch(/the tag that was made was changed, or given to more datasets/)
    expect(await tagged(made.body.release.id)).toBe(3)
  })

  test('tell which of them have cache tables', async () => {
    for (const name of ['with_tables', 'without_tables', 'no folder'])
      expect((await ask('POST', '/data/tag', { name, public: true })).status).toBe(201)
    await mkdir(join(lab.folder, 'tables/with_tables'), { recursive: true })
    await writeFile(join(lab.folder, 'tables/with_tables/cache_info.json'), '{}')

    const { results } = (await member('GET', '/data/releases/tables')).body

    const of = (wanted: string) => results.find(({ name }: { name: string }) => name === wanted)
    expect(Date.now() - Date.parse(of('with_tables').written_at)).toBeLessThan(60_000)
    expect(of('without_tables')).toMatchObject({ possible: true, written_at: null })
    expect(of('no folder')).toMatchObject({ possible: false, written_at: null })
  })

  test('are made by members, not by visitors, and have to be public or protected', async () => {
    const body = { datasets: some.slice(0, 1), name: 'neither' }
    expect((await visitor('POST', '/data/releases', { ...body, public: true })).status).toBe(403)
    const { status, body: said } = await ask('POST', '/data/releases', body)
    expect(status).toBe(400)
    expect(said.error.message).toMatch(/public, protected, or both/)
  })
})
