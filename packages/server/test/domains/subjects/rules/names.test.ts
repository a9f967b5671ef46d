import { BreedingPair, Line, Litter, Subject } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isUnnamed, SUBJECT_NUMBERING, takeNames } from '../../../../src/domains/subjects/rules/line-names.ts'
import { ColonyRecords } from './colony-records.ts'

let lab: ColonyRecords
beforeAll(async () => {
  lab = await ColonyRecords.open()
})
afterAll(() => lab.scratch.drop())

const nicknames = async (keys: readonly string[]) =>
  Promise.all(keys.map(async (key) => (await lab.read(Subject, key))!.nickname))

test.each([
  { name: null, unnamed: true },
  { name: '', unnamed: true },
  { name: '-', unnamed: true },
  { name: '--', unnamed: false },
  { name: 'KS014', unnamed: false },
])('$name is no name yet: $unnamed', ({ name, unnamed }) => {
  expect(isUnnamed(name)).toBe(unnamed)
})

describe('a line names its animals, pairs and litters', () => {
  test.each([
    { model: Subject, column: 'nickname', expected: ['L_0001', 'L_0002'] },
    { model: BreedingPair, column: 'name', expected: ['L_BP_001', 'L_BP_002'] },
    { model: Litter, column: 'name', expected: ['L_L_001', 'L_L_002'] },
  ] as const)('$model.label: $expected', async ({ model, column, expected }) => {
    const { id: line_id, nickname } = await lab.line()
    const ofLab = model === Subject ? { lab_id: lab.lab } : {}

    const keys = await lab.make(model, { line_id, ...ofLab }, { line_id, [column]: '-', ...ofLab })

    const rows = await Promise.all(keys.map((key) => lab.read(model, key)))
    const names = rows.map((row) => (row as unknown as Record<string, string>)[column]!)
    expect(names.map((name) => name.replace(nickname, 'L'))).toEqual(expected)
  })

  test('the counter of the line moves on, and only that', async () => {
    const { id: line_id } = await lab.line({ subject_autoname_index: 41 })

    const subject = await lab.subject({ line_id })

    expect(subject.nickname).toMatch(/_0042$/)
    expect(await lab.read(Line, line_id)).toMatchObject({
      subject_autoname_index: 42,
      breeding_pair_autoname_index: 0,
      litter_autoname_index: 0,
    })
  })

  test('numbers that outgrow their digits are written whole', async () => {
    const { id: line_id, nickname } = await lab.line({ subject_autoname_index: 9998 })

    const keys = await lab.make(Subject, { line_id, lab_id: lab.lab }, { line_id, lab_id: lab.lab })

    expect(await nicknames(keys)).toEqual([`${nickname}_9999`, `${nickname}_10000`])
  })

  test('names that exist, and those that the same save gives, are skipped', async () => {
    const { id: line_id, nickname } = await lab.line()
    await lab.subject({ nickname: `${nickname}_0001` })
    await lab.subject({ nickname: `${nickname}_0003` })

    const keys = await lab.make(
      Subject,
      { line_id, lab_id: lab.lab },
      { line_id, lab_id: lab.lab, nickname: `${nickname}_0004` },
      { line_id, lab_id: lab.lab },
    )

    expect(await nicknames(keys)).toEqual([`${nickname}_0002`, `${nickname}_0004`, `${nickname}_0005`])
    expect((await lab.read(Line, line_id))!.subject_autoname_index).toBe(5)
  })

  test('a given name is kept, and without a line the name stays open', async () => {
    const { id: line_id } = await lab.line()

    expect((await lab.subject({ line_id, nickname: 'KS014' })).nickname).toBe('KS014')
    expect((await lab.subject()).nickname).toBe('-')
    expect((await lab.read(Line, line_id))!.subject_autoname_index).toBe(0)
  })

  test('an animal without name is named when it gets a line', async () => {
    const { id: line_id, nickname } = await lab.line()
    const other = await lab.line()
    const { id } = await lab.subject({ line_id: other.id, nickname: 'soon' })
    await lab.change(Subject, id, { nickname: '-', line_id })

    expect((await lab.read(Subject, id))!.nickname).toBe(`${nickname}_0001`)
  })

  test('ten requests at the same time get ten numbers', async () => {
    const { id: line_id, nickname } = await lab.line()

    const keys = await Promise.all(
      Array.from({ length: 10 }, () => lab.make(Subject, { line_id, lab_id: lab.lab }).then(([key]) => key!)),
    )

    expect((await nicknames(keys)).sort()).toEqual(
      Array.from({ length: 10 }, (_, at) => `${nickname}_${String(at + 1).padStart(4, '0')}`),
    )
  })

  test('a refused request gives its number back', async () => {
    const { id: line_id, nickname } = await lab.line()
    await expect(
      lab.recording(async (recorder) => {
        await recorder.create(Subject, [{ line_id, lab_id: lab.lab }])
        throw new Error('the rig was switched off')
      }),
    ).rejects.toThrow('switched off')

    expect((await lab.subject({ line_id })).nickname).toBe(`${nickname}_0001`)
  })

  test('many names of several lines cost three statements', async () => {
    const lines = [await lab.line(), await lab.line()]
    const wanted = new Map(lines.map(({ id }) => [id, 50]))

    let names = new Map<string, string[]>()
    const statements = await lab.statements(async (recorder) => {
      names = await takeNames(recorder, SUBJECT_NUMBERING, wanted)
    })

    expect(statements).toBe(3)
    expect([...names.values()].map((ones) => ones.length)).toEqual([50, 50])
    expect(names.get(lines[1]!.id)!.at(-1)).toBe(`${lines[1]!.nickname}_0050`)
  })
})
