import { Sequence, ZygosityRule } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Key, Recorder } from '../../../records/index.ts'
import { ABSENT, HETEROZYGOUS, HOMOZYGOUS, PRESENT } from './inference.ts'

/** Which outcome of tests means which zygosity. `Cre,-WT` is Cre present and the wild type absent. */
type Reading = Readonly<Record<string, number>>

/** One copy is assumed, because animals of crossed lines are bred to carry one. */
const oneCopy = (transgene: string): Reading => ({ [transgene]: HETEROZYGOUS, [`-${transgene}`]: ABSENT })
/** Nothing tells one copy from two. */
const someCopies = (transgene: string): Reading => ({ [transgene]: PRESENT, [`-${transgene}`]: ABSENT })
/** The unchanged gene tells one copy from two. */
const twoTests = (transgene: string, wildType: string): Reading => ({
  [`${transgene},${wildType}`]: HETEROZYGOUS,
  [`${transgene},-${wildType}`]: HOMOZYGOUS,
  [`-${transgene}`]: ABSENT,
})

/**
 * How lines that many laboratories breed are read: nickname of the line, nickname of the allele, reading.
 *
 * Source: Alyx 3.6.1, subjects/zygosities.py.
 */
export const KNOWN_RULES: readonly (readonly [line: string, allele: string, reading: Reading])[] = [
  ['N.KHA', 'Ntsr1-Cre', oneCopy('Cre')],
  ['Thy18.Pv', 'Thy18-ChR2', someCopies('YFP')],
  ['RCL.Vg', 'Ai95-G6f', oneCopy('GFP')],
  ['RCL.Vg', 'Vglut1-Cre', oneCopy('Cre')],
  ['RCLcg.Vg', 'Ai95-G6f', oneCopy('eGFP')],
  ['RCLcg.Vg', 'Vglut1-Cre', oneCopy('Cre')],
  ['Ai78.CtTa', 'Camk2a-tTa', oneCopy('tTA')],
  ['Ai78.CtTa', 'Ai78-VSFP', oneCopy('VSFP')],
  ['Vip', 'Vip-Cre', twoTests('Cre', 'Vip WT')],
  ['Vg', 'Vglut1-Cre', twoTests('Cre', 'WT')],
  ['Thy18', 'Thy18-ChR2', someCopies('YFP')],
  ['TdTom', 'TdTom-RFP', twoTests('tdRFP', 'ROSA WT')],
  ['Sst', 'Sst-Cre', twoTests('Cre', 'Sst WT')],
  ['Snap', 'Snap25-G6s', twoTests('GFP', 'WT')],
  ['RCL', 'Ai95-G6f', twoTests('eGFP', 'WT')],
  ['RCLcg', 'Ai95-G6f', twoTests('eGFP', 'WT')],
  ['Rasgrf', 'Rasgrf-Cre', twoTests('Rasgrf Cre', 'Rasgrf WT')],
  ['KHA', 'Vglut1-MD', twoTests('Vglut1 MD', 'Vglut1 WT')],
  ['Gad', 'Gad-Cre', twoTests('Cre', 'WT')],
  ['CtTa', 'Camk2a-tTa', someCopies('tTA')],
  ['Pv', 'Pv-Cre', twoTests('Cre', 'WT')],
  ['TetO', 'TetO-G6s', twoTests('TRE', 'WT')],
  ['TetO.CtTa', 'TetO-G6s', oneCopy('TRE')],
  ['TetO.CtTa', 'Camk2a-tTa', oneCopy('tTA')],
  ['Ai32', 'Ai32-ChR2', twoTests('ChR2-YFP', 'WT')],
  ['DA', 'DAT-Cre', twoTests('Cre', 'WT')],
  ['Drd', 'Drd1a-Cre', twoTests('Cre', 'WT')],
  ['Emx', 'Emx1-Cre', twoTests('Cre', 'WT')],
  ['Ai148', 'Ai148-G6f', twoTests('GFP', 'WT')],
  ['Ai148.Vg', 'Ai148-G6f', oneCopy('eGFP')],
  ['Ai148.Vg', 'Vglut1-Cre', oneCopy('Cre')],
]

/** A test that an outcome asks for, and its result. */
export interface AskedTest {
  readonly sequence: string
  readonly result: 0 | 1
}

/** Tests of an outcome such as `Cre,-WT`, sequences in order of the alphabet: capitals come first. */
export const testsOf = (outcome: string): AskedTest[] =>
  outcome
    .split(',')
    .map(
      (one): AskedTest => (one.startsWith('-') ? { sequence: one.slice(1), result: 0 } : { sequence: one, result: 1 }),
    )
    .sort((one, other) => (one.sequence < other.sequence ? -1 : 1))

/** What became of the known rules. */
export interface InstalledRules {
  readonly created: number
  /** Those that were there already. */
  readonly kept: number
  /** Lines and alleles of the list that the laboratory does not have: `Vip: Vip-Cre`. */
  readonly absent: readonly string[]
}

/**
 * Records the known rules for the lines and alleles that the laboratory has, with the sequences that they ask for. Rules
 * that are there already stay. A fixed number of statements.
 */
export async function installKnownRules(recorder: Recorder): Promise<InstalledRules> {
  const { db } = recorder
  const places = await db.objects<{ line: string; allele: string; line_id: Key; allele_id: Key }>(sql`
    select asked.line, asked.allele, l.id as line_id, a.id as allele_id
      from unnest(${KNOWN_RULES.map(([line]) => line)}::text[], ${KNOWN_RULES.map(([, allele]) => allele)}::text[])
        as asked(line, allele)
      join subjects_line l on l.nickname = asked.line
      join subjects_allele a on a.nickname = asked.allele`)
  const placeOf = (line: string, allele: string) => `${line}: ${allele}`
  const keys = new Map(places.map((place) => [placeOf(place.line, place.allele), place]))
  const known = KNOWN_RULES.flatMap(([line, allele, reading]) => {
    const place = keys.get(placeOf(line, allele))
    return place ? [{ place, reading }] : []
  })
  const outcomes = known.flatMap(({ place, reading }) =>
    Object.entries(reading).map(([outcome, zygosity]) => ({ place, tests: testsOf(outcome), zygosity })),
  )
  const sequences = await sequencesNamed(
    recorder,
    outcomes.flatMap(({ tests }) => tests.map(({ sequence }) => sequence)),
  )
  const rules = outcomes.map(({ place: { line_id, allele_id }, tests: [first, second], zygosity }) => ({
    line_id,
    allele_id,
    sequence0_id: sequences.get(first!.sequence)!,
    sequence0_result: first!.result,
    sequence1_id: second ? sequences.get(second.sequence)! : null,
    sequence1_result: second?.result ?? null,
    zygosity,
  }))
  type Asked = Omit<(typeof rules)[number], 'zygosity'>
  const sameAs = ({ line_id, allele_id, sequence0_id, sequence0_result, sequence1_id, sequence1_result }: Asked) =>
    [line_id, allele_id, sequence0_id, sequence0_result, sequence1_id, sequence1_result].join(' ')
  const there = await db.objects<Asked>(sql`
    select line_id, allele_id, sequence0_id, sequence0_result, sequence1_id, sequence1_result
      from subjects_zygosityrule where line_id = any(${rules.map(({ line_id }) => line_id)}::uuid[])`)
  const taken = new Set(there.map(sameAs))
  const fresh = rules.filter((rule) => !taken.has(sameAs(rule)))
  await recorder.create(ZygosityRule, fresh)
  return {
    created: fresh.length,
    kept: rules.length - fresh.length,
    absent: KNOWN_RULES.map(([line, allele]) => placeOf(line, allele)).filter((place) => !keys.has(place)),
  }
}

/** Keys of sequences by name; those that nobody described yet are made. */
async function sequencesNamed(recorder: Recorder, names: readonly string[]): Promise<Map<string, Key>> {
  const wanted = [...new Set(names)]
  const found = await recorder.db.rows(sql`select name, id from subjects_sequence where name = any(${wanted}::text[])`)
  const keys = new Map(found.map(([name, id]) => [name!, id!]))
  const made = await recorder.create(
    Sequence,
    wanted.filter((name) => !keys.has(name)).map((name) => ({ name, base_pairs: '', description: '' })),
  )
  for (const { key, after } of made) keys.set(after.name, key)
  return keys
}
