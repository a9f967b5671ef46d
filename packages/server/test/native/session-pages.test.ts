import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, read } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
beforeAll(async () => {
  lab = await servedLaboratory()
  ask = asking(lab, await tokenOfNew(lab.database, 'analyst', 'member'))
})
afterAll(() => lab.close())

const one = async (text: string) => (await lab.database.rows({ text, values: [] }))[0]![0]!
const number = async (text: string) => Number(await one(text))

describe('a session', () => {
  const withInsertions = () =>
    one(
      'select session_id from experiments_probeinsertion i where exists (select from data_dataset d where d.session_id = i.session_id) order by session_id limit 1',
    )

  test('has people, procedures, notes, insertions, tasks and totals on one page', async () => {
    const id = await withInsertions()
    const session = await read(ask, `/sessions/${id}`)
    const contract = (await lab.get(`/sessions/${id}`)).json()

    expect(session.subject.title).toBe(contract.subject)
    expect(session.lab.title).toBe(contract.lab)
    expect(session.task_protocol).toBe(contract.task_protocol)
    expect(session.users.map(({ title }: { title: string }) => title).sort()).toEqual([...contract.users].sort())
    expect(session.alias).toBe(
      `${contract.subject}/${contract.start_time.slice(0, 10)}/${String(contract.number).padStart(3, '0')}`,
    )
    expect(session.insertions).toHaveLength(
      await number(`select count(*) from experiments_probeinsertion where session_id = '${id}'`),
    )
    expect(session.tasks).toHaveLength(await number(`select count(*) from jobs_task where session_id = '${id}'`))
    expect(session.totals).toEqual({
      datasets: await number(`select count(*) from data_dataset where session_id = '${id}'`),
      bytes: await number(`select coalesce(sum(file_size), 0) from data_dataset where session_id = '${id}'`),
    })
  })

  test('shows pictures of notes with addresses that lead to them', async () => {
    const id = await withInsertions()
    await lab.database.script(`insert into misc_note (id, name, date_time, text, image, object_id, content_type_id, user_id)
      select gen_random_uuid(), '', now(), 'Look', 'uploaded/2026/a b.png', '${id}', (select min(id) from django_content_type), (select id from misc_labmember limit 1)`)

    const { notes } = await read(ask, `/sessions/${id}`)

    expect(notes[0].text).toBe('Look')
    expect(notes[0].image).toMatch(/^http:\/\/.*\/uploaded\/2026\/a%20b\.png$/)
  })

  test('lists its datasets with all copies and the addresses that clients get', async () => {
    const id = await one(
      'select d.session_id from data_dataset d join data_filerecord f on f.dataset_id = d.id join data_datarepository r on r.id = f.data_repository_id where r.data_url is not null and f.exists and d.session_id is not null order by 1 limit 1',
    )
    const { results, more } = await read(ask, `/sessions/${id}/datasets`)

    expect(more).toBe(false)
    expect(results).toHaveLength(await number(`select count(*) from data_dataset where session_id = '${id}'`))
    for (const { id: dataset, copies } of results) {
      const { file_records } = (await lab.get(`/datasets/${dataset}`)).json()
      const urls = (rows: readonly { url?: string | null; data_url?: string | null }[]) =>
        rows.map(({ url, data_url }) => url ?? data_url ?? '').sort()
      expect(urls(copies)).toEqual(urls(file_records))
    }
    const page = await read(ask, `/sessions/${id}/datasets?limit=1&offset=1`)
    expect(page.results).toEqual(results.slice(1, 2))
    expect(page.more).toBe(results.length > 2)
  })

  test('that does not exist is not found', async () => {
    expect((await ask('GET', `/sessions/${randomUUID()}`)).status).toBe(404)
    expect((await ask('GET', '/sessions/now')).status).toBe(404)
    expect((await read(ask, `/sessions/${randomUUID()}/datasets`)).results).toEqual([])
    expect((await ask('GET', `/insertions/${randomUUID()}`)).status).toBe(404)
  })
})

describe('anatomy', () => {
  test('an insertion has its trajectories, the most believed first, and channels with coloured regions', async () => {
    const id =
      await one(`select t.probe_insertion_id from experiments_trajectoryestimate t join experiments_channel c on c.trajectory_estimate_id = t.id
      where t.probe_insertion_id is not null and c.brain_region_id is not null order by 1 limit 1`)
    const insertion = await read(ask, `/insertions/${id}`)
    const provenances = insertion.trajectories.map(({ provenance }: { provenance: number }) => provenance)

    expect(provenances).toEqual(provenances.toSorted((a: number, b: number) => b - a))
    expect(insertion.trajectories[0].label).toMatch(/\S/)
    expect(insertion.channels.length).toBeGreaterThan(0)
    const painted = insertion.channels.filter(({ region }: { region: object | null }) => region)
    for (const { region } of painted) expect(region.colour, region.acronym).toMatch(/^#[0-9a-f]{6}$/)
    const axial = insertion.channels.map((channel: { axial: number }) => channel.axial)
    expect(axial).toEqual(axial.toSorted((a: number, b: number) => a - b))
    expect((await read(ask, `/insertions/${id}?provenance=10`)).channels).toEqual([])
    expect((await ask('GET', `/insertions/${id}?provenance=11`)).status).toBe(400)
  })

  test('the tree of regions is opened level by level; counts include what lies inside', async () => {
    const outermost: { id: number; channels: number; inner: boolean }[] = (await read(ask, '/regions')).results
    const placed = await number('select count(*) from experiments_channel where brain_region_id is not null')

    expect(placed).toBeGreaterThan(0)
    expect(outermost.reduce((sum, { channels }) => sum + channels, 0)).toBe(placed)
    let level = outermost.toSorted((a, b) => b.channels - a.channels)[0]!
    let depth = 0
    while (level.inner) {
      const inner: { id: number; parent: number; channels: number; inner: boolean }[] = (
        await read(ask, `/regions?parent=${level.id}`)
      ).results
      expect(inner.length).toBeGreaterThan(0)
      const own = await number(`select count(*) from experiments_channel where brain_region_id = ${level.id}`)
      expect(inner.reduce((sum, { channels }) => sum + channels, own)).toBe(level.channels)
      level = inner.toSorted((a, b) => b.channels - a.channels)[0]!
      depth += 1
    }
    expect(depth).toBeGreaterThan(3)
    for (const wrong of ['parent=x', 'parent=99999999999', 'parent=1.5'])
      expect((await ask('GET', `/regions?${wrong}`)).status, wrong).toBe(400)
    expect((await read(ask, '/regions?parent=-1')).results).toEqual([])
  })
})

describe('data', () => {
  test('totals are the sums of all datasets and copies', async () => {
    const totals = await read(ask, '/data/totals?fresh=true')
    const bytes = await number('select sum(file_size) from data_dataset')

    expect(totals.all).toMatchObject({ datasets: await number('select count(*) from data_dataset'), bytes })
    for (const name of ['labs', 'types', 'months'])
      expect(
        totals[name].reduce((sum: number, part: { bytes: number }) => sum + part.bytes, 0),
        name,
      ).toBe(bytes)
    for (const { id, title, datasets, expected } of totals.repositories) {
      expect(datasets, title).toBe(
        await number(`select count(*) from data_filerecord where exists and data_repository_id = '${id}'`),
      )
      expect(expected, title).toBe(
        await number(`select count(*) from data_filerecord where not exists and data_repository_id = '${id}'`),
      )
    }
    const missing = await number(`select count(*) from data_dataset where id not in (
      select f.dataset_id from data_filerecord f join data_datarepository r on r.id = f.data_repository_id where f.exists and r.globus_is_personal is distinct from true)`)
    expect(totals.missing).toBe(missing)
  })

  test('totals are remembered, and worked out anew when that is asked for', async () => {
    const first = await read(ask, '/data/totals')
    await lab.database.script(
      `update data_dataset set file_size = coalesce(file_size, 0) + 1000 where id = (select min(id::text)::uuid from data_dataset)`,
    )

    expect(await read(ask, '/data/totals')).toEqual(first)
    expect((await read(ask, '/data/totals?fresh=true')).all.bytes).toBe(first.all.bytes + 1000)
  })

  test('datasets without a copy that everybody reaches are listed, of one lab when that is asked for', async () => {
    const [dataset, labKey] = (
      await lab.database.rows(sql`
      select d.id, a.lab_id from data_dataset d join actions_session a on a.id = d.session_id where a.lab_id is not null order by d.id limit 1`)
    )[0] as [string, string]
    await lab.database.execute(sql`update data_filerecord set "exists" = false where dataset_id = ${dataset}`)

    const { results } = await read(ask, `/data/missing?lab=${labKey}&limit=2000`)

    expect(results.map(({ id }: { id: string }) => id)).toContain(dataset)
    for (const { copies } of results)
      expect(
        copies.filter(({ exists, personal }: { exists: boolean; personal: boolean }) => exists && personal !== true),
      ).toEqual([])
    expect((await read(ask, `/data/missing?lab=${randomUUID()}`)).results).toEqual([])
  })
})

describe('the first page', () => {
  test('has what waits for the animals of a person, with a month of weights, in six statements', async () => {
    const [[person, username]] = (await lab.database.rows(sql`
      select u.id, u.username from subjects_subject s join misc_labmember u on u.id = s.responsible_user_id and u.is_active and not u.is_public_user
        join actions_waterrestriction r on r.subject_id = s.id and r.end_time is null
       where s.death_date is null group by u.id order by count(*) desc, u.id limit 1`)) as [[string, string]]
    await lab.database.script(
      `update subjects_subject set to_be_culled = true where id = (select id from subjects_subject where death_date is null and responsible_user_id = '${person}' order by id limit 1)`,
    )
    const [[token]] = (await lab.database.rows(
      sql`insert into authtoken_token (key, user_id, created) values ('home-page-token', ${person}, now()) on conflict (user_id) do update set created = now() returning key`,
    )) as [[string]]
    const theirs = asking(lab, token)
    const subject = await one(
      `select s.id from subjects_subject s join actions_waterrestriction r on r.subject_id = s.id and r.end_time is null where s.death_date is null and s.responsible_user_id = '${person}' order by s.nickname limit 1`,
    )
    await theirs('PATCH', `/subjects/subject/${subject}`, { description: 'Seen on the first page.' })

    const people = (
      await lab.database.rows(
        sql`select from_labmember_id from misc_labmember_allowed_users where to_labmember_id = ${person} union select ${person}::uuid`,
      )
    ).map(([id]) => id!)

    const home = await read(theirs, '/home')

    expect(username).toMatch(/\S/)
    expect(home.today.weigh.count).toBe(
      (await read(theirs, '/rounds')).cages
        .flatMap(({ animals }: { animals: object[] }) => animals)
        .filter(
          ({
            responsible_user,
            water,
          }: {
            responsible_user: { id: string } | null
            water: { weight_today: number | null }
          }) => water.weight_today === null && people.includes(responsible_user?.id ?? ''),
        ).length,
    )
    expect(home.today.cull.count).toBeGreaterThanOrEqual(1)
    expect(home.animals.count).toBe(
      await number(
        `select count(*) from subjects_subject s where s.death_date is null and (s.responsible_user_id = '${person}' or s.responsible_user_id in (select from_labmember_id from misc_labmember_allowed_users where to_labmember_id = '${person}'))`,
      ),
    )
    expect(home.animals.first[0].on_restriction).toBe(true)
    const animal = home.animals.first.find((one_: { subject: { id: string } }) => one_.subject.id === subject)
    expect(animal.weights).toHaveLength(
      await number(
        `select count(distinct date_time::date) from actions_weighing where subject_id = '${subject}' and date_time >= current_date - 29`,
      ),
    )
    expect(home.recent[0]).toMatchObject({
      model: 'subjects.subject',
      id: subject,
      operation: 'update',
      title: animal.subject.title,
    })
  })

  test('shows a stock manager what the whole colony waits for', async () => {
    const stock = asking(lab, await tokenOfNew(lab.database, 'stock.home', 'stock manager'))
    const newcomer = asking(lab, await tokenOfNew(lab.database, 'newcomer', 'member'))

    const home = await read(stock, '/home')

    expect(home.today.genotype.count).toBe(
      await number('select count(*) from subjects_subject where to_be_genotyped and death_date is null'),
    )
    expect(home.animals).toEqual({ count: 0, first: [] })
    expect((await read(newcomer, '/home')).today).toMatchObject({
      weigh: { count: 0, first: [] },
      cull: { count: 0 },
      wean: { count: 0 },
    })
  })
})
