import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, MOST_STATEMENTS, read } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
let other: Ask
let visitor: Ask
let mice: string[]
beforeAll(async () => {
  lab = await servedLaboratory()
  ask = asking(lab, await tokenOfNew(lab.database, 'keeper', 'member'))
  other = asking(lab, await tokenOfNew(lab.database, 'second.keeper', 'member'))
  visitor = asking(lab, await tokenOfNew(lab.database, 'visitor', 'public'))
  mice = (
    await lab.database.rows(sql`
      with made as (
        insert into subjects_subject (id, name, nickname, sex, birth_date, ear_mark, protocol_number, description,
               adverse_effects, to_be_genotyped, to_be_culled, lab_id, cage)
        select gen_random_uuid(), '', 'ROUND_' || n, 'M', current_date - 100, '', '1', '', '', false, false,
               (select id from misc_lab order by name limit 1), 'C' || (n + 1) / 2 from generate_series(1, 5) n
        returning id, nickname
      ), restricted as (
        insert into actions_waterrestriction (id, name, narrative, start_time, reference_weight, subject_id)
        select gen_random_uuid(), '', '', now() - interval '5 days', 25, id from made
      ), weighed as (
        insert into actions_weighing (id, name, date_time, weight, subject_id)
        select gen_random_uuid(), '', now() - make_interval(days => d), 22 + d, id from made, generate_series(1, 3) d
      )
      select id from made order by nickname`)
  ).map(([id]) => id!)
  await lab.database.script(`update misc_lab set timezone = 'UTC', reference_weight_pct = 0.8, zscore_weight_pct = 0`)
})
afterAll(() => lab.close())

const at = (minutes = 0) => new Date(Date.now() - minutes * 60_000).toISOString()
const weighing = (subject: string, weight: number, more: object = {}) => ({
  id: randomUUID(),
  kind: 'weighing',
  subject,
  at: at(),
  weight,
  ...more,
})
const water = (subject: string, millilitres: number | null, more: object = {}) => ({
  id: randomUUID(),
  kind: 'water',
  subject,
  at: at(),
  millilitres,
  ...more,
})
const enter = async (entries: unknown, asker = ask) => {
  const { status, body } = await asker('POST', '/rounds/entries', { entries })
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const outcomesOf = (body: { entries: { outcome: string }[] }) => body.entries.map(({ outcome }) => outcome)
const countOf = async (table: string, subject: string) =>
  Number(
    (
      await lab.database.rows({ text: `select count(*) from ${table} where subject_id = '${subject}'`, values: [] })
    )[0]![0],
  )

describe('the round', () => {
  test('has the living animals on restriction, cage by cage, with what they need', async () => {
    const { cages, count } = await read(ask, '/rounds')
    const restricted = await lab.database.rows(sql`
      select distinct s.id from subjects_subject s join actions_waterrestriction r on r.subject_id = s.id
       where s.death_date is null and r.end_time is null and r.start_time <= now()
      union select s.id from subjects_subject s join actions_surgery g on g.subject_id = s.id
       where s.death_date is null and g.start_time between now() - interval '7 days' and now()`)

    expect(count).toBe(restricted.length)
    const cage = cages.find((one: { cage: string }) => one.cage === 'C1')
    expect(cage.animals.map(({ subject }: { subject: { title: string } }) => subject.title)).toEqual([
      'ROUND_1',
      'ROUND_2',
    ])
    // 23 g yesterday against 25 g: 92 per cent, above 80, so 4 per cent of the weight in water.
    expect(cage.animals[0]).toMatchObject({
      reasons: ['water restriction'],
      water: {
        weight_today: null,
        weight_yesterday: 23,
        expected_weight: 25,
        percentage: 92,
        status: 0,
        given_water: 0,
        plausible_weight: { least: 19.5, most: 26.5 },
      },
    })
    expect(cage.animals[0].water.required_water).toBeCloseTo(0.92, 9)
    expect(cage.animals[0].water.remaining_water).toBeCloseTo(0.92, 9)
  })

  test('of one cage, lab or person has only theirs', async () => {
    const [[labKey]] = (await lab.database.rows(sql`select id from misc_lab order by name limit 1`)) as [[string]]

    expect((await read(ask, `/rounds?cage=C2&lab=${labKey}`)).count).toBe(2)
    expect((await read(ask, `/rounds?responsible_user=${randomUUID()}`)).count).toBe(0)
    for (const wrong of ['lab=x', 'labb=1', 'cage=%00', `cage=${'x'.repeat(100)}`])
      expect((await ask('GET', `/rounds?${wrong}`)).status, wrong).toBe(400)
  })

  test('tells the requirement of a weight before it is saved, as it will be after', async () => {
    const [subject] = mice as [string]

    const light = await read(ask, `/rounds/requirement?subject=${subject}&weight=19.9`)

    // Under 80 per cent of 25 g: 5 per cent of the weight, and red.
    expect(light.water).toMatchObject({ weight_today: 19.9, status: 2 })
    expect(light.water.required_water).toBeCloseTo(0.995, 9)
    expect(light.plausible).toBe(true)
    expect((await read(ask, `/rounds/requirement?subject=${subject}&weight=2.3`)).plausible).toBe(false)
    expect(await countOf('actions_weighing', subject)).toBe(3)
    expect((await ask('GET', `/rounds/requirement?subject=${randomUUID()}&weight=20`)).status).toBe(404)
    expect((await ask('GET', `/rounds/requirement?subject=${subject}&weight=NaN`)).status).toBe(400)
  })
})

describe('entries', () => {
  test('are recorded with the keys of the client, in the name of who sends them; rules follow', async () => {
    const [, subject] = mice as [string, string]
    const entries = [weighing(subject, 22.5), water(subject, 0.5, { given_before: 0 })]

    const body = await enter(entries)

    expect(outcomesOf(body)).toEqual(['recorded', 'recorded'])
    expect(body.animals[subject]).toMatchObject({ weight_today: 22.5, given_water: 0.5 })
    expect(body.animals[subject].remaining_water).toBeCloseTo(0.4, 9)
    const rows = await lab.database.rows(sql`
      select w.id, u.username, t.name from actions_wateradministration w join misc_labmember u on u.id = w.user_id
        left join actions_watertype t on t.id = w.water_type_id where w.subject_id = ${subject}`)
    expect(rows).toEqual([[entries[1]!.id, 'keeper', null]])
  })

  test('sent again, whole or in part, are recorded once', async () => {
    const [, , subject] = mice as [string, string, string]
    const queue = [weighing(subject, 22), ...Array.from({ length: 20 }, () => water(subject, 0.02))]

    await enter(queue.slice(0, 5))
    const [one, two] = await Promise.all([enter(queue), enter(queue)])
    const last = await enter(queue)

    expect(outcomesOf(last)).toEqual(queue.map(() => 'repeated'))
    expect([...outcomesOf(one), ...outcomesOf(two)].filter((outcome) => outcome === 'recorded')).toHaveLength(16)
    expect(await countOf('actions_wateradministration', subject)).toBe(20)
    expect(await countOf('actions_weighing', subject)).toBe(4)
  })

  test('two hundred of a day without network need as many statements as one', async () => {
    const subjects = (
      await lab.database.rows(
        sql`select id from subjects_subject where death_date is null and nickname not like 'ROUND%' and (birth_date is null or birth_date < current_date) order by id limit 100`,
      )
    ).map(([id]) => id!)
    const day = subjects.flatMap((subject) => [weighing(subject, 20.5, { confirmed: true }), water(subject, 0.3)])
    const few = await ask('POST', '/rounds/entries', { entries: day.slice(0, 2) })
    const all = await ask('POST', '/rounds/entries', { entries: day })

    expect(day.length).toBeGreaterThanOrEqual(100)
    expect(outcomesOf(all.body).filter((outcome) => outcome === 'recorded')).toHaveLength(day.length - 2)
    expect(outcomesOf(all.body).slice(0, 2)).toEqual(['repeated', 'repeated'])
    expect(all.statements).toBeLessThanOrEqual(few.statements + 4)
  })

  test('that were removed meanwhile do not come back', async () => {
    const [, , , subject] = mice as [string, string, string, string]
    const entry = water(subject, 0.4)
    await enter([entry])
    await asking(lab, lab.token)('DELETE', `/actions/wateradministration/${entry.id}`)

    const { entries } = await enter([entry])

    expect(entries).toEqual([{ id: entry.id, outcome: 'repeated', removed: true }])
    expect(await countOf('actions_wateradministration', subject)).toBe(0)
  })

  test('of two keepers who did not know of each other are shown as conflicts, and kept when they are confirmed', async () => {
    const [, , , subject] = mice as [string, string, string, string]
    await enter([weighing(subject, 23), water(subject, 0.3, { given_before: 0 })], other)
    const mine = [weighing(subject, 23.5), water(subject, 0.5, { given_before: 0 })]

    const { entries } = await enter(mine)

    expect(entries[0]).toMatchObject({
      outcome: 'conflict',
      why: 'weighed already',
      others: [{ amount: 23, user: 'second.keeper' }],
    })
    expect(entries[1]).toMatchObject({
      outcome: 'conflict',
      why: 'other water',
      others: [{ amount: 0.3, user: 'second.keeper' }],
    })
    expect(await countOf('actions_wateradministration', subject)).toBe(1)
    expect(outcomesOf(await enter(mine.map((one) => ({ ...one, confirmed: true }))))).toEqual(['recorded', 'recorded'])
    expect(outcomesOf(await enter(mine.map((one) => ({ ...one, confirmed: true }))))).toEqual(['repeated', 'repeated'])
  })

  test('with another value under a key that is taken are never written', async () => {
    const [subject] = mice as [string]
    const entry = weighing(subject, 22)
    await enter([entry])

    const { entries } = await enter([{ ...entry, weight: 23, confirmed: true }])

    expect(entries[0]).toMatchObject({ outcome: 'conflict', why: 'other values' })
    expect(await countOf('actions_weighing', subject)).toBe(4)
  })

  test('with a slipped digit are asked about', async () => {
    const subject = mice[4]!
    const slipped = weighing(subject, 225)

    expect((await enter([slipped])).entries[0]).toMatchObject({
      outcome: 'conflict',
      why: 'implausible weight',
      others: [{ amount: 23 }],
    })
    expect((await enter([water(subject, 70)])).entries[0]).toMatchObject({ outcome: 'conflict', why: 'too much water' })
  })

  test('that cannot be are refused one by one, and keep no other back', async () => {
    const [subject] = mice as [string]
    const [[dead]] = (await lab.database.rows(
      sql`select id from subjects_subject where death_date < current_date - 1 order by id limit 1`,
    )) as [[string]]
    const good = water(subject, 0.1)
    const sent = [
      weighing(randomUUID(), 20),
      weighing(dead, 20),
      weighing(subject, 20, { at: '2999-01-01T00:00:00Z' }),
      weighing(subject, -3),
      weighing(subject, 20, { at: 'yesterday' }),
      weighing(subject, 20, { id: 'mine' }),
      water(subject, 0.1, { water_type: randomUUID() }),
      { kind: 'food' },
      null,
      [1, 2],
      'text',
      { ...good, kind: 'water', surplus: 1 },
      good,
      good,
    ]

    const { entries } = await enter(sent)

    expect(entries.slice(0, -2).map(({ outcome }: { outcome: string }) => outcome)).toEqual(
      sent.slice(0, -2).map(() => 'refused'),
    )
    for (const { message } of entries.slice(0, -2)) expect(message).toMatch(/\S{2}/)
    expect(entries.at(-2)).toEqual({ id: good.id, outcome: 'recorded' })
    expect(entries.at(-1)).toMatchObject({ outcome: 'refused' })
  })

  test('are tried without being kept', async () => {
    const [subject] = mice as [string]
    const before = await countOf('actions_wateradministration', subject)

    const { status, body } = await ask('POST', '/rounds/entries', { entries: [water(subject, 0.2)], dry_run: true })

    expect(status).toBe(200)
    expect(body).toMatchObject({ written: false, entries: [{ outcome: 'recorded' }] })
    expect(await countOf('actions_wateradministration', subject)).toBe(before)
  })

  test('are for members, and never more than a round has', async () => {
    const [subject] = mice as [string]

    expect((await visitor('POST', '/rounds/entries', { entries: [water(subject, 0.1)] })).status).toBe(403)
    expect((await ask('POST', '/rounds/entries', { entries: Array.from({ length: 501 }, () => null) })).status).toBe(
      400,
    )
    for (const wrong of [{}, { entries: 'all' }, { entries: [], x: 1 }, []])
      expect((await ask('POST', '/rounds/entries', wrong)).status, JSON.stringify(wrong)).toBe(400)
  })
})

test('the round agrees with the water requirement that rigs ask for', async () => {
  const { cages } = await read(ask, '/rounds')
  const animals = cages.flatMap(({ animals: inside }: { animals: object[] }) => inside)
  expect(animals.length).toBeGreaterThan(5)
  for (const { subject, water: now } of animals.slice(0, 12)) {
    const answer = (
      await lab.get(`/water-requirement/${subject.title}?start_date=${now.day}&end_date=${now.day}`)
    ).json()
    const [record] = answer.records
    expect(now.given_water, subject.title).toBeCloseTo(record.given_water_total, 9)
    if (now.required_water !== null) expect(now.required_water, subject.title).toBeCloseTo(record.expected_water, 9)
    if (now.percentage !== null) expect(now.percentage, subject.title).toBeCloseTo(record.percentage_weight, 9)
  }
  expect(MOST_STATEMENTS).toBe(6)
})
