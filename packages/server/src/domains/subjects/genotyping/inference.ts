/** What tests and parents say about the copies of an allele that an animal carries. */
import type { Key } from '../../../records/index.ts'

/** Copies of an allele, as `Zygosity.zygosity` numbers them. */
export const ABSENT = 0
export const HETEROZYGOUS = 1
export const HOMOZYGOUS = 2
/** Carried, in an unknown number of copies. */
export const PRESENT = 3

/** How one line reads tests: results that mean a zygosity of an allele. */
export interface ReadingRule {
  readonly id: Key
  readonly allele_id: Key
  readonly sequence0_id: Key | null
  readonly sequence0_result: number | null
  readonly sequence1_id: Key | null
  readonly sequence1_result: number | null
  readonly zygosity: number
}

/** Result of each sequence tested in one animal: 0 absent, 1 present. */
export type Results = ReadonlyMap<Key, number>

const resultOf = (results: Results, sequence: Key | null): number | null =>
  (sequence === null ? undefined : results.get(sequence)) ?? null

/** A second test that was not done does not speak against a rule. */
function holds(rule: ReadingRule, results: Results): boolean {
  const [first, second] = [resultOf(results, rule.sequence0_id), resultOf(results, rule.sequence1_id)]
  return first === rule.sequence0_result && (second === null || second === rule.sequence1_result)
}

/** How many of the tests that a rule asks for were done. */
const testsDone = (rule: ReadingRule, results: Results): number =>
  [rule.sequence0_id, rule.sequence1_id].filter((sequence) => resultOf(results, sequence) !== null).length

/**
 * Zygosity of one allele by the rules of the animal's line.
 *
 * Alyx takes the first rule that holds, in no order. Here the rule that more tests support comes first, then the one that
 * claims less, so that the same tests always say the same.
 *
 * @param rules    those of the line about the allele
 * @returns undefined when nothing was tested or no rule holds
 *
 * Source: Alyx 3.6.1, subjects/models.py, ZygosityFinder._find_zygosity.
 */
export function zygosityFromTests(rules: readonly ReadingRule[], results: Results): number | undefined {
  if (results.size === 0) return undefined
  const holding = rules.filter((rule) => holds(rule, results))
  const [best] = holding.sort(
    (one, other) =>
      testsDone(other, results) - testsDone(one, results) ||
      one.zygosity - other.zygosity ||
      (one.id < other.id ? -1 : 1),
  )
  return best?.zygosity
}

/** Never found in a parent. */
const NONE = -1

/** What pups carry, by mother and then father; what is not here is open. */
const OFFSPRING: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  [HOMOZYGOUS]: {
    [HOMOZYGOUS]: HOMOZYGOUS,
    [HETEROZYGOUS]: PRESENT,
    [ABSENT]: HETEROZYGOUS,
    [PRESENT]: PRESENT,
    [NONE]: HETEROZYGOUS,
  },
  [HETEROZYGOUS]: { [HOMOZYGOUS]: PRESENT },
  [ABSENT]: { [HOMOZYGOUS]: HETEROZYGOUS, [ABSENT]: ABSENT, [NONE]: ABSENT },
  [PRESENT]: { [HOMOZYGOUS]: PRESENT },
  [NONE]: { [HOMOZYGOUS]: HETEROZYGOUS, [ABSENT]: ABSENT },
}

/**
 * Zygosity of an allele in the pups of two animals; undefined in a parent in which it was never found.
 *
 * @returns undefined when the parents leave it open
 *
 * Source: Alyx 3.6.1, subjects/models.py, ZygosityFinder._zygosity_from_parents.
 */
export const zygosityFromParents = (mother: number | undefined, father: number | undefined): number | undefined =>
  OFFSPRING[mother ?? NONE]?.[father ?? NONE]

/** Somebody's child, as far as it is known. */
export interface Child {
  readonly id: Key
  readonly mother: Key | null
  readonly father: Key | null
}

/** Animals with every parent in front of its children. One that would be its own ancestor stays where it is met. */
export function parentsFirst<C extends Child>(animals: readonly C[]): C[] {
  const byKey = new Map(animals.map((animal) => [animal.id, animal]))
  const ordered = new Set<C>()
  const entered = new Set<Key>()
  // With a stack of its own: a colony of many generations is deeper than that of the machine may be.
  for (const first of animals) {
    const stack = [first]
    while (stack.length > 0) {
      const animal = stack.at(-1)!
      const parents = entered.has(animal.id)
        ? []
        : [animal.mother, animal.father].flatMap((key) => {
            const parent = key === null ? undefined : byKey.get(key)
            return parent && !entered.has(parent.id) ? [parent] : []
          })
      entered.add(animal.id)
      if (parents.length > 0) stack.push(...parents)
      else ordered.add(stack.pop()!)
    }
  }
  return [...ordered]
}
