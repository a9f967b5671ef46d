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

  test('knows the sessions of the animal before and after it', async () => {
    const subject = await one('select subject_id from actions_session group by 1 order by count(*) desc, 1 limit 1')
    const keys = (
      await lab.database.rows(sql`select id from actions_session where subject_id = ${subject} order by start_time, id`)
    ).map(([key]) => key)
    const found = await Promise.all(keys.map((key) => read(ask, `/sessions/${key}`)))

    expect(keys.length).toBeGreaterThan(2)
    expect(found.map(({ previous }) => previous?.id ?? null)).toEqual([null, ...keys.slice(0, -1)])
    expect(found.map(({ next }) => next?.id ?? null)).toEqual([...keys.slice(1), null])
    expect(found[1].previous.title).toBe(found[0].alias)
  })

  test('has a day, with what else happened to the animal then and nothing of other days', async () => {
    const [id, subject, day] = (
      await lab.database.rows(sql`
      select a.id, a.subject_id, a.start_time::date::text from actions_session a
       where exists (select from actions_weighing w where w.subject_id = a.subject_id and w.date_time::date = a.start_time::date)
       order by a.start_time desc, a.id limit 1`)
    )[0] as [string, string, string]
    const found = await read(ask, `/sessions/${id}/day`)
    const moments = found.events.map(({ at }: { at: string }) => at)

    expect(found.day).toBe(day)
    expect(moments).toEqual(moments.toSorted())
    expect(moments.every((at: string) => at.startsWith(day))).toBe(true)
    expect(found.events.map(({ id: event }: { id: string }) => event)).not.toContain(id)
    for (const [kind, table, moment] of [
      ['weighing', 'actions_weighing', 'date_time'],
      ['water', 'actions_wateradministration', 'date_time'],
      ['session', 'actions_session', 'start_time'],
    ])
      expect(
        found.events.filter((event: { kind: string }) => event.kind === kind),
        kind,
      ).toHaveLength(
        await number(
          `select count(*) from ${table} where subject_id = '${subject}' and ${moment}::date = '${day}' and id <> '${id}'`,
        ),
      )
    expect((await ask('GET', `/sessions/${randomUUID()}/day`)).status).toBe(404)
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

  test('a field of view has its places, the one to believe first, with coloured regions', async () => {
    const id = await one(
      `select l.field_of_view_id from experiments_fovlocation l join experiments_fovlocation_brain_region j on j.fovlocation_id = l.id
        group by 1 order by count(distinct l.id) desc, 1 limit 1`,
    )
    const field = await read(ask, `/fields-of-view/${id}`)
    const contract = (await lab.get(`/fields-of-view/${id}`)).json()

    expect(field.name).toBe(contract.name)
    expect(field.imaging_type).toBe(contract.imaging_type)
    expect(field.session.id).toBe(contract.session)
    expect(field.locations.length).toBe(contract.location.length)
    expect(field.locations[0].default).toBe(true)
    for (const { provenance, regions, x } of field.locations) {
      const same = contract.location.find((one_: { provenance: string }) => one_.provenance === provenance)
      expect(regions.map(({ id: region }: { id: number }) => region).sort()).toEqual([...same.brain_region].sort())
      expect(x).toEqual(same.x)
      for (const { colour } of regions) expect(colour).toMatch(/^#[0-9a-f]{6}$/)
    }
    expect((await ask('GET', `/fields-of-view/${randomUUID()}`)).status).toBe(404)
  })

  test('the whole tree says the same as its levels, in the order of the atlas', async () => {
    const { results } = await read(ask, '/regions/tree')
    const levels = [(await read(ask, '/regions')).results[0]]
    while (levels.at(-1).inner) levels.push((await read(ask, `/regions?parent=${levels.at(-1).id}`)).results[0])

    expect(results).toHaveLength(await number('select count(*) from experiments_brainregion'))
    for (const level of levels) expect(results.find(({ id }: { id: number }) => id === level.id)).toEqual(level)
    const places = results.map(({ tree, left }: { tree: number; left: number }) => tree * 100_000 + left)
    expect(places).toEqual(places.toSorted((a: number, b: number) => a - b))
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

  test('sessions are counted week by week: with datasets, with all tasks complete, with QC', async () => {
    const [[until, labKey]] = (await lab.database.rows(sql`
      select max(start_time)::date::text, min(lab_id::text) from actions_session where start_time <= now()`)) as [
      [string, string],
    ]
    const { results } = await read(ask, `/data/completeness?until=${until}&weeks=40`)
    const inSpan = `a.start_time >= '${results[0].week}' and a.start_time < date '${results.at(-1).week}' + 7`
    const sum = (name: string) => results.reduce((all: number, one: Record<string, number>) => all + one[name]!, 0)
    const counted = (condition: string) =>
      number(`select count(*) from actions_session a where ${inSpan} and ${condition}`)
    const tasks = 'from jobs_task t where t.session_id = a.id'

    expect(results).toHaveLength(40)
    expect(results.every(({ week }: { week: string }) => new Date(`${week}T00:00:00Z`).getUTCDay() === 1)).toBe(true)
    expect(sum('sessions')).toBe(await counted('true'))
    expect(sum('with_datasets')).toBe(await counted('exists (select from data_dataset d where d.session_id = a.id)'))
    expect(sum('with_tasks')).toBe(await counted(`exists (select ${tasks})`))
    expect(sum('tasks_complete')).toBe(
      await counted(`exists (select ${tasks}) and not exists (select ${tasks} and t.status <> 60)`),
    )
    expect(sum('qc_set')).toBe(await counted('a.qc <> 0'))
    expect(sum('tasks_complete')).toBeGreaterThan(0)

    const ofLab = await read(ask, `/data/completeness?until=${until}&weeks=40&lab=${labKey}`)
    const sessions = ofLab.results.reduce((all: number, one: { sessions: number }) => all + one.sessions, 0)
    expect(sessions).toBe(await counted(`a.lab_id = '${labKey}'`))
    expect((await ask('GET', '/data/completeness?weeks=0')).status).toBe(400)
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
