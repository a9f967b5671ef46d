/** Where the steps of a pipeline stand when they are drawn, and which depend on which. */

export interface GraphStep {
  readonly name: string
  /** Names of steps that must have run before; those of other pipelines are no part of the drawing. */
  readonly requires: readonly string[]
}

/** Of each step, the steps of the same drawing that it requires. */
function parentsOf(steps: readonly GraphStep[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set(steps.map(({ name }) => name))
  return new Map(
    steps.map(({ name, requires }) => [
      name,
      [...new Set(requires)].filter((parent) => names.has(parent) && parent !== name),
    ]),
  )
}

/** All that can be reached from a step along the arrows, itself left out; circles end where they began. */
function reached(start: string, next: (name: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...next(start)]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue
    found.add(name)
    waiting.push(...next(name))
  }
  found.delete(start)
  return found
}

export interface Kin {
  /** Everything that must have run before, however far back. */
  readonly ancestors: ReadonlySet<string>
  /** Everything that waits for it, however far on. */
  readonly descendants: ReadonlySet<string>
}

/** What a step needs and what needs it, directly or through others. */
export function kinOf(steps: readonly GraphStep[], name: string): Kin {
  const parents = parentsOf(steps)
  const children = new Map(steps.map((step) => [step.name, [] as string[]]))
  for (const [child, ones] of parents) for (const parent of ones) children.get(parent)?.push(child)
  return {
    ancestors: reached(name, (one) => parents.get(one) ?? []),
    descendants: reached(name, (one) => children.get(one) ?? []),
  }
}

/** The longest way from a step that requires nothing. An arrow that closes a circle counts nothing. */
function depthsOf(parents: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  const open = new Set<string>()
  const depth = (name: string): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    open.add(name)
    const above = (parents.get(name) ?? []).filter((parent) => !open.has(parent)).map((parent) => depth(parent) + 1)
    open.delete(name)
    const own = Math.max(0, ...above)
    depths.set(name, own)
    return own
  }
  for (const name of parents.keys()) depth(name)
  return depths
}

const SWEEPS = 4

/**
 * Steps in levels, each level below all that its steps require. Within a level steps stand near what they require, so
 * that few arrows cross.
 */
export function layered(steps: readonly GraphStep[]): readonly (readonly string[])[] {
  const parents = parentsOf(steps)
  const depths = depthsOf(parents)
  const levels: string[][] = []
  for (const { name } of steps) {
    const depth = depths.get(name) ?? 0
    while (levels.length <= depth) levels.push([])
    levels[depth]!.push(name)
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const places = new Map(levels.flatMap((level) => level.map((name, at) => [name, at - level.length / 2] as const)))
    for (const level of levels.slice(1)) {
      const middle = (name: string) => {
        const above = parents.get(name) ?? []
        return above.reduce((sum, parent) => sum + (places.get(parent) ?? 0), 0) / Math.max(1, above.length)
      }
      level.sort((a, b) => middle(a) - middle(b))
      for (const [at, name] of level.entries()) places.set(name, at - level.length / 2)
    }
  }
  return levels
}

/** Arrows from what is required to what requires it. */
export const arrowsOf = (steps: readonly GraphStep[]): readonly (readonly [from: string, to: string])[] =>
  [...parentsOf(steps)].flatMap(([child, parents]) => parents.map((parent) => [parent, child] as const))
