import { describe, expect, test } from 'vitest'
import {
  ABSENT,
  HETEROZYGOUS,
  HOMOZYGOUS,
  PRESENT,
  parentsFirst,
  type ReadingRule,
  zygosityFromParents,
  zygosityFromTests,
} from '../../../src/domains/subjects/genotyping/inference.ts'

const [FOUND, MISSING] = [1, 0]
let rules = 0

/** `+Cre -WT` asks for Cre present and the wild type absent. */
function rule(asks: string, zygosity: number): ReadingRule {
  rules += 1
  const [first, second] = asks
    .split(' ')
    .map((one) => ({ sequence: one.slice(1), result: one.startsWith('+') ? 1 : 0 }))
  return {
    id: `rule ${rules}`,
    allele_id: 'Pv-Cre',
    sequence0_id: first?.sequence || null,
    sequence0_result: first?.sequence ? first.result : null,
    sequence1_id: second?.sequence ?? null,
    sequence1_result: second?.result ?? null,
    zygosity,
  }
}

describe('tests are read by the rules of the line', () => {
  const PV = [rule('+Cre +WT', HETEROZYGOUS), rule('+Cre -WT', HOMOZYGOUS), rule('-Cre', ABSENT)]

  test.each([
    { tested: {}, by: PV, becomes: undefined },
    { tested: { Cre: FOUND, WT: FOUND }, by: PV, becomes: HETEROZYGOUS },
    { tested: { Cre: FOUND, WT: MISSING }, by: PV, becomes: HOMOZYGOUS },
    { tested: { Cre: MISSING, WT: FOUND }, by: PV, becomes: ABSENT },
    { tested: { Cre: MISSING }, by: PV, becomes: ABSENT },
    // Both rules hold; the one that claims less is taken.
    { tested: { Cre: FOUND }, by: PV, becomes: HETEROZYGOUS },
    { tested: { WT: FOUND }, by: PV, becomes: undefined },
    { tested: { other: FOUND }, by: PV, becomes: undefined },
    { tested: { other: FOUND }, by: [rule('', PRESENT)], becomes: PRESENT },
    // A rule that asks for nothing always holds, and says least.
    { tested: { Cre: MISSING }, by: [rule('', PRESENT), ...PV], becomes: ABSENT },
    { tested: { Cre: FOUND, WT: FOUND }, by: [rule('+Cre', PRESENT), ...PV], becomes: HETEROZYGOUS },
    { tested: { Cre: FOUND }, by: [], becomes: undefined },
  ])('$tested becomes $becomes', ({ tested, by, becomes }) => {
    const results = new Map(Object.entries(tested))
    expect(zygosityFromTests(by, results)).toBe(becomes)
    expect(zygosityFromTests([...by].reverse(), results)).toBe(becomes)
  })
})

describe('parents tell what their pups carry', () => {
  const [yy, yn, nn, y, none, open] = [HOMOZYGOUS, HETEROZYGOUS, ABSENT, PRESENT, undefined, undefined]
  const fathers = { '+/+': yy, '+/-': yn, '-/-': nn, '+': y, unknown: none }
  test.each([
    { mother: '+/+', pups: [yy, y, yn, y, yn] },
    { mother: '+/-', pups: [y, open, open, open, open] },
    { mother: '-/-', pups: [yn, open, nn, open, nn] },
    { mother: '+', pups: [y, open, open, open, open] },
    { mother: 'unknown', pups: [yn, open, nn, open, open] },
  ] as const)('a mother $mother', ({ mother, pups }) => {
    expect(Object.values(fathers).map((father) => zygosityFromParents(fathers[mother], father))).toEqual(pups)
  })
})

describe('parents come first', () => {
  const child = (id: string, mother: string | null = null, father: string | null = null) => ({ id, mother, father })
  const order = (...animals: ReturnType<typeof child>[]) => parentsFirst(animals).map(({ id }) => id)

  test('whatever the order in which they are met', () => {
    expect(order(child('pup', 'mum', 'dad'), child('mum', 'gran'), child('gran'), child('dad'))).toEqual([
      'dad',
      'gran',
      'mum',
      'pup',
    ])
  })

  test('each once, and parents that are not asked for are left out', () => {
    expect(order(child('a', 'mum'), child('b', 'mum'), child('mum', 'absent'))).toEqual(['mum', 'a', 'b'])
  })

  test('an animal that is written down as its own ancestor does no harm', () => {
    expect(order(child('a', 'b'), child('b', 'a'), child('c', 'c')).sort()).toEqual(['a', 'b', 'c'])
  })

  test('a hundred thousand generations', () => {
    const animals = Array.from({ length: 100_000 }, (_, at) => child(`${at}`, `${at + 1}`))
    expect(order(...animals)[0]).toBe('99999')
  })
})
