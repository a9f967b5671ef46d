/** The tree of regions as it is shown: which lie open, which are found, where the keys lead. */
import type { RegionNode } from '@alyx/client'

/** Regions above one, the outermost first. */
export function above(byId: ReadonlyMap<number, RegionNode>, id: number): readonly RegionNode[] {
  const found: RegionNode[] = []
  let parent = byId.get(id)?.parent ?? null
  while (parent !== null) {
    const node = byId.get(parent)
    if (!node || found.includes(node)) break
    found.unshift(node)
    parent = node.parent
  }
  return found
}

/** What lies open when nobody has opened anything: the way down to the first level with several regions. */
export function openAtFirst(regions: readonly RegionNode[]): ReadonlySet<number> {
  const open = new Set<number>()
  const inside = Map.groupBy(regions, ({ parent }) => parent)
  let level: readonly RegionNode[] = inside.get(null) ?? []
  while (level.length === 1) {
    open.add(level[0]!.id)
    level = inside.get(level[0]!.id) ?? []
  }
  return open
}

/** Regions on screen: those whose way up is open all along, in the order of the atlas. */
export function visible(regions: readonly RegionNode[], open: ReadonlySet<number>): readonly RegionNode[] {
  const shown = new Set<number>()
  return regions.filter(({ id, parent }) => {
    const seen = parent === null || (shown.has(parent) && open.has(parent))
    if (seen) shown.add(id)
    return seen
  })
}

/** Regions that have all words in acronym, name or description, and an acronym that begins with one first of all. */
export function matching(regions: readonly RegionNode[], words: string): ReadonlySet<number> {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (wanted.length === 0) return new Set()
  return new Set(
    regions
      .filter(({ acronym, name, description }) => {
        const text = `${acronym} ${name} ${description ?? ''}`.toLowerCase()
        return wanted.every((word) => text.includes(word))
      })
      .map(({ id }) => id),
  )
}

/** Found regions with all that lies above them: a small tree in which everything is open. */
export function around(regions: readonly RegionNode[], found: ReadonlySet<number>): readonly RegionNode[] {
  const byId = new Map(regions.map((region) => [region.id, region]))
  const kept = new Set(found)
  for (const id of found) for (const node of above(byId, id)) kept.add(node.id)
  return regions.filter(({ id }) => kept.has(id))
}

export type Move =
  | { readonly to: number }
  | { readonly open: number }
  | { readonly close: number }
  | { readonly choose: number }

/** What a key does in a tree, as the patterns of ARIA have it; undefined when it does nothing. */
export function moveOf(
  key: string,
  rows: readonly RegionNode[],
  at: number,
  isOpen: (id: number) => boolean,
): Move | undefined {
  const index = rows.findIndex(({ id }) => id === at)
  const node = rows[index]
  if (!node) return undefined
  const to = (row: RegionNode | undefined): Move | undefined => row && { to: row.id }
  if (key === 'ArrowDown') return to(rows[index + 1])
  if (key === 'ArrowUp') return to(rows[index - 1])
  if (key === 'Home') return to(rows[0])
  if (key === 'End') return to(rows.at(-1))
  if (key === 'ArrowRight') return !node.inner ? undefined : isOpen(at) ? to(rows[index + 1]) : { open: at }
  if (key === 'ArrowLeft')
    return node.inner && isOpen(at) ? { close: at } : to(rows.find(({ id }) => id === node.parent))
  if (key === 'Enter' || key === ' ') return { choose: at }
  return undefined
}
