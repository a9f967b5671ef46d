/** A node of a forest: its parent's id, and the number of its tree when it is a root that already has one. */
export interface TreeNode {
  readonly id: number
  readonly parent_id: number | null
  readonly tree_id?: number
}

/** Place of a node: its descendants are the nodes of the same tree whose `lft` lies between its `lft` and `rght`. */
export interface NestedSet {
  readonly lft: number
  readonly rght: number
  /** Depth; roots have 0. */
  readonly level: number
  readonly tree_id: number
}

/**
 * Numbers a forest by a walk that visits each node before its children; siblings keep the order in which they are given.
 *
 * `lft` and `rght` count from 1 within each tree. Roots keep the `tree_id` they bring; others get the next free one.
 *
 * @throws Error when a parent is missing or nodes are their own ancestors: such rows would silently get no number
 */
export function nestedSets(nodes: readonly TreeNode[]): Map<number, NestedSet> {
  const children = new Map<number | null, TreeNode[]>()
  for (const node of nodes) {
    const siblings = children.get(node.parent_id)
    if (siblings) siblings.push(node)
    else children.set(node.parent_id, [node])
  }

  const places = new Map<number, NestedSet>()
  const number = (node: TreeNode, lft: number, level: number, tree_id: number): number => {
    let next = lft + 1
    for (const child of children.get(node.id) ?? []) next = number(child, next, level + 1, tree_id)
    places.set(node.id, { lft, rght: next, level, tree_id })
    return next + 1
  }

  const roots = children.get(null) ?? []
  let lastTree = roots.reduce((last, { tree_id }) => Math.max(last, tree_id ?? 0), 0)
  for (const root of roots) number(root, 1, 0, root.tree_id ?? ++lastTree)

  if (places.size !== nodes.length) throw new Error(`${nodes.length - places.size} nodes hang from no root`)
  return places
}
