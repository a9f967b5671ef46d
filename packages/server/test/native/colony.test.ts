import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, MOST_STATEMENTS, read } from './asking.ts'

let lab: ServedLaboratory
let admin: Ask
let stock: Ask
let keeper: Ask
let stranger: Ask
let visitor: Ask
let person: string
beforeAll(async () => {
  lab = await servedLaboratory()
  admin = asking(lab, lab.token)
  stock = asking(lab, await tokenOfNew(lab.database, 'stock.keeper', 'stock manager'))
  keeper = asking(lab, await tokenOfNew(lab.database, 'colony.keeper', 'member'))
  stranger = asking(lab, await tokenOfNew(lab.database, 'stranger', 'member'))
  visitor = asking(lab, await tokenOfNew(lab.database, 'visitor', 'public'))
  person = (await lab.database.rows(sql`select id from misc_labmember where username = 'colony.keeper'`))[0]![0]!
})
afterAll(() => lab.close())

let made = 0
/** Animals that the keeper answers for. */
async function mice(count: number, more = ''): Promise<string[]> {
  made += 1
  const rows = await lab.database.rows({
    text: `insert into subjects_subject (id, name, nickname, sex, birth_date, ear_mark, protocol_number, description, adverse_effects, to_be_genotyped, to_be_culled, lab_id, responsible_user_id, line_id)
      select gen_random_uuid(), '', 'COLONY${made}_' || n, case n % 2 when 0 then 'F' else 'M' end, current_date - 60, '', '1', '', '', false, false,
        (select id from misc_lab order by name limit 1), '${person}', ${more || 'null'} from generate_series(1, ${count}) n returning id`,
    values: [],
  })
  return rows.map(([id]) => id!)
}
const stateOf = (keys: readonly string[]) =>
  lab.database.rows(sql`
    select s.death_date, s.to_be_culled, s.actual_severity, s.protocol_number,
           (select r.end_time is null from actions_waterrestriction r where r.subject_id = s.id),
           (select count(*) from actions_cull c where c.subject_id = s.id)
      from subjects_subject s where s.id = any(${keys}::uuid[]) order by s.nickname`)
const one = async (text: string) => (await lab.database.rows({ text, values: [] }))[0]![0]!

describe('a litter', () => {
  test('is written down with its pups, named and inheriting, in one request', async () => {
    const [[pair, line, father]] = (await lab.database.rows(sql`
      select p.id, p.line_id, p.father_id from subjects_breedingpair p join subjects_line l on l.id = p.line_id
       where p.father_id is not null order by p.id limit 1`)) as [[string, string, string]]

    const { status, body } = await keeper('POST', '/colony/litters', {
      breeding_pair: pair,
      birth_date: '2026-03-01',
      pups: [{ sex: 'M', ear_mark: 'L' }, {}, { nickname: 'a-named-pup' }],
    })

    expect(status).toBe(201)
    const nickname = await one(`select nickname from subjects_line where id = '${line}'`)
    expect(body.litter.title.startsWith(`${nickname}_L_`)).toBe(true)
    expect(body.pups).toHaveLength(3)
    expect(body.pups[2].title).toBe('a-named-pup')
    const pups = await lab.database.rows(sql`
      select line_id, birth_date, species_id from subjects_subject where litter_id = ${body.litter.id}`)
    const species = await one(`select species_id from subjects_subject where id = '${father}'`)
    expect(pups).toEqual([1, 2, 3].map(() => [line, '2026-03-01', species]))
    const more = await keeper('POST', `/colony/litters/${body.litter.id}/pups`, { pups: [{}], dry_run: true })
    expect(more.body).toMatchObject({ written: false, pups: [{ title: expect.stringContaining(nickname) }] })
    expect(await one(`select count(*) from subjects_subject where litter_id = '${body.litter.id}'`)).toBe('3')
  })

  test('is weaned by sex into cages and housings, by those who may change its pups', async () => {
    const litter = randomUUID()
    await lab.database.script(
      `insert into subjects_litter (id, name, description, birth_date) values ('${litter}', 'to wean', '', '2026-01-01')`,
    )
    const pups = await mice(4)
    await lab.database.execute(
      sql`update subjects_subject set litter_id = ${litter}, birth_date = '2026-01-01' where id = any(${pups}::uuid[])`,
    )
    const housing = await one(
      `insert into misc_housing (id, name, cage_name) values (gen_random_uuid(), '', 'BOYS') returning id`,
    )
    const asked = { litters: [litter], date: '2026-01-22', cages: { F: 'GIRLS' }, housings: { M: housing } }

    expect((await stranger('POST', '/colony/wean', asked)).status).toBe(403)
    expect(await one(`select count(wean_date) from subjects_subject where litter_id = '${litter}'`)).toBe('0')
    expect((await keeper('POST', '/colony/wean', { ...asked, date: '2025-01-01' })).status).toBe(400)
    expect(
      (await keeper('POST', '/colony/wean', { ...asked, housings: { M: randomUUID() } })).body.error.fields,
    ).toHaveProperty(['housings.M'])
    const { body } = await keeper('POST', '/colony/wean', asked)

    expect(body.pups).toHaveLength(4)
    const rows = await lab.database.rows(sql`
      select s.sex, s.wean_date, s.cage, (select h.housing_id from misc_housingsubject h where h.subject_id = s.id and h.end_datetime is null)
        from subjects_subject s where litter_id = ${litter} order by nickname`)
    expect(rows).toEqual([
      ['M', '2026-01-22', 'BOYS', housing],
      ['F', '2026-01-22', 'GIRLS', null],
      ['M', '2026-01-22', 'BOYS', housing],
      ['F', '2026-01-22', 'GIRLS', null],
    ])
  })
})

test('litters that are due are weaned into new housings, one for each name', async () => {
  const litter = randomUUID()
  await lab.database.script(
    `insert into subjects_litter (id, name, description, birth_date) values ('${litter}', 'due litter', '', '2026-01-01')`,
  )
  const pups = await mice(4)
  await lab.database.execute(sql`update subjects_subject set litter_id = ${litter} where id = any(${pups}::uuid[])`)
  const due = async () => (await read(keeper, `/colony/litters?due=true&litters=${litter}`)).results

  expect(await due()).toMatchObject([{ to_wean: 4, pups: [{ sex: 'M' }, { sex: 'F' }, { sex: 'M' }, { sex: 'F' }] }])
  const weaned = await keeper('POST', '/colony/wean', {
    litters: [litter],
    new_housings: { M: 'NURSERY', F: 'NURSERY' },
  })

  expect(weaned.status).toBe(200)
  expect(await due()).toEqual([])
  expect(await one(`select count(*) from misc_housing where cage_name = 'NURSERY'`)).toBe('1')
  const { results } = await read(keeper, `/colony/animals?litter=${litter}`)
  expect(results).toHaveLength(4)
  for (const animal of results) expect(animal).toMatchObject({ cage: 'NURSERY', housing: { title: 'NURSERY' } })
})

describe('culling', () => {
  const cull = (subjects: readonly string[], more: object = {}, asker = keeper) =>
    asker('POST', '/colony/cull', { subjects, severity: 2, ...more })
  const undo = (culls: readonly { id: string }[], asker = keeper) =>
    asker('POST', '/colony/cull/undo', { culls: culls.map(({ id }) => id) })

  test('many at once records reason, method and severity, and can be taken back as if it never was', async () => {
    const keys = await mice(3)
    await lab.database.execute(
      sql`update subjects_subject set to_be_culled = true, actual_severity = 1 where id = ${keys[0]!}`,
    )
    await keeper('POST', '/colony/restrictions/start', { subjects: [keys[1]!], reference_weight: 25 })
    const before = await stateOf(keys)
    const reason = await one(`select id from actions_cullreason order by name limit 1`)

    const { status, body } = await cull(keys, { reason, date: await one('select current_date') })
    expect(status).toBe(201)
    expect(
      (await stateOf(keys)).map(([death, flag, severity, , open, culls]) => [
        death !== null,
        flag,
        severity,
        open,
        culls,
      ]),
    ).toEqual([
      [true, 'f', '2', null, '1'],
      [true, 'f', '2', 'f', '1'],
      [true, 'f', '2', null, '1'],
    ])
    expect((await stranger('POST', '/colony/cull/undo', { culls: [body.culls[0].id] })).status).toBe(403)
    const undone = await undo(body.culls)

    expect(undone.body).toMatchObject({ written: true, subjects: expect.arrayContaining(keys) })
    expect(await stateOf(keys)).toEqual(before)
    expect((await undo(body.culls)).status).toBe(404)
  })

  test('is not taken back once something else changed, of none of the animals', async () => {
    const keys = await mice(2)
    const { culls } = (await cull(keys)).body
    await admin('PATCH', `/subjects/subject/${keys[1]}`, { description: 'Brain taken.' })
    const before = await stateOf(keys)

    const { status, body } = await undo(culls)

    expect(status).toBe(409)
    expect(body.error.message).toMatch(/changed since.*COLONY\d+_2/)
    expect(await stateOf(keys)).toEqual(before)
  })

  test('is refused whole: of animals of others, without severity, with what is not there, of the dead', async () => {
    const [mine] = (await mice(1)) as [string]
    const theirs = await one(
      `select id from subjects_subject where death_date is null and responsible_user_id is distinct from '${person}' order by id limit 1`,
    )

    expect((await cull([mine, theirs])).body.error).toMatchObject({ code: 'forbidden', details: { refused: [theirs] } })
    expect((await cull([mine], { severity: undefined })).status).toBe(400)
    expect((await cull([mine], { reason: randomUUID() })).body.error.fields).toHaveProperty('reason')
    expect((await cull([mine, randomUUID()], {}, admin)).status).toBe(404)
    expect((await cull([mine], { severity: 9 })).status).toBe(400)
    expect((await cull([], {})).status).toBe(400)
    expect((await cull([mine], {}, visitor)).status).toBe(403)
    expect((await cull([mine], { dry_run: true })).body).toMatchObject({ written: false, culls: [{ subject: mine }] })
    expect((await stateOf([mine]))[0]!.slice(0, 1)).toEqual([null])
  })
})

describe('genotypes', () => {
  test('are entered as a grid, all or none, with faults by row', async () => {
    const [[line, sequence]] = (await lab.database.rows(sql`
      select la.line_id, s.sequence_id from subjects_line_alleles la join subjects_allele_sequences s on s.allele_id = la.allele_id
       order by 1, 2 limit 1`)) as [[string, string]]
    const [one_, two] = (await mice(2, `'${line}'`)) as [string, string]
    const grid = await read(keeper, `/colony/genotypes?subjects=${one_},${two}`)
    expect(grid.sequences.map(({ id }: { id: string }) => id)).toContain(sequence)
    expect(grid.rows).toHaveLength(2)

    const wrong = await keeper('POST', '/colony/genotypes', {
      results: [
        { subject: one_, sequence, result: 1 },
        { subject: two, sequence: randomUUID(), result: 1 },
        { subject: randomUUID(), sequence, result: 0 },
        {
          subject: await one(
            `select id from subjects_subject where responsible_user_id is distinct from '${person}' order by id limit 1`,
          ),
          sequence,
          result: 0,
        },
      ],
    })
    expect(wrong.status).toBe(400)
    expect(Object.keys(wrong.body.error.fields).sort()).toEqual([
      'results.1.sequence',
      'results.2.subject',
      'results.3.subject',
    ])
    expect(
      (await keeper('POST', '/colony/genotypes', { results: [{ subject: one_, sequence, result: 2 }] })).body.error
        .fields,
    ).toHaveProperty(['results.0.result'])

    const right = await keeper('POST', '/colony/genotypes', {
      date: '2026-03-01',
      results: [
        { subject: one_, sequence, result: 1 },
        { subject: two, sequence, result: 0 },
      ],
    })
    expect(right.body.rows.map(({ results }: { results: object }) => results)).toEqual([
      { [sequence]: 1 },
      { [sequence]: 0 },
    ])
    await keeper('POST', '/colony/genotypes', { results: [{ subject: two, sequence, result: null }] })
    expect((await read(keeper, `/colony/genotypes?subjects=${two}`)).rows[0].results).toEqual({})
    expect((await keeper('GET', '/colony/genotypes')).status).toBe(400)
  })
})

test('animals of the stock are handed to who asked for them, and no more than were wanted', async () => {
  const line = await one('select id from subjects_line order by id limit 1')
  const other = await one('select id from subjects_line order by id offset 1 limit 1')
  const animals = await mice(3, `'${line}'`)
  const [odd] = (await mice(1, `'${other}'`)) as [string]
  const wanting = await one(`select id from misc_labmember where username = 'stranger'`)
  const request = await one(
    `insert into subjects_subjectrequest (id, name, user_id, line_id, count, date_time, description) values (gen_random_uuid(), '', '${wanting}', '${line}', 2, current_date, '') returning id`,
  )
  const fulfil = (subjects: readonly string[], asker = stock) =>
    asker('POST', `/colony/requests/${request}/fulfil`, { subjects })

  expect((await fulfil(animals.slice(0, 2), stranger)).status).toBe(403)
  expect((await fulfil(animals)).body.error.fields.subjects[0]).toContain('2 more are wanted, not 3')
  expect((await fulfil([odd])).body.error.fields.subjects[0]).toContain('another line')
  expect((await fulfil(animals.slice(0, 2))).status).toBe(200)

  expect(
    await one(
      `select count(*) from subjects_subject where request_id = '${request}' and responsible_user_id = '${wanting}'`,
    ),
  ).toBe('2')
  const { results } = await read(keeper, `/colony/requests?status=closed&line=${line}`)
  expect(results).toContainEqual(expect.objectContaining({ id: request, fulfilled: 2, remaining: 0, status: 'Closed' }))
  expect((await read(keeper, `/colony/requests?user=${wanting}`)).results).toEqual([])
})

test('restrictions are started and ended together', async () => {
  const keys = await mice(2)
  const started = await keeper('POST', '/colony/restrictions/start', {
    subjects: keys,
    reference_weight: 24,
    start_time: '2026-03-02T09:00:00+00:00',
  })
  expect(started.status).toBe(201)
  expect(started.body.restrictions).toHaveLength(2)
  expect(
    (await keeper('POST', '/colony/restrictions/start', { subjects: keys, reference_weight: 24 })).body.error.fields,
  ).toHaveProperty('subject')
  expect((await stranger('POST', '/colony/restrictions/end', { subjects: keys })).status).toBe(403)
  expect(
    (await keeper('POST', '/colony/restrictions/end', { subjects: keys, end_time: '2026-01-01T00:00:00Z' })).status,
  ).toBe(400)
  expect((await keeper('POST', '/colony/restrictions/end', { subjects: keys })).status).toBe(200)
  expect(
    await one(
      `select count(*) from actions_waterrestriction where end_time is null and subject_id in ('${keys.join("','")}')`,
    ),
  ).toBe('0')
})

describe('a housing', () => {
  const newHousing = async (cage: string) =>
    (await admin('POST', '/misc/housing', { cage_name: cage })).body.id as string

  test('takes animals in, and their stays elsewhere end', async () => {
    const keys = await mice(2)
    const [first, second] = [await newHousing('MOVE 1'), await newHousing('MOVE 2')]
    await keeper('POST', `/colony/housings/${first}/move`, { subjects: keys, since: '2026-01-01T00:00:00Z' })

    const { status, body } = await keeper('POST', `/colony/housings/${second}/move`, { subjects: keys })

    expect(status).toBe(200)
    expect(body.stays).toHaveLength(2)
    expect(
      await one(`select count(*) from misc_housingsubject where housing_id = '${first}' and end_datetime is null`),
    ).toBe('0')
    expect((await stranger('POST', `/colony/housings/${second}/move`, { subjects: keys })).status).toBe(403)
    expect((await keeper('POST', `/colony/housings/${randomUUID()}/move`, { subjects: keys })).status).toBe(400)
  })

  test('is made with the animals that move in, whose cage it is from then on', async () => {
    const keys = await mice(2)
    const asked = { cage_name: 'BRAND NEW', subjects: keys }

    expect((await stranger('POST', '/colony/housings', asked)).status).toBe(403)
    expect((await keeper('POST', '/colony/housings', { ...asked, dry_run: true })).body.written).toBe(false)
    expect(await one(`select count(*) from misc_housing where cage_name = 'BRAND NEW'`)).toBe('0')
    const { status, body } = await keeper('POST', '/colony/housings', asked)

    expect(status).toBe(201)
    const { results } = await read(keeper, `/colony/animals?housing=${body.housing.id}`)
    expect(results.map(({ subject }: { subject: { id: string } }) => subject.id).sort()).toEqual([...keys].sort())
    expect(await one(`select cage from subjects_subject where id = '${keys[0]}'`)).toBe('BRAND NEW')
  })

  test('that is changed answers with the housing that took its place', async () => {
    const keys = await mice(1)
    const old = await newHousing('WART')
    await keeper('POST', `/colony/housings/${old}/move`, { subjects: keys, since: '2026-01-01T00:00:00Z' })

    const { body, headers } = await admin('PATCH', `/misc/housing/${old}`, { cage_name: 'MENDED' })

    expect(body.cage_name).toBe('MENDED')
    expect(body.id).not.toBe(old)
    expect(headers.location).toBe(`/api/v1/misc/housing/${body.id}`)
    expect((await admin('GET', `/misc/housing/${old}`)).body.cage_name).toBe('WART')
    expect(
      await one(`select housing_id from misc_housingsubject where end_datetime is null and subject_id = '${keys[0]}'`),
    ).toBe(body.id)
    const same = await admin('PATCH', `/misc/housing/${body.id}`, { json: { room: 'B12' } })
    expect(same.body.id).toBe(body.id)
    expect(same.headers.location).toBeUndefined()
    const bulk = await admin('POST', '/misc/housing/bulk', { change: [{ id: body.id, cage_name: 'AGAIN' }] })
    expect(bulk.body.results.change[0].id).not.toBe(body.id)
  })
})

describe('tables of the colony', () => {
  test('count the living of each line by sex, age and genotype', async () => {
    const { results } = await read(keeper, '/colony/lines?active=false')
    const counts = new Map(
      (await lab.database.rows(
        sql`select line_id, count(*) from subjects_subject where death_date is null and line_id is not null group by 1`,
      )) as [string, string][],
    )

    expect(results.length).toBe(Number(await one('select count(*) from subjects_line')))
    for (const { line, living, by_sex, by_age, by_genotype } of results) {
      expect(living, line.title).toBe(Number(counts.get(line.id) ?? 0))
      const sums = [by_sex, by_age, by_genotype].map((groups) =>
        Object.values((groups ?? {}) as Record<string, number>).reduce((sum, count) => sum + count, 0),
      )
      if (living > 0) expect(sums, line.title).toEqual([living, living, living])
    }
  })

  test('list the very animals that they count', async () => {
    const { results } = await read(keeper, '/colony/lines?active=false')
    const busy = results.filter(({ living }: { living: number }) => living > 0).slice(0, 3)
    expect(busy.length).toBeGreaterThan(0)
    const listed = async (question: string) => (await read(keeper, `/colony/animals?${question}`)).results.length

    for (const { line, living, in_stock, breeding, by_sex, by_age, by_genotype } of busy) {
      const of = `line=${line.id}`
      expect(await listed(of)).toBe(living)
      expect(await listed(`${of}&in_stock=true`)).toBe(in_stock)
      expect(await listed(`${of}&breeding=true`)).toBe(breeding)
      for (const [sex, count] of Object.entries(by_sex)) expect(await listed(`${of}&sex=${sex}`)).toBe(count)
      for (const [age, count] of Object.entries(by_age)) expect(await listed(`${of}&age=${age}`)).toBe(count)
      for (const [genotype, count] of Object.entries(by_genotype))
        expect(await listed(`${of}&genotype=${encodeURIComponent(genotype)}`)).toBe(count)
    }
    expect((await read(keeper, `/colony/lines?active=false&line=${busy[0].line.id}`)).results).toHaveLength(1)
  })

  test('have a card for animals without a cage when they are named', async () => {
    const keys = await mice(1)
    const { results } = await read(keeper, `/colony/cage-cards?subjects=${keys[0]}`)
    expect(results).toMatchObject([{ cage: null, housing: null, room: null, animals: [{ id: keys[0] }] }])
    expect(results[0].lab).toMatch(/\S/)
  })

  test('show pairs with parents and litters, and cards of cages', async () => {
    const pairs = await read(keeper, '/colony/pairs?current=false')
    expect(pairs.results.length).toBe(Number(await one('select count(*) from subjects_breedingpair')))
    const bred = pairs.results.find(({ litters }: { litters: object[] }) => litters.length > 0)
    expect(bred.parents[0].role).toBe('father')
    expect(bred.litters[0].pups).toBe(
      Number(await one(`select count(*) from subjects_subject where litter_id = '${bred.litters[0].id}'`)),
    )

    const cards = await read(keeper, '/colony/cage-cards?cages=GIRLS')
    expect(cards.results).toMatchObject([{ cage: 'GIRLS', animals: [{ sex: 'F' }, { sex: 'F' }] }])
  })

  test('refuse what they do not understand', async () => {
    for (const wrong of [
      '/colony/lines?active=1',
      '/colony/pairs?line=x',
      '/colony/requests?status=odd',
      '/colony/cage-cards?cage=x',
      '/colony/genotypes?litter=%00',
    ])
      expect((await keeper('GET', wrong)).status, wrong).toBe(400)
    expect(MOST_STATEMENTS).toBe(6)
  })
})
