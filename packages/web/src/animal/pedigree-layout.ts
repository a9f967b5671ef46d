/** Where the animals of a pedigree stand, and the lines between them. Knows nothing of the page. */
import type { Pedigree, Relative } from '@alyx/client'

export interface Place {
  readonly relative: Relative
  /** The middle of the symbol. */
  readonly x: number
  readonly y: number
}

export interface PedigreeLayout {
  readonly width: number
  readonly height: number
  readonly places: readonly Place[]
  /** SVG paths: one for each set of parents, with all children that it has here. */
  readonly lines: readonly string[]
  /** Links that were left out, because they would make an animal its own ancestor. */
  readonly broken: readonly (readonly [child: Relative, parent: Relative])[]
}

type Id = string
type Parents = ReadonlyMap<Id, readonly Id[]>

/** Room for a symbol with the texts under it. */
export const CELL = { width: 124, height: 78, symbol: 26 }
/** From the middle of a symbol to the end of the texts below it. */
const TEXT_DEPTH = CELL.height - CELL.symbol / 2
const MARGIN = 16
/** Between two lines that run side by side. */
const LANE = 9

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length

/** Parents that are shown, the father first; links that close a circle are left out and told. */
function parentsOf(relatives: ReadonlyMap<Id, Relative>): {
  readonly parents: Parents
  /** Parents before their children. */
  readonly order: readonly Id[]
  readonly broken: PedigreeLayout['broken']
} {
  const parents = new Map<Id, Id[]>()
  const order: Id[] = []
  const broken: [Relative, Relative][] = []
  const onTheWay = new Set<Id>()
  const visit = (id: Id): void => {
    if (parents.has(id)) return
    const one = relatives.get(id)!
    const kept: Id[] = []
    parents.set(id, kept)
    onTheWay.add(id)
    for (const parent of new Set([one.father, ...one.mothers])) {
      const there = parent === null ? undefined : relatives.get(parent)
      if (!there) continue
      if (onTheWay.has(there.id)) broken.push([one, there])
      else {
        visit(there.id)
        kept.push(there.id)
      }
    }
    onTheWay.delete(id)
    order.push(id)
  }
  for (const id of relatives.keys()) visit(id)
  return { parents, order, broken }
}

/** Generations as the server counts them, but with every parent above its children: a father may also be a grandfather. */
function generationsOf(relatives: ReadonlyMap<Id, Relative>, parents: Parents, order: readonly Id[]): Map<Id, number> {
  const generations = new Map([...relatives].map(([id, { generation }]) => [id, generation]))
  for (const id of order.toReversed())
    for (const parent of parents.get(id)!)
      generations.set(parent, Math.max(generations.get(parent)!, generations.get(id)! + 1))
  return generations
}

/** Ancestors with columns of their own, each above the middle of what is below: fathers to the left, mothers to the right. */
function wishesOfAncestors(subject: Id, parents: Parents): Map<Id, number> {
  const wishes = new Map<Id, number>()
  let column = 0
  const visit = (id: Id): number => {
    const known = wishes.get(id)
    if (known !== undefined) return known
    const above = parents.get(id)!.map(visit)
    const wish = above.length > 0 ? mean(above) : CELL.width * column++
    wishes.set(id, wish)
    return wish
  }
  visit(subject)
  return wishes
}

/** Places in this order, a cell apart, as near to what was wished as can be. */
function spread(wishes: readonly number[]): number[] {
  const groups: { sum: number; count: number }[] = []
  wishes.forEach((wish, at) => {
    // Less the room of those before, order alone is left to keep: groups that are out of order are joined at their mean.
    groups.push({ sum: wish - at * CELL.width, count: 1 })
    for (;;) {
      const [before, last] = groups.slice(-2)
      if (!before || !last || before.sum / before.count <= last.sum / last.count) break
      groups.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count })
    }
  })
  return groups
    .flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count))
    .map((x, at) => x + at * CELL.width)
}

/** Every animal once, generations in rows, ancestors above. */
export function layoutOf({ subject, relatives: given }: Pedigree): PedigreeLayout {
  const relatives = new Map(given.map((one) => [one.id, one]))
  if (!relatives.has(subject)) return { width: 0, height: 0, places: [], lines: [], broken: [] }
  const { parents, order, broken } = parentsOf(relatives)
  const generations = generationsOf(relatives, parents, order)
  const rows = Map.groupBy(relatives.keys(), (id) => generations.get(id)!)
  const levels = [...rows.keys()].sort((a, b) => b - a)

  const couples = Map.groupBy(
    order.filter((id) => parents.get(id)!.length > 0),
    (id) => parents.get(id)!.join(' '),
  )
  const families = [...couples.values()].map((children) => ({ children, parents: parents.get(children[0]!)! }))

  const xs = new Map<Id, number>()
  const wishes = wishesOfAncestors(subject, parents)
  const bred = order.some((id) => parents.get(id)!.includes(subject))
  /** A breeder stands after its littermates and before its mates, so that lines of both sides are short. */
  const rank = (id: Id) => (id === subject && bred ? 1 : wishes.has(id) || parents.get(id)!.length > 0 ? 0 : 2)
  for (const level of levels) {
    const row = rows.get(level)!
    const wishOf = (id: Id): number => {
      const above = parents.get(id)!
      if (above.length > 0) return mean(above.map((parent) => xs.get(parent)!))
      const wish = wishes.get(id)
      if (wish !== undefined) return wish
      // A mate of which no parents are shown stands where the animal does.
      return level === generations.get(subject) ? wishOf(subject) : wishes.get(subject)!
    }
    const sorted = row
      .map((id) => ({ id, wish: wishOf(id), rank: rank(id) }))
      .sort((a, b) => a.wish - b.wish || a.rank - b.rank)
    spread(sorted.map(({ wish }) => wish)).forEach((x, at) => void xs.set(sorted[at]!.id, x))
  }
  const left = Math.min(...xs.values()) - CELL.width / 2 - MARGIN
  for (const [id, x] of xs) xs.set(id, x - left)

  // Between two rows run the lines of all families whose lower parent stands in the upper row, each in lanes of its own.
  const lanes = new Map<number, number>()
  const drawn = families.map((family) => {
    const level = Math.min(...family.parents.map((id) => generations.get(id)!))
    const row = rows.get(level)!.toSorted((a, b) => xs.get(a)! - xs.get(b)!)
    const across = family.parents.toSorted((a, b) => xs.get(a)! - xs.get(b)!)
    const beside =
      across.length > 1 && across.every((id, at) => at === 0 || row.indexOf(id) === row.indexOf(across[at - 1]!) + 1)
    const together = beside && across.every((id) => row.includes(id))
    const first = lanes.get(level) ?? 0
    const needed = together ? 1 : 2
    lanes.set(level, first + needed)
    return { ...family, across, together, level, first }
  })
  const tops = new Map<number, number>()
  let bottom = MARGIN
  for (const level of levels) {
    tops.set(level, bottom)
    bottom += CELL.height + LANE * ((lanes.get(level) ?? 0) + 2)
  }
  const yOf = (id: Id) => tops.get(generations.get(id)!)! + CELL.symbol / 2

  const lines = drawn.map(({ across, children, together, level, first }) => {
    const lane = (at: number) => tops.get(level)! + CELL.height + LANE * (at + 1)
    const [one, other = one] = across.map((id) => xs.get(id)!) as [number, number?]
    const middle = together || across.length < 2 ? mean([one, other!]) : mean(across.map((id) => xs.get(id)!))
    const parts: string[] = []
    const low = lane(together ? first : first + 1)
    if (together) {
      const y = yOf(across[0]!)
      parts.push(`M${one} ${y}H${xs.get(across.at(-1)!)}`, `M${middle} ${y}V${low}`)
    } else {
      for (const id of across) parts.push(`M${xs.get(id)} ${yOf(id) + TEXT_DEPTH}V${lane(first)}H${middle}`)
      parts.push(`M${middle} ${lane(first)}V${low}`)
    }
    for (const id of children) parts.push(`M${middle} ${low}H${xs.get(id)}V${yOf(id)}`)
    return parts.join('')
  })
  return {
    width: Math.max(...xs.values()) + CELL.width / 2 + MARGIN,
    height: bottom,
    places: order
      .map((id) => ({ relative: relatives.get(id)!, x: xs.get(id)!, y: yOf(id) }))
      // As one reads: the keyboard goes through the rows.
      .sort((a, b) => a.y - b.y || a.x - b.x),
    lines,
    broken,
  }
}

/** An animal with its parents, and theirs. */
export interface Ancestry {
  readonly relative: Relative
  readonly parents: readonly Ancestry[]
  /** Was told before, with its parents. */
  readonly again: boolean
}

/** The pedigree as lists: ancestors nested, and those beside and below. */
export function listsOf({ subject, relatives: given }: Pedigree): {
  readonly ancestry: Ancestry | undefined
  readonly littermates: readonly Relative[]
  readonly offspring: readonly Relative[]
} {
  const relatives = new Map(given.map((one) => [one.id, one]))
  const { parents } = parentsOf(relatives)
  const told = new Set<Id>()
  const ancestry = (id: Id): Ancestry => {
    const again = told.has(id)
    told.add(id)
    return { relative: relatives.get(id)!, again, parents: again ? [] : parents.get(id)!.map(ancestry) }
  }
  const own = relatives.get(subject)
  return {
    ancestry: own && ancestry(subject),
    littermates: given.filter(({ id, litter }) => id !== subject && litter !== null && litter === own?.litter),
    offspring: given.filter(({ father, mothers }) => father === subject || mothers.includes(subject)),
  }
}
