import type { CageCard, CardAnimal } from '@alyx/client'
import { describe, expect, test } from 'vitest'
import { addressOf, contentsOfAnimal, contentsOfCage } from '../src/colony/card-contents.ts'
import { fitted, laidOut, type Mark, type Measure } from '../src/colony/card-layout.ts'
import { FORMATS, placeOf } from '../src/colony/formats.ts'
import { codeOf } from '../src/colony/qr-code.ts'

const measure: Measure = (text, size) => [...text].length * size * 0.55
const ORIGIN = 'https://alyx.example.org'

const animal = (more: Partial<CardAnimal> = {}): CardAnimal => ({
  id: '2271dd87-bfcb-4670-883c-de301ab0a17c',
  nickname: 'Pv_0004',
  sex: 'M',
  birth_date: '2026-01-14',
  ear_mark: 'TLTR',
  protocol_number: '1',
  line: 'Pv',
  responsible_user: 'tomas.reis',
  litter: 'Pv_L_001',
  genotype: ['Pv-Cre +/-'],
  on_restriction: true,
  ...more,
})
const cage = (animals: readonly CardAnimal[], more: Partial<CageCard> = {}): CageCard => ({
  cage: 'AB-104',
  housing: 'fc6d16e7-f8fc-464d-9234-de301ab0a17c',
  cage_type: 'IVC',
  food: 'Envigo 2919',
  enrichment: 'Cardboard tunnel',
  light_cycle: 1,
  cleaning_days: 14,
  room: 'B12',
  lab: 'almadalab',
  animals,
  ...more,
})
const LONG = 'a-very-long-name-indeed_'.repeat(8)
const crowd = Array.from({ length: 40 }, (_, n) =>
  animal({ nickname: `${LONG}${n}`, genotype: [LONG, LONG], responsible_user: LONG, ear_mark: LONG }),
)
const textsOf = (marks: readonly Mark[]) => marks.flatMap((mark) => (mark.kind === 'text' ? mark.text : []))

/** How far a mark reaches. */
function edgesOf(mark: Mark) {
  if (mark.kind === 'code') return [mark.x, mark.y, mark.x + mark.side, mark.y + mark.side] as const
  if (mark.kind === 'rule') return [mark.x, mark.y, mark.x + mark.width, mark.y] as const
  return [
    mark.x,
    mark.y - mark.size,
    mark.x + measure(mark.text, mark.size, mark.bold),
    mark.y + mark.size * 0.25,
  ] as const
}

describe.each(FORMATS)('$title', (format) => {
  test('fits on its sheet, as often as it says, without one lying on another', () => {
    const each = format.sheet.columns * format.sheet.rows
    const places = Array.from({ length: each + 1 }, (_, n) => placeOf(n, format))
    expect(places.at(-1)).toEqual({ ...places[0], page: 1 })
    for (const { x, y } of places) {
      expect(x + format.width).toBeLessThanOrEqual(format.sheet.width + 0.001)
      expect(y + format.height).toBeLessThanOrEqual(format.sheet.height + 0.001)
    }
    for (const [n, one] of places.slice(0, each).entries())
      for (const other of places.slice(n + 1, each))
        expect(
          Math.abs(one.x - other.x) >= format.width - 0.001 || Math.abs(one.y - other.y) >= format.height - 0.001,
        ).toBe(true)
  })

  test.each([
    ['an animal', contentsOfAnimal(animal(), cage([]), ORIGIN)],
    ['a cage', contentsOfCage(cage([animal(), animal({ nickname: 'Pv_0005' })]), ORIGIN)],
    ['a crowd with long names', contentsOfCage(cage(crowd, { cage: LONG, lab: LONG, food: LONG }), ORIGIN)],
    [
      'an animal of which little is known',
      contentsOfAnimal(
        animal({ birth_date: null, genotype: [], line: null }),
        cage([], { cage: null, lab: '' }),
        ORIGIN,
      ),
    ],
  ])('keeps %s inside its edges, and its code free of text', (_, contents) => {
    const marks = laidOut(contents, format, measure)
    const code = marks.find((mark) => mark.kind === 'code')!
    for (const mark of marks) {
      const [left, top, right, bottom] = edgesOf(mark)
      expect(left, JSON.stringify(mark)).toBeGreaterThanOrEqual(0)
      expect(top, JSON.stringify(mark)).toBeGreaterThanOrEqual(0)
      expect(right, JSON.stringify(mark)).toBeLessThanOrEqual(format.width)
      expect(bottom, JSON.stringify(mark)).toBeLessThanOrEqual(format.height)
      const [x, y, x2, y2] = edgesOf(code)
      if (mark !== code) expect(right <= x || left >= x2 || bottom <= y || top >= y2, JSON.stringify(mark)).toBe(true)
    }
    const texts = marks.filter((mark) => mark.kind === 'text')
    for (const [n, one] of texts.entries())
      for (const other of texts.slice(n + 1)) {
        const [left, , right] = edgesOf(one)
        const [otherLeft, , otherRight] = edgesOf(other)
        const apart = Math.abs(one.y - other.y) >= Math.min(one.size, other.size)
        expect(apart || right <= otherLeft || otherRight <= left, `${one.text} on ${other.text}`).toBe(true)
      }
    expect(code.side / codeOf(code.address).modules, 'millimetres of a module').toBeGreaterThan(0.33)
  })
})

test('five animals have room on every card', () => {
  const five = Array.from({ length: 5 }, (_, n) => animal({ nickname: `Pv_000${n}` }))
  for (const format of FORMATS.filter(({ kind }) => kind === 'card')) {
    const texts = textsOf(laidOut(contentsOfCage(cage(five), ORIGIN), format, measure))
    for (const { nickname } of five) expect(texts, format.title).toContain(nickname)
    expect(texts).toContain('2026-01-14')
  }
})

test('animals that have no room are counted', () => {
  const texts = textsOf(laidOut(contentsOfCage(cage(crowd), ORIGIN), FORMATS[0], measure))
  const shown = texts.filter((text) => text.startsWith('a-very')).length
  expect(shown).toBeGreaterThan(10)
  expect(texts.some((text) => /^and \d+ more$/.test(text))).toBe(true)
})

test('codes lead to the animal, the housing, or the round of a bare cage', () => {
  expect(contentsOfAnimal(animal(), cage([]), ORIGIN).address).toBe(
    `${ORIGIN}/admin/subjects/subject/2271dd87-bfcb-4670-883c-de301ab0a17c/change/`,
  )
  expect(contentsOfCage(cage([]), ORIGIN).address).toBe(
    `${ORIGIN}/admin/misc/housing/fc6d16e7-f8fc-464d-9234-de301ab0a17c/change/`,
  )
  expect(contentsOfCage(cage([], { housing: null, cage: 'C 12 & ü' }), ORIGIN).address).toBe(
    `${ORIGIN}/admin/round/?cage=C%2012%20%26%20%C3%BC`,
  )
  expect(addressOf.cage(ORIGIN, 'C1')).toBe(`${ORIGIN}/admin/round/?cage=C1`)
})

test('a text that is too wide is cut between letters as people see them', () => {
  expect(fitted('kurz', 100, 3, false, measure)).toBe('kurz')
  expect(fitted('👩‍🔬👩‍🔬👩‍🔬', 3 * 0.55 * 5, 3, false, measure)).toBe('👩‍🔬…')
  expect(fitted('anything', 0.1, 3, false, measure)).toBe('')
})
