/** How closely animals are related, from what is known of their parents. Pure arithmetic. */
import type { Key } from '../../../records/index.ts'

/** Parents of an animal. Two mothers of a trio: nobody knows which of them it is. */
export interface Parents {
  readonly father: Key | null
  readonly mothers: readonly Key[]
}

/**
 * Wright's coefficient of inbreeding, 0 to 1: the chance that both copies of a gene come from one ancestor. 0.25 for the
 * young of brother and sister. Undefined when a parent is not known, or one of two mothers. Of ancestors beyond those
 * that are given nothing is assumed.
 */
export function inbreeding(animal: Key, parentsOf: ReadonlyMap<Key, Parents>): number | undefined {
  const own = parentsOf.get(animal)
  if (!own || own.father === null || own.mothers.length !== 1) return undefined
  return kinship(own.father, own.mothers[0]!, parentsOf)
}

/** The chance that genes drawn from two animals come from one ancestor. Mothers of a trio count half each. */
function kinship(one: Key, other: Key, parentsOf: ReadonlyMap<Key, Parents>): number {
  const known = new Map<string, number>()
  const halves = (animal: Key): readonly (readonly [Key, number])[] => {
    const parents = parentsOf.get(animal)
    if (!parents) return []
    const mothers = parents.mothers.map((mother) => [mother, 0.5 / parents.mothers.length] as const)
    return [...(parents.father === null ? [] : [[parents.father, 0.5] as const]), ...mothers]
  }
  const depths = new Map<Key, number>()
  /** Generations of known ancestors: a descendant has more of them than any of its ancestors. */
  const depthOf = (animal: Key): number => {
    const done = depths.get(animal)
    if (done !== undefined) return done
    // An animal that is its own ancestor by a slip of somebody's pen must not go round for ever.
    depths.set(animal, 0)
    const depth = 1 + Math.max(-1, ...halves(animal).map(([parent]) => depthOf(parent)))
    depths.set(animal, depth)
    return depth
  }
  const between = (a: Key, b: Key): number => {
    const place = a < b ? `${a} ${b}` : `${b} ${a}`
    const done = known.get(place)
    if (done !== undefined) return done
    // As above: known before it is worked out.
    known.set(place, 0)
    let value: number
    if (a === b) {
      const parents = parentsOf.get(a)
      const [mother] = parents?.mothers ?? []
      const inbred = parents?.father && parents.mothers.length === 1 ? between(parents.father, mother!) : 0
      value = (1 + inbred) / 2
    } else {
      // Down from the younger of the two: the older one cannot descend from it.
      const [young, old] = depthOf(a) >= depthOf(b) ? [a, b] : [b, a]
      value = halves(young).reduce((sum, [parent, share]) => sum + share * between(parent, old), 0)
    }
    known.set(place, value)
    return value
  }
  return between(one, other)
}
