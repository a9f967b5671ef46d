import type { FieldFacts, HistoryEntry, ModelDescription } from '@alyx/client'
import { describe, expect, test } from 'vitest'
import { changedFields, emptyDraft, faultsOf, mayWrite, sectionsOf } from '../src/form/draft.ts'
import { differencesOf, wayBack } from '../src/history/differences.ts'
import { mentioned } from '../src/history/titles.ts'
import { Unfinished } from '../src/kinds/parts.ts'

const field = (name: string, more: Partial<FieldFacts> = {}): FieldFacts => ({
  name,
  label: name,
  help: '',
  kind: 'text',
  required: false,
  nullable: false,
  blank: true,
  read_only: false,
  unique: false,
  many: false,
  lookups: [],
  rights: { create: true, change: true },
  ...more,
})

const description = (fields: readonly FieldFacts[], more: Partial<ModelDescription> = {}) =>
  ({ label: 'animal', fields, sections: [], ...more }) as ModelDescription

describe('a draft', () => {
  test('differs from its row only where values differ', () => {
    const row = { nickname: 'a', lab: { id: '1', title: 'x' }, cage: null }
    expect(changedFields({ nickname: 'a', lab: { id: '1', title: 'x' }, cage: undefined }, row)).toEqual([])
    expect(changedFields({ nickname: 'b', json: new Unfinished('{', 'no') }, row)).toEqual(['nickname', 'json'])
  })

  test('tells early what is missing, broken, or of another form', () => {
    const fields = [
      field('nickname', { required: true, label: 'Nickname' }),
      field('json'),
      field('cage', { pattern: '[a-z]+', pattern_message: 'Letters only.' }),
    ]

    const faults = faultsOf({ json: new Unfinished('{', 'Line 1: no end.'), cage: 'C 1' }, fields, true)

    expect(faults).toEqual({ nickname: 'Nickname is needed.', json: 'Line 1: no end.', cage: 'Letters only.' })
  })

  test('of a new row begins with the defaults that it may send', () => {
    const fields = [
      field('count', { default: { value: 3 } }),
      field('image', { default: { value: null }, read_only: true }),
      field('at', { default: { made: 'now' } }),
    ]

    expect(emptyDraft(description(fields))).toEqual({ count: 3 })
  })

  test('of a row that is there may leave needed fields alone', () => {
    expect(faultsOf({ cage: 'c' }, [field('nickname', { required: true })], false)).toEqual({})
  })
})

describe('writing', () => {
  const nickname = field('nickname')

  test('follows the rights to the very row', () => {
    const row = (change: boolean | string[]) => ({ id: '1', $rights: { view: true, delete: false, change } })
    expect(mayWrite(nickname, row(true))).toBe(true)
    expect(mayWrite(nickname, row(['lab']))).toBe(false)
    expect(mayWrite(nickname, row(['nickname']))).toBe(true)
    expect(mayWrite(field('id', { read_only: true }), row(true))).toBe(false)
  })

  test('gives a key with the row, and never afterwards', () => {
    const key = field('id', { rights: { create: true, change: false } })
    const row = { id: '1', $rights: { view: true, delete: true, change: true } }

    expect(mayWrite(key, undefined)).toBe(true)
    expect(mayWrite(key, row)).toBe(false)
    expect(sectionsOf(description([key])).flatMap(({ fields }) => fields)).toEqual([key])
  })
})

test('a form has the declared sections, and what they forgot under "More"', () => {
  const made = sectionsOf(
    description([field('nickname'), field('cage'), field('id', { read_only: true })], {
      sections: [{ title: 'Animal', fields: ['nickname'] }],
    }),
  )

  expect(made.map(({ title, fields }) => [title, fields.map(({ name }) => name)])).toEqual([
    ['Animal', ['nickname']],
    ['More', ['cage']],
  ])
})

describe('a change of the past', () => {
  const model = description([field('nickname'), field('lab', { kind: 'reference' }), field('at', { read_only: true })])
  const entry = {
    operation: 'update',
    field: null,
    old: { nickname: 'a', lab_id: '1', at: 'x', same: 1 },
    new: { nickname: 'b', lab_id: '2', at: 'y', same: 1 },
  } as unknown as HistoryEntry

  test('is told by fields', () => {
    expect(differencesOf(entry, model).map(({ name, before, after }) => [name, before, after])).toEqual([
      ['nickname', 'a', 'b'],
      ['lab', '1', '2'],
      ['at', 'x', 'y'],
    ])
  })

  test('is undone in what may be written', () => {
    expect(wayBack(entry, model)).toEqual({ nickname: 'a', lab: '1' })
  })

  test('of a link is told by the field and the row at its other end', () => {
    const linked = description([field('users', { kind: 'many', many: true, to: 'misc.labmember' })])
    const link = { id: 7, project_id: 'p', labmember_id: 'm' }
    const added = { operation: 'insert', field: 'users', key: 'p', old: null, new: link } as unknown as HistoryEntry
    const taken = { ...added, operation: 'delete', old: link, new: null } as unknown as HistoryEntry

    const told = [added, taken].flatMap((one) => differencesOf(one, linked))

    expect(told.map(({ label, before, after }) => [label, before, after])).toEqual([
      ['users', null, 'm'],
      ['users', 'm', null],
    ])
    expect([...mentioned([added, taken], linked)]).toEqual([['misc.labmember', new Set(['m'])]])
  })
})
