import { Line, Strain, Subject, SubjectRequest } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { type PastValue, wallClockOf, withPastValues } from '../../../../src/domains/subjects/rules/past-values.ts'
import { mayFulfilRequest } from '../../../../src/domains/subjects/rules/request.ts'
import { becomesGenotyped, judgeNickname, judgeReduction } from '../../../../src/domains/subjects/rules/subject.ts'
import { recordingAs } from '../../../records/recording-as.ts'
import { ColonyRecords } from './colony-records.ts'

let lab: ColonyRecords
beforeAll(async () => {
  lab = await ColonyRecords.open()
})
afterAll(() => lab.scratch.drop())

const memberNamed = async (condition: ReturnType<typeof sql>) =>
  (
    await lab.scratch.database.rows(sql`select id from misc_labmember where ${condition} order by username limit 1`)
  )[0]![0]!

describe('what a new animal is when nobody says', () => {
  test('a laboratory mouse of the stock', async () => {
    const { species_id, source_id, responsible_user_id } = await lab.subject({ nickname: 'plain' })

    expect(species_id).toBe('60f915ba-bdf4-444a-ada0-be7ebd3c1826')
    expect(source_id).toBeNull()
    expect(responsible_user_id).toBe(await memberNamed(sql`is_stock_manager and is_active`))
  })

  test('without a stock manager, an animal of whoever records it', async () => {
    const { person } = lab

    const answering = await lab.recording(async (recorder) => {
      await recorder.db.execute(sql`update misc_labmember set is_active = false where is_stock_manager`)
      const [made] = await recorder.create(Subject, [{ lab_id: lab.lab, nickname: 'mine' }])
      await recorder.db.execute(sql`update misc_labmember set is_active = true where is_stock_manager`)
      return made!.after.responsible_user_id
    })

    expect(answering).toBe(person.id)
  })

  test('of the source that the installation names', async () => {
    const [source] = await lab.scratch.database.rows(sql`select id, name from subjects_source order by name limit 1`)
    const settings = recordingAs(undefined, { defaultSource: source![1]! }).settings

    const [made] = await lab.recording(
      (recorder) => recorder.create(Subject, [{ lab_id: lab.lab, nickname: 'bought' }]),
      { settings },
    )

    expect(made!.after.source_id).toBe(source![0])
  })

  test('of the strain of its line, unless it has its own', async () => {
    const [ofLine, own] = await lab.make(Strain, { name: 'C57BL/6J' }, { name: 'BALB/c' })
    const { id: line_id } = await lab.line({ strain_id: ofLine! })

    expect((await lab.subject({ line_id })).strain_id).toBe(ofLine)
    expect((await lab.subject({ line_id, strain_id: own! })).strain_id).toBe(own)
  })
})

describe('values that cannot be right', () => {
  test.each([
    { nickname: 'KS014', right: true },
    { nickname: 'Ælfrida-2_b.3', right: true },
    { nickname: '-', right: true },
    { nickname: '', right: false },
    { nickname: 'x y', right: false },
    { nickname: '../x', right: false },
    { nickname: 'x\n', right: false },
  ])('a nickname $nickname: $right', ({ nickname, right }) => {
    if (right) expect(() => judgeNickname(nickname)).not.toThrow()
    else expect(() => judgeNickname(nickname)).toThrow('Nicknames must only contain')
  })

  test.each([
    { reduced_date: null, birth_date: '2026-01-01', death_date: null, refuses: undefined },
    { reduced_date: '2026-01-01', birth_date: '2026-01-01', death_date: '2026-01-01', refuses: undefined },
    { reduced_date: '2026-01-01', birth_date: null, death_date: null, refuses: undefined },
    { reduced_date: '2025-12-31', birth_date: '2026-01-01', death_date: null, refuses: 'after birth date' },
    { reduced_date: '2026-02-01', birth_date: '2026-01-01', death_date: '2026-02-02', refuses: 'after cull date' },
  ])('reduced $reduced_date, born $birth_date, dead $death_date', ({ refuses, ...dates }) => {
    if (refuses === undefined) expect(() => judgeReduction(dates)).not.toThrow()
    else expect(() => judgeReduction(dates)).toThrow(refuses)
  })

  test('an odd name that was there before does not stand in the way of other changes', async () => {
    const { id } = await lab.subject({ nickname: 'odd' })
    await lab.scratch.database.execute(sql`update subjects_subject set nickname = 'odd one' where id = ${id}`)

    await lab.change(Subject, id, { description: 'moved in with the database' })

    expect((await lab.read(Subject, id))!.description).toBe('moved in with the database')
  })
})

describe('the genotype becomes known', () => {
  const before = { genotype_date: null } as never
  test.each([
    { was: undefined, becomes: '2026-01-01', cleared: true },
    { was: null, becomes: '2026-01-01', cleared: true },
    { was: null, becomes: null, cleared: false },
    { was: '2026-01-01', becomes: '2026-01-02', cleared: false },
    { was: '2026-01-01', becomes: null, cleared: false },
  ])('from $was to $becomes', ({ was, becomes, cleared }) => {
    const values = { genotype_date: becomes } as never
    expect(
      becomesGenotyped({
        before: was === undefined ? undefined : ({ ...(before as object), genotype_date: was } as never),
        values,
      }),
    ).toBe(cleared)
  })

  test('nobody has to test for it any more', async () => {
    const { id } = await lab.subject({ nickname: 'pup', to_be_genotyped: true })

    await lab.change(Subject, id, { genotype_date: '2026-02-01' })

    expect((await lab.read(Subject, id))!.to_be_genotyped).toBe(false)
  })
})

describe('former values are kept in the JSON', () => {
  const past = (field: string, value: string): PastValue => ({ field, date_time: '2026-03-02T09:30:00', value })
  const entry = (value: string) => `{"date_time":"2026-03-02T09:30:00","value":"${value}"}`

  test.each([
    { json: null, past: [], becomes: null },
    { json: '{"z": 1,  "a": 1.0}', past: [], becomes: '{"z": 1,  "a": 1.0}' },
    { json: null, past: [past('cage', 'A1')], becomes: `{"history":{"cage":[${entry('A1')}]}}` },
    {
      json: '{"z":1.0,"big":12345678901234567890}',
      past: [past('cage', 'A1')],
      becomes: `{"z":1.0,"big":12345678901234567890,"history":{"cage":[${entry('A1')}]}}`,
    },
    {
      json: '{"history":{"cage":[{"value":"A0"}],"weights":[1e3]}}',
      past: [past('cage', 'A1'), past('nickname', '-')],
      becomes: `{"history":{"cage":[{"value":"A0"},${entry('A1')}],"weights":[1e3],"nickname":[${entry('-')}]}}`,
    },
    { json: '[1]', past: [past('cage', 'A1')], becomes: '[1]' },
    { json: '1.0', past: [past('cage', 'A1')], becomes: '1.0' },
    { json: '"text"', past: [past('cage', 'A1')], becomes: '"text"' },
    { json: '{"history":"none"}', past: [past('cage', 'A1')], becomes: '{"history":"none"}' },
    { json: '{"history":{"cage":7}}', past: [past('cage', 'A1')], becomes: '{"history":{"cage":7}}' },
    {
      json: '{"__proto__":{"x":1}}',
      past: [past('cage', 'A1')],
      becomes: `{"__proto__":{"x":1},"history":{"cage":[${entry('A1')}]}}`,
    },
  ])('$json becomes $becomes', ({ json, past, becomes }) => {
    expect(withPastValues(json, past)).toBe(becomes)
  })

  test.each([
    {
      now: '2026-03-02 09:30:00.123456+00',
      instant: '2026-03-02T09:30:01Z',
      wall: '2026-03-02 10:30:01',
      text: '2026-03-02T10:30:00.123456',
    },
    {
      now: '2026-03-02 00:10:00+00',
      instant: '2026-03-02T00:10:00Z',
      wall: '2026-03-01 19:10:00',
      text: '2026-03-01T19:10:00',
    },
  ])('$now at $wall is written $text', ({ now, instant, wall, text }) => {
    const moment = { instant: new Date(instant), now: wall, today: wall.slice(0, 10) }
    expect(wallClockOf({ now, moment })).toBe(text)
  })

  test('a change of name, person and cage adds three, and a change of nothing none', async () => {
    const { id, responsible_user_id } = await lab.subject({ nickname: 'first', json: '{"mine": 1.0}' })
    await lab.change(Subject, id, { nickname: 'second', responsible_user_id: lab.person.id, cage: 'A1' })
    await lab.change(Subject, id, { nickname: 'second', cage: 'A1' })

    const { json } = (await lab.read(Subject, id))!
    expect(JSON.parse(json as string)).toEqual({
      mine: 1,
      history: {
        nickname: [{ date_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/), value: 'first' }],
        responsible_user: [{ date_time: expect.any(String), value: responsible_user_id }],
        cage: [{ date_time: expect.any(String), value: 'None' }],
      },
    })
  })

  test('an animal that its line names was "-" for a moment; one that was made with a name has no past', async () => {
    const { id: line_id } = await lab.line()

    expect(JSON.parse((await lab.subject({ line_id })).json as string)).toEqual({
      history: { nickname: [{ date_time: expect.any(String), value: '-' }] },
    })
    expect((await lab.subject({ line_id, nickname: 'named' })).json).toBeNull()
  })
})

describe('an animal that is handed over fulfils a request', () => {
  const animal = { responsible_user_id: 'marie', line_id: 'Ai32', request_id: null }
  test.each([
    { said: 'handed over', before: { ...animal, responsible_user_id: 'stock' }, values: animal, may: true },
    { said: 'from nobody', before: { ...animal, responsible_user_id: null }, values: animal, may: true },
    { said: 'new', before: undefined, values: animal, may: false },
    { said: 'not handed over', before: animal, values: animal, may: false },
    { said: 'to nobody', before: animal, values: { ...animal, responsible_user_id: null }, may: false },
    {
      said: 'without line',
      before: { ...animal, responsible_user_id: 'stock' },
      values: { ...animal, line_id: null },
      may: false,
    },
    {
      said: 'for another request',
      before: { ...animal, responsible_user_id: 'stock' },
      values: { ...animal, request_id: 'r' },
      may: false,
    },
  ])('$said: $may', ({ before, values, may }) => {
    expect(mayFulfilRequest({ before, values } as never)).toBe(may)
  })

  test('the latest request of that person for that line', async () => {
    const { id: line_id } = await lab.line()
    const other = await lab.line()
    const user_id = lab.person.id
    const [, latest] = await lab.make(
      SubjectRequest,
      { user_id, line_id, count: 1, date_time: '2026-01-01' },
      { user_id, line_id, count: 1, date_time: '2026-02-01' },
      { user_id, line_id: other.id, count: 1, date_time: '2026-03-01' },
    )
    const { id } = await lab.subject({ line_id })
    const { id: unasked } = await lab.subject({ line_id: (await lab.line()).id })

    await lab.recording((recorder) =>
      recorder.change(
        Subject,
        [id, unasked].map((key) => ({ key, values: { responsible_user_id: user_id } })),
      ),
    )

    expect((await lab.read(Subject, id))!.request_id).toBe(latest)
    expect((await lab.read(Subject, unasked))!.request_id).toBeNull()
  })
})

describe('a request', () => {
  test('is of whoever writes it down, unless somebody else is named', async () => {
    const { id: line_id } = await lab.line()

    const [mine, nobodys] = await lab.make(SubjectRequest, { line_id, count: 1 }, { line_id, count: 1, user_id: null })

    expect((await lab.read(SubjectRequest, mine!))!.user_id).toBe(lab.person.id)
    expect((await lab.read(SubjectRequest, nobodys!))!.user_id).toBeNull()
  })
})

test('the rules cost as many statements for a cage as for a room', async () => {
  const [strain_id] = await lab.make(Strain, { name: 'many' })
  const line = await lab.line({ strain_id: strain_id! })
  const pups = (count: number) => Array.from({ length: count }, () => ({ line_id: line.id, lab_id: lab.lab }))

  const few = await lab.statements((recorder) => recorder.create(Subject, pups(2)))
  const many = await lab.statements((recorder) => recorder.create(Subject, pups(200)))

  expect(many).toBe(few)
  expect((await lab.read(Line, line.id))!.subject_autoname_index).toBe(202)
})
