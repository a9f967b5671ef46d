import { Allele, BreedingPair, GenotypeTest, Litter, Sequence, Subject, Zygosity, ZygosityRule } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import type { Key } from '../../../../src/records/index.ts'
import { ColonyRecords } from './colony-records.ts'

let lab: ColonyRecords
beforeAll(async () => {
  lab = await ColonyRecords.open()
})
afterAll(() => lab.scratch.drop())

let alleles = 0
/** A line with one allele that is tested as Cre is: by the transgene and by the wild type. */
async function creLine() {
  alleles += 1
  const name = `allele ${alleles}`
  const [cre, wildType] = await lab.make(
    Sequence,
    { name: `${name} Cre`, base_pairs: 'ACGT', description: '' },
    { name: `${name} WT`, base_pairs: 'ACGT', description: '' },
  )
  const [allele_id] = await lab.make(Allele, { nickname: name, name })
  const line = await lab.line()
  const reading = { line_id: line.id, allele_id: allele_id!, sequence0_id: cre!, sequence1_id: wildType! }
  const [heterozygous, homozygous] = await lab.make(
    ZygosityRule,
    { ...reading, sequence0_result: 1, sequence1_result: 1, zygosity: 1 },
    { ...reading, sequence0_result: 1, sequence1_result: 0, zygosity: 2 },
    { line_id: line.id, allele_id: allele_id!, sequence0_id: cre!, sequence0_result: 0, zygosity: 0 },
  )
  return { line_id: line.id, allele_id: allele_id!, cre: cre!, wildType: wildType!, heterozygous, homozygous }
}

const zygosities = async (subject: Key) =>
  (await lab.scratch.database.rows(sql`select zygosity from subjects_zygosity where subject_id = ${subject}`)).map(
    ([value]) => Number(value),
  )

describe('zygosities follow the tests', () => {
  test('a test is recorded, put right, and taken back', async () => {
    const { line_id, cre, wildType } = await creLine()
    const { id: subject_id } = await lab.subject({ line_id })

    const [, second] = await lab.make(
      GenotypeTest,
      { subject_id, sequence_id: cre, test_result: 1 },
      { subject_id, sequence_id: wildType, test_result: 0 },
    )
    expect(await zygosities(subject_id)).toEqual([2])

    await lab.change(GenotypeTest, second!, { test_result: 1 })
    expect(await zygosities(subject_id)).toEqual([1])

    await lab.change(GenotypeTest, second!, { test_result: 0 })
    await lab.remove(GenotypeTest, second!)
    expect(await zygosities(subject_id)).toEqual([1])
  })

  test('a test that belonged to another animal', async () => {
    const { line_id, cre } = await creLine()
    const [wrong, right] = [await lab.subject({ line_id }), await lab.subject({ line_id })]
    const [made] = await lab.make(GenotypeTest, { subject_id: wrong.id, sequence_id: cre, test_result: 0 })

    await lab.change(GenotypeTest, made!, { subject_id: right.id })

    expect(await zygosities(right.id)).toEqual([0])
  })

  test('of two results for one sequence the later one counts', async () => {
    const { line_id, cre } = await creLine()
    const { id: subject_id } = await lab.subject({ line_id })
    await lab.make(GenotypeTest, { subject_id, sequence_id: cre, test_result: 1 })

    await lab.make(GenotypeTest, { subject_id, sequence_id: cre, test_result: 0 })

    expect(await zygosities(subject_id)).toEqual([0])
  })

  test('an animal without line, and one whose line has no rules, are left alone', async () => {
    const { cre } = await creLine()
    const { id: line_id } = await lab.line()
    const [alone, unruled] = [await lab.subject({ nickname: 'alone' }), await lab.subject({ line_id })]

    await lab.make(
      GenotypeTest,
      { subject_id: alone.id, sequence_id: cre, test_result: 1 },
      { subject_id: unruled.id, sequence_id: cre, test_result: 1 },
    )

    expect(await zygosities(alone.id)).toEqual([])
    expect(await zygosities(unruled.id)).toEqual([])
  })

  test('two tests at the same time make one zygosity', async () => {
    const { line_id, cre, wildType } = await creLine()
    const { id: subject_id } = await lab.subject({ line_id })

    await Promise.all(
      [cre, wildType].map((sequence_id) => lab.make(GenotypeTest, { subject_id, sequence_id, test_result: 1 })),
    )

    expect(await zygosities(subject_id)).toEqual([1])
  })

  test('the results of a litter cost as many statements as those of one pup', async () => {
    const { line_id, cre } = await creLine()
    const pups = await lab.make(Subject, ...Array.from({ length: 60 }, () => ({ line_id, lab_id: lab.lab })))
    const results = (ones: readonly Key[]) =>
      ones.map((subject_id) => ({ subject_id, sequence_id: cre, test_result: 0 }))

    const one = await lab.statements((recorder) => recorder.create(GenotypeTest, results(pups.slice(0, 1))))
    const many = await lab.statements((recorder) => recorder.create(GenotypeTest, results(pups.slice(1))))

    expect(many).toBe(one)
    expect(await zygosities(pups.at(-1)!)).toEqual([0])
  })
})

describe('zygosities follow the rules of the line', () => {
  async function tested() {
    const genetics = await creLine()
    const { line_id, cre, wildType } = genetics
    const { id: subject_id } = await lab.subject({ line_id })
    await lab.make(
      GenotypeTest,
      { subject_id, sequence_id: cre, test_result: 1 },
      { subject_id, sequence_id: wildType, test_result: 0 },
    )
    return { ...genetics, subject_id }
  }

  test('a rule is changed', async () => {
    const { subject_id, homozygous } = await tested()

    await lab.change(ZygosityRule, homozygous!, { zygosity: 3 })

    expect(await zygosities(subject_id)).toEqual([3])
  })

  test('a rule is removed: what no rule decides stays', async () => {
    const { subject_id, homozygous } = await tested()

    await lab.remove(ZygosityRule, homozygous!)

    expect(await zygosities(subject_id)).toEqual([2])
  })

  test('a rule is made: the animals tested before are read again, and their parents are asked', async () => {
    const { line_id, cre } = await creLine()
    const [other] = await lab.make(Allele, { nickname: `of the parents of ${line_id}`, name: 'x' })
    const [mother, father] = [await lab.subject({ line_id, sex: 'F' }), await lab.subject({ line_id, sex: 'M' })]
    for (const { id } of [mother, father]) await lab.make(Zygosity, { subject_id: id, allele_id: other!, zygosity: 2 })
    const [breeding_pair_id] = await lab.make(BreedingPair, { line_id, father_id: father.id, mother1_id: mother.id })
    const [litter_id] = await lab.make(Litter, { line_id, breeding_pair_id: breeding_pair_id! })
    const { id } = await lab.subject({ line_id, litter_id: litter_id! })
    await lab.make(GenotypeTest, { subject_id: id, sequence_id: cre, test_result: 1 })
    const [third] = await lab.make(Allele, { nickname: `third of ${line_id}`, name: 'x' })

    await lab.make(ZygosityRule, { line_id, allele_id: third!, sequence0_id: cre, sequence0_result: 1, zygosity: 3 })

    const found = await lab.scratch.database.rows(
      sql`select allele_id, zygosity from subjects_zygosity where subject_id = ${id}`,
    )
    expect(Object.fromEntries(found)).toMatchObject({ [other!]: '2', [third!]: '3' })
  })
})
