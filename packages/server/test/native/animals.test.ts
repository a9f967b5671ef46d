import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, read } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
beforeAll(async () => {
  lab = await servedLaboratory()
  ask = asking(lab, await tokenOfNew(lab.database, 'reader', 'member'))
})
afterAll(() => lab.close())

/** The animal of the demo with the most sessions: it was bought, operated, restricted and trained. */
const trained = async (): Promise<{ id: string; nickname: string }> =>
  (
    await lab.database.objects<{ id: string; nickname: string }>(sql`
      select s.id, s.nickname from subjects_subject s join actions_session a on a.subject_id = s.id
       group by s.id having count(a.n_trials) > 0 order by count(*) desc, s.id limit 1`)
  )[0]!
const numberOf = async (text: string) => Number((await lab.database.rows({ text, values: [] }))[0]![0])

describe('the page of an animal', () => {
  test('has who it is, what was done, and where its water stands', async () => {
    const { id, nickname } = await trained()

    const animal = await read(ask, `/animals/${id}`)

    expect(animal).toMatchObject({
      id,
      nickname,
      lab: { title: expect.any(String) },
      water: { day: expect.any(String) },
    })
    expect(animal.counts.sessions).toBe(
      await numberOf(`select count(*) from actions_session where subject_id = '${id}'`),
    )
    expect(animal.implants).toHaveLength(
      await numberOf(`select count(*) from actions_surgery where implant_weight > 0 and subject_id = '${id}'`),
    )
    expect(animal.restrictions[0]).toMatchObject({
      start_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*[+-]\d\d:\d\d$/),
    })
  })

  test('of a pup names its parents, littermates and housing', async () => {
    const [[pup, father]] = (await lab.database.rows(sql`
      select s.id, p.father_id from subjects_subject s join subjects_litter l on l.id = s.litter_id
        join subjects_breedingpair p on p.id = l.breeding_pair_id
       where p.father_id is not null and p.mother1_id is not null order by s.id limit 1`)) as [[string, string]]

    const animal = await read(ask, `/animals/${pup}`)

    expect(animal.father.id).toBe(father)
    expect(animal.mothers.length).toBeGreaterThan(0)
    expect(animal.littermates).toHaveLength(
      await numberOf(`select count(*) - 1 from subjects_subject where litter_id = '${animal.litter.id}'`),
    )
  })

  test('of nobody does not exist', async () => {
    for (const piece of ['', '/pedigree', '/water', '/performance', '/surgeries', '/timeline', '/notes']) {
      expect((await ask('GET', `/animals/${randomUUID()}${piece}`)).status, piece).toBe(404)
      expect((await ask('GET', `/animals/xyz${piece}`)).status, piece).toBe(404)
    }
  })
})

describe('a pedigree', () => {
  /** `child: father x mother`, made as animals, pairs and litters. */
  async function family(
    tree: Readonly<Record<string, readonly [father: string, mother: string]>>,
  ): Promise<(name: string) => string> {
    const names = [...new Set(Object.entries(tree).flatMap(([child, parents]) => [child, ...parents]))]
    const ids = new Map(names.map((name) => [name, randomUUID()]))
    const labKey = (await lab.database.rows(sql`select id from misc_lab order by name limit 1`))[0]![0]!
    const pairs = new Map<string, string>()
    for (const [, [father, mother]] of Object.entries(tree)) pairs.set(`${father} ${mother}`, randomUUID())
    const quoted = (name: string) => `'${ids.get(name)}'`
    await lab.database.script(
      [
        ...names.map(
          (name) =>
            `insert into subjects_subject (id, name, nickname, sex, ear_mark, protocol_number, description, adverse_effects, to_be_genotyped, to_be_culled, lab_id) values (${quoted(name)}, '', '${name}${quoted(name).slice(1, 9)}', 'U', '', '1', '', '', false, false, '${labKey}')`,
        ),
        ...[...pairs].flatMap(([pair, id]) => {
          const [father, mother] = pair.split(' ') as [string, string]
          return [
            `insert into subjects_breedingpair (id, name, description, father_id, mother1_id) values ('${id}', '${id}', '', ${quoted(father)}, ${quoted(mother)})`,
            `insert into subjects_litter (id, name, description, breeding_pair_id) values ('${id}', '${id}', '', '${id}')`,
          ]
        }),
        ...Object.entries(tree).map(
          ([child, [father, mother]]) =>
            `update subjects_subject set litter_id = '${pairs.get(`${father} ${mother}`)}' where id = ${quoted(child)}`,
        ),
      ].join(';'),
    )
    return (name) => ids.get(name)!
  }
  const pedigree = (id: string, up = 8, down = 4) => read(ask, `/animals/${id}/pedigree?up=${up}&down=${down}`)

  test('has ancestors, littermates and offspring by generation', async () => {
    const id = await family({
      dad: ['granddad', 'granny'],
      me: ['dad', 'mum'],
      sister: ['dad', 'mum'],
      pup: ['me', 'mate'],
    })

    const { relatives } = await pedigree(id('me'))

    const generations = new Map(relatives.map((one: { id: string; generation: number }) => [one.id, one.generation]))
    expect(
      Object.fromEntries(
        ['granddad', 'granny', 'dad', 'mum', 'me', 'sister', 'pup'].map((name) => [name, generations.get(id(name))]),
      ),
    ).toEqual({
      granddad: 2,
      granny: 2,
      dad: 1,
      mum: 1,
      me: 0,
      sister: 0,
      pup: -1,
    })
    expect(relatives.find((one: { id: string }) => one.id === id('me'))).toMatchObject({
      father: id('dad'),
      mothers: [id('mum')],
    })
    expect(generations.get(id('mate'))).toBe(0)
    expect((await pedigree(id('me'), 1, 0)).relatives).toHaveLength(4)
  })

  test.each<[string, Record<string, [string, string]>, number | null]>([
    ['strangers', { x: ['a', 'b'] }, 0],
    ['brother and sister', { a: ['f', 'm'], b: ['f', 'm'], x: ['a', 'b'] }, 0.25],
    ['half siblings', { a: ['f', 'm'], b: ['f', 'n'], x: ['a', 'b'] }, 0.125],
    ['father and daughter', { b: ['a', 'm'], x: ['a', 'b'] }, 0.25],
    ['cousins', { p: ['f', 'm'], q: ['f', 'm'], a: ['p', 's'], b: ['t', 'q'], x: ['a', 'b'] }, 0.0625],
    [
      'brother and sister, twice in a row',
      { a: ['f', 'm'], b: ['f', 'm'], c: ['a', 'b'], d: ['a', 'b'], x: ['c', 'd'] },
      0.375,
    ],
    ['unknown parents', { y: ['x', 'z'] }, null],
  ])('knows how inbred the young of %s are', async (_, tree, expected) => {
    const id = await family(tree)

    expect((await pedigree(id('x'))).inbreeding).toBe(expected)
  })

  test('costs as many statements for eight generations as for one, and survives a slip of the pen', async () => {
    const id = await family({ a: ['b', 'm'], b: ['a', 'm'] })
    const { id: trainedId } = await trained()

    const one = await ask('GET', `/animals/${id('a')}/pedigree?up=1&down=0`)
    const all = await ask('GET', `/animals/${id('a')}/pedigree?up=8&down=4`)

    expect(all.statements).toBe(one.statements)
    expect(all.body.relatives.length).toBeLessThan(10)
    expect((await ask('GET', `/animals/${trainedId}/pedigree?up=9`)).status).toBe(400)
  })
})

describe('weights and water', () => {
  test('are those of the water requirement of rigs, day by day', async () => {
    const { id, nickname } = await trained()
    const series = await read(ask, `/animals/${id}/water`)
    const { date } = series.days
    const contract = (
      await lab.get(`/water-requirement/${nickname}?start_date=${date[0]}&end_date=${date.at(-1)}`)
    ).json()

    expect(contract.records).toHaveLength(date.length)
    for (const [at, record] of contract.records.entries()) {
      expect(date[at]).toBe(record.date)
      expect(series.days.restricted[at]).toBe(record.is_water_restricted)
      expect(series.days.weight[at]).toBe(record.weighing_at)
      expect(series.days.given[at] ?? 0).toBe(record.given_water_total)
      if (series.days.required[at] !== null) expect(series.days.required[at]).toBe(record.expected_water)
      if (series.days.percentage[at] !== null) expect(series.days.percentage[at]).toBe(record.percentage_weight)
      const implant = record.implant_weight
      const [seventy] = series.bands
      if (seventy.weight[at] !== null)
        expect(seventy.weight[at]).toBeCloseTo(0.7 * (record.expected_weight - implant) + implant, 9)
    }
    expect(series.bands.map(({ percent }: { percent: number }) => percent)).toEqual([70, 80])
    expect(series.weighings).toHaveLength(
      await numberOf(`select count(*) from actions_weighing where subject_id = '${id}'`),
    )
  })

  test('of some days only, and never of more than eleven years', async () => {
    const { id } = await trained()
    const whole = await read(ask, `/animals/${id}/water`)
    const [from, to] = [whole.days.date[3], whole.days.date[9]]

    const part = await read(ask, `/animals/${id}/water?from=${from}&to=${to}`)

    for (const name of ['date', 'weight', 'expected', 'given', 'required', 'percentage'])
      expect(part.days[name], name).toEqual(whole.days[name].slice(3, 10))
    for (const wrong of [
      'from=0001-01-02',
      'from=2026-02-30',
      `from=${to}&to=${from}`,
      'from=x',
      'to=2026-01-01T00:00',
    ])
      expect((await ask('GET', `/animals/${id}/water?${wrong}`)).status, wrong).toBe(400)
  })

  test('of an animal of which nothing is known are empty, not an error', async () => {
    const [[id]] = (await lab.database.rows(sql`
      insert into subjects_subject (id, name, nickname, sex, ear_mark, protocol_number, description, adverse_effects, to_be_genotyped, to_be_culled, lab_id)
      select gen_random_uuid(), '', 'NOTHING_KNOWN', 'U', '', '1', '', '', false, false, id from misc_lab limit 1 returning id`)) as [
      [string],
    ]

    const series = await read(ask, `/animals/${id}/water`)

    expect(series.days).toMatchObject({ weight: [null], expected: [null], required: [null] })
    expect(await read(ask, `/animals/${id}`)).toMatchObject({ water: { required_water: null, last_weight: null } })
  })
})

test('a learning curve has the sessions in order, with per cents', async () => {
  const { id } = await trained()
  const { results } = await read(ask, `/animals/${id}/performance`)

  expect(results).toHaveLength(await numberOf(`select count(*) from actions_session where subject_id = '${id}'`))
  const times = results.map(({ start_time }: { start_time: string }) => Date.parse(start_time))
  expect(times).toEqual(times.toSorted((a: number, b: number) => a - b))
  for (const { trials, correct, percent_correct } of results)
    if (trials) expect(percent_correct).toBeCloseTo((100 * correct) / trials, 9)
})

test('surgeries come with people, procedures, narrative and pictures, the latest first', async () => {
  const { id } = await trained()
  const [[latest, user]] = (await lab.database.rows(sql`
    select g.id, u.id from actions_surgery g, misc_labmember u where g.subject_id = ${id}
     order by g.start_time desc, u.username limit 1`)) as [[string, string]]
  const procedure = 'Headplate of this test'
  await lab.database.script(`
    update actions_surgery set narrative = '**Well**', outcome_type = 'r', implant_weight = 1.25 where id = '${latest}';
    insert into actions_proceduretype (id, name, description) values (gen_random_uuid(), '${procedure}', '');
    insert into actions_surgery_procedures (surgery_id, proceduretype_id)
    select '${latest}', id from actions_proceduretype where name = '${procedure}';
    insert into actions_surgery_users (surgery_id, labmember_id) values ('${latest}', '${user}') on conflict do nothing;
    insert into misc_note (id, name, user_id, date_time, text, image, content_type_id, object_id)
    select gen_random_uuid(), '', '${user}', now(), 'The window', 'notes/window.png', c.id, '${latest}'
      from django_content_type c where c.app_label = 'actions' and c.model = 'surgery';
    insert into actions_surgery (id, name, narrative, start_time, outcome_type, subject_id, implant_weight)
    values (gen_random_uuid(), '', 'Nobody knows when', null, '', '${id}', 0)`)

  const { results } = await read(ask, `/animals/${id}/surgeries`)

  expect(results).toHaveLength(await numberOf(`select count(*) from actions_surgery where subject_id = '${id}'`))
  expect(results[0]).toMatchObject({
    id: latest,
    narrative: '**Well**',
    outcome_type: 'r',
    implant_weight: 1.25,
    notes: [{ text: 'The window', image: expect.stringMatching(/^(https?:\/\/[^/]+)?\/.*notes\/window\.png$/) }],
  })
  expect(results[0].procedures.map(({ title }: { title: string }) => title)).toContain(procedure)
  expect(results[0].users.map(({ id: one }: { id: string }) => one)).toContain(user)
  expect(results.at(-1)).toMatchObject({ narrative: 'Nobody knows when', start_time: null, outcome_type: null })
})

test('a timeline has everything, page by page, and of one kind only when that is asked for', async () => {
  const { id } = await trained()
  const whole = await read(ask, `/animals/${id}/timeline?limit=500`)
  const kinds = new Set(whole.results.map(({ kind }: { kind: string }) => kind))
  for (const kind of ['born', 'session', 'surgery', 'restriction began', 'weighing', 'water'])
    expect(kinds, kind).toContain(kind)
  const first = await read(ask, `/animals/${id}/timeline?limit=10`)
  const second = await read(ask, `/animals/${id}/timeline?limit=10&offset=10`)

  expect(first.more).toBe(true)
  expect([...first.results, ...second.results]).toEqual(whole.results.slice(0, 20))
  const weighings = await read(ask, `/animals/${id}/timeline?limit=500&kinds=weighing`)
  expect(weighings.results).toHaveLength(
    await numberOf(`select count(*) from actions_weighing where subject_id = '${id}'`),
  )
  expect((await ask('GET', `/animals/${id}/timeline?kinds=party`)).status).toBe(400)
})

test('notes are those of the animal and of what was done with it, with pictures or all', async () => {
  const { id, nickname } = await trained()
  const [[user, session]] = (await lab.database.rows(sql`
    select u.id, a.id from misc_labmember u, actions_session a where a.subject_id = ${id} order by u.id, a.id limit 1`)) as [
    [string, string],
  ]
  await lab.database.script(`
    insert into misc_note (id, name, user_id, date_time, text, image, content_type_id, object_id)
    select gen_random_uuid(), '', '${user}', now() + interval '2 hours', 'About the session', 'notes/a.png', c.id, '${session}'
      from django_content_type c where c.app_label = 'actions' and c.model = 'session';
    insert into misc_note (id, name, user_id, date_time, text, content_type_id, object_id)
    select gen_random_uuid(), '', '${user}', now() + interval '1 hour', 'About the animal', c.id, '${id}'
      from django_content_type c where c.model = 'subject'`)

  const { results, more } = await read(ask, `/animals/${id}/notes?limit=2`)

  expect(results).toMatchObject([
    {
      text: 'About the session',
      image: expect.stringContaining('notes/a.png'),
      about: { model: 'actions.session', id: session },
    },
    { text: 'About the animal', image: null, about: { model: 'subjects.subject', id, title: nickname } },
  ])
  expect((await read(ask, `/animals/${id}/notes?limit=1`)).more).toBe(true)
  const pictures = await read(ask, `/animals/${id}/notes?pictures=true`)
  expect(pictures.results.every(({ image }: { image: string | null }) => image !== null)).toBe(true)
  expect(typeof more).toBe('boolean')
})

describe('animals on restriction', () => {
  test('are in the table with the numbers of the round', async () => {
    const { results } = await read(ask, '/water-table')
    const open =
      await numberOf(`select count(distinct s.id) from subjects_subject s join actions_waterrestriction r on r.subject_id = s.id
      where s.death_date is null and r.end_time is null and r.start_time <= now()`)

    expect(results).toHaveLength(open)
    expect(results[0].water.restricted_since).not.toBeNull()
  })

  test('are in the training week, Monday first, with what they did each day', async () => {
    const [[day, id]] = (await lab.database.rows(sql`
      select to_char(a.start_time, 'YYYY-MM-DD'), a.subject_id from actions_session a
        join actions_waterrestriction r on r.subject_id = a.subject_id and a.start_time between r.start_time and coalesce(r.end_time, now())
       order by a.start_time, a.id limit 1`)) as [[string, string]]

    const { monday, animals } = await read(ask, `/training-week?date=${day}`)

    expect(new Date(`${monday}T00:00:00Z`).getUTCDay()).toBe(1)
    expect(Date.parse(day) - Date.parse(monday)).toBeLessThan(7 * 86_400_000)
    const animal = animals.find(({ subject }: { subject: { id: string } }) => subject.id === id)
    expect(animal.days).toHaveLength(7)
    expect(animal.days.find(({ date }: { date: string }) => date === day).sessions.length).toBeGreaterThan(0)
    expect(animal.training_days).toBe(
      await numberOf(
        `select count(distinct start_time::date) from actions_session where subject_id = '${id}' and start_time >= '${monday}' and start_time < date '${monday}' + 7`,
      ),
    )
    expect(animal.too_few).toBe(animal.training_days < 5)
  })

  test('have no failures on days to come', async () => {
    const { animals } = await read(ask, '/training-week')

    for (const { days, too_few } of animals) {
      expect(too_few).toBe(false)
      for (const { to_come, required } of days) if (to_come) expect(required).toBeNull()
    }
    expect((await ask('GET', '/training-week?date=monday')).status).toBe(400)
  })
})
