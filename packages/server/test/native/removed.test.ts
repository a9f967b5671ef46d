import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, read } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
let member: Ask
let visitor: Ask
beforeAll(async () => {
  lab = await servedLaboratory({
    settings: {
      ALYX_REPORT_ADDRESS: 'https://example.org/issues',
      ALYX_NARRATIVE_TEMPLATES: '{"Headplate implant": "Bregma–Lambda: mm"}',
    },
  })
  ask = asking(lab, lab.token)
  member = asking(lab, await tokenOfNew(lab.database, 'ann.removed', 'member'))
  visitor = asking(lab, await tokenOfNew(lab.database, 'visitor.removed', 'public'))
})
afterAll(() => lab.close())

/** Everything that the laboratory says of an animal, as text. */
const everythingOf = async (subject: string) =>
  JSON.stringify(
    await lab.database.rows(sql`
      select to_jsonb(s)::text, (select jsonb_agg(to_jsonb(x) order by x.id) from actions_session x where x.subject_id = s.id)::text,
             (select jsonb_agg(to_jsonb(x) order by x.id) from actions_weighing x where x.subject_id = s.id)::text,
             (select jsonb_agg(to_jsonb(x) order by x.id) from subjects_zygosity x where x.subject_id = s.id)::text,
             (select jsonb_agg(to_jsonb(p) order by p.project_id) from subjects_subject_projects p where p.subject_id = s.id)::text,
             (select jsonb_agg(to_jsonb(u) order by u.session_id, u.labmember_id) from actions_session_users u
                join actions_session x on x.id = u.session_id where x.subject_id = s.id)::text,
             (select jsonb_agg(to_jsonb(d) order by d.id) from data_dataset d join actions_session x on x.id = d.session_id
               where x.subject_id = s.id)::text
        from subjects_subject s where s.id = ${subject}::uuid`),
  )

async function anAnimal(): Promise<string> {
  const [[id]] = (await lab.database.rows(sql`
    select s.id::text from subjects_subject s where exists (select from actions_weighing w where w.subject_id = s.id)
       and exists (select from actions_session a where a.subject_id = s.id)
       and not exists (select from data_dataset d join actions_session a on a.id = d.session_id
                         join data_dataset_tags t on t.dataset_id = d.id where a.subject_id = s.id)
     order by s.nickname limit 1`)) as [[string]]
  return id
}

describe('A row that was removed', () => {
  test('is told with who removed it, and comes back with everything that went with it, exactly as it was', async () => {
    const id = await anAnimal()
    const before = await everythingOf(id)
    expect((await ask('DELETE', `/subjects/subject/${id}`)).status).toBe(204)
    expect(await everythingOf(id)).toBe('[]')

    const { results } = await read(ask, '/removed/subjects/subject')
    const told = results.find(({ key }: { key: string }) => key === id)
    expect(told).toMatchObject({ title: told.values.nickname, user: { username: expect.any(String) } })

    const dry = await ask('POST', `/removed/subjects/subject/${id}`, { dry_run: true })
    expect(dry.body).toMatchObject({ written: false, recovered: { 'subjects.subject': 1 }, lost: [] })
    expect(dry.body.recovered['actions.weighing']).toBeGreaterThan(0)
    expect(await everythingOf(id)).toBe('[]')

    const back = await ask('POST', `/removed/subjects/subject/${id}`, {})
    expect(back.body).toEqual({ ...dry.body, written: true })
    expect(await everythingOf(id)).toBe(before)

    const after = await read(ask, '/removed/subjects/subject')
    expect(after.results.map(({ key }: { key: string }) => key)).not.toContain(id)
    expect((await ask('POST', `/removed/subjects/subject/${id}`, {})).status).toBe(400)
  })

  test('comes back alone, although the same request removed others', async () => {
    const made = await Promise.all(
      ['first', 'second'].map(
        async (name) => (await ask('POST', '/subjects/project', { name: `removed ${name}` })).body.id,
      ),
    )
    await ask('POST', '/subjects/project/bulk', { delete: made })

    const { body } = await ask('POST', `/removed/subjects/project/${made[0]}`, {})

    expect(body.recovered).toEqual({ 'subjects.project': 1 })
    expect((await ask('GET', `/subjects/project/${made[0]}`)).status).toBe(200)
    expect((await ask('GET', `/subjects/project/${made[1]}`)).status).toBe(404)
  })

  test('is referred to again by what lost its link, unless that refers to something else by now', async () => {
    const { id: location } = (await ask('POST', '/misc/lablocation', { name: 'Rig removed' })).body
    const rows = (await lab.database.rows(sql`select id::text from actions_session order by id limit 2`)) as [string][]
    const [[one], [other]] = rows as [[string], [string]]
    for (const session of [one, other]) await ask('PATCH', `/actions/session/${session}`, { location })
    await ask('DELETE', `/misc/lablocation/${location}`)
    const { id: elsewhere } = (await ask('POST', '/misc/lablocation', { name: 'Elsewhere' })).body
    await ask('PATCH', `/actions/session/${other}`, { location: elsewhere })

    await ask('POST', `/removed/misc/lablocation/${location}`, {})

    expect((await ask('GET', `/actions/session/${one}`)).body.location.id).toBe(location)
    expect((await ask('GET', `/actions/session/${other}`)).body.location.id).toBe(elsewhere)
  })

  test('says what has to come back first, and loses what may be empty', async () => {
    const { id: source } = (await ask('POST', '/subjects/source', { name: 'Removed' })).body
    const subject = (await ask('POST', '/subjects/subject', { nickname: 'removed_1', source })).body
    const weighing = (await ask('POST', '/actions/weighing', { subject: subject.id, weight: 20.125 })).body.id
    await ask('DELETE', `/actions/weighing/${weighing}`)
    await ask('DELETE', `/subjects/subject/${subject.id}`)
    const gone = await ask('DELETE', `/subjects/source/${source}`)
    expect(gone.status, JSON.stringify(gone.body)).toBe(204)

    const refused = await ask('POST', `/removed/actions/weighing/${weighing}`, {})
    expect(refused.status).toBe(409)
    expect(refused.body.error.message).toContain('subject of weighing')

    expect((await ask('POST', `/removed/subjects/subject/${subject.id}`, {})).body.lost).toEqual(['source of subject'])
    expect((await ask('GET', `/subjects/subject/${subject.id}`)).body.source).toBeNull()
    await ask('POST', `/removed/actions/weighing/${weighing}`, {})
    expect((await ask('GET', `/actions/weighing/${weighing}`)).body.weight).toBe(20.125)
  })

  test('comes back for those who may make such rows', async () => {
    const { id } = (await ask('POST', '/subjects/project', { name: 'removed third' })).body
    await ask('DELETE', `/subjects/project/${id}`)

    expect((await member('GET', '/removed/subjects/project')).status).toBe(403)
    expect((await member('POST', `/removed/subjects/project/${id}`, {})).status).toBe(403)
    expect((await member('GET', '/removed/actions/weighing')).status).toBe(200)
    expect((await visitor('GET', '/removed/actions/weighing')).status).toBe(403)
  })

  test('is no account, no row of the framework, and nothing that was never there', async () => {
    expect((await ask('GET', '/removed/misc/labmember')).status).toBe(404)
    expect((await ask('GET', '/removed/auth/permission')).status).toBe(404)
    expect((await ask('POST', '/removed/subjects/subject/00000000-0000-4000-8000-000000000001', {})).status).toBe(404)
  })
})

test('Every page is told of the installation what its settings say', async () => {
  expect(await read(member, '/site')).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    report_address: 'https://example.org/issues',
    narrative_templates: { 'Headplate implant': 'Bregma–Lambda: mm' },
  })
})
