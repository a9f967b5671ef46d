import {
  Allele,
  BreedingPair,
  GenotypeTest,
  Litter,
  Sequence,
  Strain,
  Subject,
  SubjectRequest,
  Zygosity,
} from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import { inheritedFrom } from '../../../src/domains/subjects/colony/litters.ts'
import { statusOfRequest } from '../../../src/domains/subjects/colony/requests.ts'
import { KNOWN_RULES, testsOf } from '../../../src/domains/subjects/genotyping/known-rules.ts'
import {
  addAllelesOfAnimals,
  addLitters,
  addPups,
  genotypeFromParents,
  inheritAgain,
  installKnownRules,
  nameLitterPups,
  putPairsInCage,
  recordTestResults,
  setZygositiesOfAll,
  statusesOfRequests,
  validateSubjects,
  weanLitter,
} from '../../../src/domains/subjects/index.ts'
import type { Key, NewRow } from '../../../src/records/index.ts'
import { ColonyRecords } from './rules/colony-records.ts'

let lab: ColonyRecords
beforeAll(async () => {
  lab = await ColonyRecords.open()
})
afterAll(() => lab.scratch.drop())

const BIRTH = '2026-01-05'
let families = 0

/** A pair with a litter and no pups yet; the father has what pups take from him. */
async function family(values: NewRow<typeof Litter> = {}) {
  families += 1
  const [strain_id] = await lab.make(Strain, { name: `strain ${families}` })
  const line = await lab.line()
  const parent = { line_id: line.id, birth_date: '2025-06-01', strain_id: strain_id! }
  const father = await lab.subject({ ...parent, sex: 'M', responsible_user_id: lab.person.id })
  const mother = await lab.subject({ ...parent, sex: 'F' })
  const [pair] = await lab.make(BreedingPair, { line_id: line.id, father_id: father.id, mother1_id: mother.id })
  const [litter] = await lab.make(Litter, { line_id: line.id, breeding_pair_id: pair!, birth_date: BIRTH, ...values })
  return { line, father, mother, pair: pair!, litter: litter! }
}
const pupsOf = (litter: Key) =>
  lab.scratch.database.objects<{ id: Key; nickname: string; wean_date: string | null; cage: string | null }>(
    sql`select id, nickname, wean_date, cage from subjects_subject where litter_id = ${litter} order by nickname`,
  )
const add = (litter: Key, ...pups: NewRow<typeof Subject>[]) =>
  lab.recording((recorder) => addPups(recorder, litter, pups))

describe('pups inherit', () => {
  const litter = { line_id: 'Ai32', birth_date: BIRTH }
  const genes = { species_id: 'mouse', strain_id: null, source_id: 'Jax' }
  test.each([
    { said: 'with a father', nest: { ...litter, ...genes, father_id: 'f' }, takes: { ...litter, ...genes } },
    {
      said: 'without one',
      nest: { ...litter, species_id: null, strain_id: null, source_id: null, father_id: null },
      takes: litter,
    },
  ])('$said', ({ nest, takes }) => {
    expect(inheritedFrom(nest)).toEqual(takes)
  })

  test('from litter and father, and are numbered from the line', async () => {
    const { line, father, litter } = await family()

    const pups = await add(litter, { sex: 'M', ear_mark: 'L1' }, {}, { nickname: 'runt' })

    // The parents had the first two numbers.
    expect(pups.map(({ after }) => after.nickname)).toEqual([`${line.nickname}_0003`, `${line.nickname}_0004`, 'runt'])
    expect(pups[0]!.after).toMatchObject({
      sex: 'M',
      ear_mark: 'L1',
      line_id: line.id,
      birth_date: BIRTH,
      litter_id: litter,
      strain_id: father.strain_id,
      species_id: father.species_id,
      responsible_user_id: lab.person.id,
      lab_id: father.lab_id,
    })
  })

  test('again, when the litter turns out to be born on another day', async () => {
    const { litter } = await family()
    const [pup] = await add(litter, {})
    await lab.change(Litter, litter, { birth_date: '2026-01-07' })

    const changed = await lab.recording((recorder) => inheritAgain(recorder, [litter]))

    expect(changed.map(({ key, after }) => [key, after.birth_date])).toEqual([[pup!.key, '2026-01-07']])
  })

  test('their names, when the litter gets its line late', async () => {
    const { litter } = await family({ line_id: null, name: 'no line yet' })
    await add(litter, {})
    const naming = () => lab.recording((recorder) => nameLitterPups(recorder, [litter]))
    await expect(naming()).rejects.toThrow('has no line')
    const { id: line_id, nickname } = await lab.line()
    await lab.change(Litter, litter, { line_id })

    await naming()

    expect((await pupsOf(litter)).map((pup) => pup.nickname)).toEqual([`${nickname}_0001`])
  })

  test('a litter that does not exist is told', async () => {
    await expect(add('00000000-0000-4000-8000-000000000000', {})).rejects.toMatchObject({ kind: 'missing' })
  })
})

describe('weaning', () => {
  test('all living pups on one day, into cages by sex; those weaned before stay', async () => {
    const { litter } = await family()
    const [male, female, early, dead] = await add(
      litter,
      { sex: 'M' },
      { sex: 'F', cage: 'B1' },
      { sex: 'M', wean_date: '2026-01-20' },
      { sex: 'M', death_date: '2026-01-10' },
    )

    await lab.recording((recorder) => weanLitter(recorder, [litter], { date: '2026-01-26', cages: { M: 'W1' } }))

    const weaned = new Map((await pupsOf(litter)).map(({ id, wean_date, cage }) => [id, { wean_date, cage }]))
    expect(weaned.get(male!.key)).toEqual({ wean_date: '2026-01-26', cage: 'W1' })
    expect(weaned.get(female!.key)).toEqual({ wean_date: '2026-01-26', cage: 'B1' })
    expect(weaned.get(early!.key)).toEqual({ wean_date: '2026-01-20', cage: null })
    expect(weaned.get(dead!.key)).toEqual({ wean_date: null, cage: null })
  })

  test('not before they are born', async () => {
    const { litter } = await family()
    await expect(lab.recording((recorder) => weanLitter(recorder, [litter], { date: '2026-01-01' }))).rejects.toThrow(
      `born on ${BIRTH}`,
    )
  })

  test('today, unless it is said', async () => {
    const { litter } = await family()
    await add(litter, {})

    const [pup] = await lab.recording((recorder) => weanLitter(recorder, [litter]))

    expect(pup!.after.wean_date).toBe(new Date().toISOString().slice(0, 10))
  })
})

describe('genotyping', () => {
  const zygositiesOf = async (subject: Key) =>
    (await lab.scratch.database.rows(sql`select zygosity from subjects_zygosity where subject_id = ${subject}`)).map(
      ([value]) => Number(value),
    )
  const allele = async () => (await lab.make(Allele, { nickname: `allele of family ${families}`, name: 'x' }))[0]!

  test('from the parents, where nothing is recorded', async () => {
    const { father, mother, litter } = await family()
    const [first, second] = await add(litter, {}, {})
    const allele_id = await allele()
    await lab.make(
      Zygosity,
      { subject_id: father.id, allele_id, zygosity: 2 },
      { subject_id: mother.id, allele_id, zygosity: 0 },
      { subject_id: second!.key, allele_id, zygosity: 3 },
    )

    const found = await lab.recording((recorder) => genotypeFromParents(recorder, [litter]))

    expect(found).toEqual([{ subject: first!.key, allele: allele_id, before: undefined, after: 1 }])
    expect(await zygositiesOf(first!.key)).toEqual([1])
    expect(await zygositiesOf(second!.key)).toEqual([3])
  })

  test('the whole colony, grandparents first', async () => {
    const { father, mother, litter, line } = await family()
    const allele_id = await allele()
    for (const { id } of [father, mother]) await lab.make(Zygosity, { subject_id: id, allele_id, zygosity: 2 })
    const [son, daughter] = await add(litter, { sex: 'M', nickname: 'z-son' }, { sex: 'F', nickname: 'z-daughter' })
    const [pair] = await lab.make(BreedingPair, { line_id: line.id, father_id: son!.key, mother1_id: daughter!.key })
    const [next] = await lab.make(Litter, { line_id: line.id, breeding_pair_id: pair! })
    const [grandchild] = await add(next!, { nickname: 'a-grandchild' })

    const { animals, findings } = await lab.recording((recorder) => setZygositiesOfAll(recorder))

    const [count] = await lab.scratch.database.rows(sql`select count(*) from subjects_subject`)
    expect(animals).toBe(Number(count![0]))
    expect(findings.filter((one) => one.allele === allele_id)).toHaveLength(3)
    expect(await zygositiesOf(grandchild!.key)).toEqual([2])

    const again = await lab.recording((recorder) => setZygositiesOfAll(recorder))
    expect(again.findings).toEqual([])
  })

  test('only animals that exist', async () => {
    await expect(lab.recording((recorder) => setZygositiesOfAll(recorder, ['nobody']))).rejects.toThrow(
      'No subject is called nobody.',
    )
  })

  test('results of a litter: made, put right, taken back', async () => {
    const { litter } = await family()
    const [pup, other] = await add(litter, { to_be_genotyped: true }, { to_be_genotyped: true })
    const [sequence] = await lab.make(Sequence, {
      name: `tested in family ${families}`,
      base_pairs: 'A',
      description: '',
    })
    const test = (subject: Key, result: 0 | 1 | null) => ({ subject, sequence: sequence!, result })
    const tests = () =>
      lab.scratch.database.rows(
        sql`select subject_id, test_result from subjects_genotypetest where sequence_id = ${sequence!} order by test_result`,
      )

    await lab.recording((recorder) =>
      recordTestResults(recorder, [test(pup!.key, 1), test(pup!.key, 0), test(other!.key, 1)], '2026-02-01'),
    )
    expect(await tests()).toEqual([
      [pup!.key, '0'],
      [other!.key, '1'],
    ])
    expect(await lab.read(Subject, pup!.key)).toMatchObject({ genotype_date: '2026-02-01', to_be_genotyped: false })

    await lab.recording((recorder) => recordTestResults(recorder, [test(pup!.key, 1), test(other!.key, null)]))
    expect(await tests()).toEqual([[pup!.key, '1']])
  })

  test('alleles that animals carry become alleles of their line', async () => {
    const { father, line } = await family()
    await lab.make(Zygosity, { subject_id: father.id, allele_id: await allele(), zygosity: 1 })

    await lab.recording(addAllelesOfAnimals)

    const linked = await lab.scratch.database.rows(sql`select from subjects_line_alleles where line_id = ${line.id}`)
    expect(linked).toHaveLength(1)
    expect(await lab.recording(addAllelesOfAnimals)).toBe(0)
  })
})

describe('rules that many laboratories share', () => {
  test.each([
    { outcome: 'Cre', tests: [['Cre', 1]] },
    { outcome: '-Cre', tests: [['Cre', 0]] },
    {
      outcome: 'Cre,-Vip WT',
      tests: [
        ['Cre', 1],
        ['Vip WT', 0],
      ],
    },
    {
      outcome: 'tdRFP,-ROSA WT',
      tests: [
        ['ROSA WT', 0],
        ['tdRFP', 1],
      ],
    },
  ])('$outcome', ({ outcome, tests }) => {
    expect(testsOf(outcome).map(({ sequence, result }) => [sequence, result])).toEqual(tests)
  })

  test('31 alleles of lines, 79 rules', () => {
    expect(KNOWN_RULES).toHaveLength(31)
    expect(KNOWN_RULES.flatMap(([, , reading]) => Object.keys(reading))).toHaveLength(79)
  })

  test('are recorded for the lines that the laboratory has, once', async () => {
    await lab.line({ nickname: 'Emx', name: 'Emx' })
    await lab.make(Allele, { nickname: 'Emx1-Cre', name: 'Emx1<tm1(cre)Krj>' })

    const first = await lab.recording(installKnownRules)
    const second = await lab.recording(installKnownRules)

    const emx = await lab.scratch.database.rows(sql`
      select r.zygosity, s0.name, r.sequence0_result, s1.name, r.sequence1_result from subjects_zygosityrule r
        join subjects_line l on l.id = r.line_id and l.nickname = 'Emx'
        join subjects_sequence s0 on s0.id = r.sequence0_id
        left join subjects_sequence s1 on s1.id = r.sequence1_id order by r.zygosity`)
    expect(emx).toEqual([
      ['0', 'Cre', '0', null, null],
      ['1', 'Cre', '1', 'WT', '1'],
      ['2', 'Cre', '1', 'WT', '0'],
    ])
    expect(second).toEqual({ created: 0, kept: first.created + first.kept, absent: first.absent })
    expect(first.absent).toContain('TetO: TetO-G6s')
    expect(first.absent).not.toContain('Emx: Emx1-Cre')
  })
})

describe('litters of a pair', () => {
  test('are of its line, and numbered from it', async () => {
    const { line, pair } = await family({ name: 'found in spring' })
    const other = await lab.line()

    const made = await lab.recording((recorder) =>
      addLitters(recorder, pair, [{ birth_date: BIRTH }, { birth_date: BIRTH, line_id: other.id }]),
    )

    expect(made.map(({ after }) => after)).toEqual([
      expect.objectContaining({ name: `${line.nickname}_L_001`, line_id: line.id, breeding_pair_id: pair }),
      expect.objectContaining({ name: `${line.nickname}_L_002`, line_id: line.id, breeding_pair_id: pair }),
    ])
  })

  test('of a pair that does not exist are refused', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000'

    await expect(lab.recording((recorder) => addLitters(recorder, nobody, [{}]))).rejects.toMatchObject({
      kind: 'missing',
    })
  })
})

test('a pair lives in the cage of its parents', async () => {
  const { pair, father, mother } = await family()

  await lab.recording((recorder) => putPairsInCage(recorder, [pair], 'B7'))

  expect((await lab.read(Subject, father.id))!.cage).toBe('B7')
  expect((await lab.read(Subject, mother.id))!.cage).toBe('B7')
})

describe('requests', () => {
  test.each([
    { count: 2, fulfilled: 0, remaining: 2, status: 'Open' },
    { count: 2, fulfilled: 2, remaining: 0, status: 'Closed' },
    { count: 1, fulfilled: 3, remaining: -2, status: 'Closed' },
    { count: null, fulfilled: 0, remaining: 0, status: 'Closed' },
  ])('$fulfilled of $count: $status', ({ count, fulfilled, ...expected }) => {
    expect(statusOfRequest(count, fulfilled)).toEqual({ fulfilled, ...expected })
  })

  test('close when enough living animals were handed over, and open again when one dies', async () => {
    const { id: line_id } = await lab.line()
    const user_id = lab.person.id
    const [request] = await lab.make(SubjectRequest, { user_id, line_id, count: 1 })
    const { id } = await lab.subject({ line_id })
    const status = async () => (await statusesOfRequests(lab.scratch.database, [request!])).get(request!)!.status
    expect(await status()).toBe('Open')

    await lab.change(Subject, id, { responsible_user_id: user_id })
    expect(await status()).toBe('Closed')

    await lab.change(Subject, id, { death_date: '2026-02-01' })
    expect(await status()).toBe('Open')
  })
})

describe('animals are looked over', () => {
  const doubtsAbout = async (id: Key) =>
    (await validateSubjects(lab.scratch.database)).filter((one) => one.id === id).map(({ what }) => what)

  test('nothing to say about one that is in order', async () => {
    const { id } = await lab.subject({ nickname: 'in-order', birth_date: '2026-01-01' })
    expect(await doubtsAbout(id)).toEqual([])
  })

  test.each([
    { said: 'has no name yet', wrong: sql`nickname = '-'` },
    { said: 'has a name that files cannot have', wrong: sql`nickname = 'a mouse'` },
    { said: 'was not born', wrong: sql`birth_date = null` },
    { said: 'died before it was born', wrong: sql`death_date = '2025-12-31', actual_severity = 2` },
    { said: 'was disposed of alive', wrong: sql`reduced_date = '2026-02-01'` },
    {
      said: 'is dead and to be culled',
      wrong: sql`death_date = '2026-02-01', actual_severity = 2, to_be_culled = true`,
    },
    { said: 'is genotyped and to be genotyped', wrong: sql`genotype_date = '2026-02-01', to_be_genotyped = true` },
    { said: 'is dead without severity', wrong: sql`death_date = '2026-02-01'` },
    { said: 'lives with nobody answering for it', wrong: sql`responsible_user_id = null` },
  ])('$said', async ({ said, wrong }) => {
    const { id } = await lab.subject({ nickname: 'doubtful', birth_date: '2026-01-01' })
    await lab.scratch.database.execute(sql`update subjects_subject set ${wrong} where id = ${id}`)

    expect(await doubtsAbout(id)).toEqual([said])

    await lab.remove(Subject, id)
  })

  test('two tests that contradict each other', async () => {
    const { id } = await lab.subject({ nickname: 'tested-twice', birth_date: '2026-01-01' })
    const [sequence_id] = await lab.make(Sequence, { name: 'contradicted', base_pairs: 'A', description: '' })
    await lab.make(
      GenotypeTest,
      { subject_id: id, sequence_id: sequence_id!, test_result: 0 },
      { subject_id: id, sequence_id: sequence_id!, test_result: 1 },
    )

    expect(await doubtsAbout(id)).toEqual(['has tests that contradict each other'])
  })
})
