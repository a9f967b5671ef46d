import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nestedSets, type TreeNode } from '../../../src/domains/labs/starter/nested-sets.ts'

describe('numbering a tree of regions', () => {
  test('a parent encloses its children, and siblings keep their order', () => {
    const places = nestedSets([
      { id: 10, parent_id: null },
      { id: 20, parent_id: 10 },
      { id: 30, parent_id: 20 },
      { id: 40, parent_id: 10 },
    ])

    expect(Object.fromEntries(places)).toEqual({
      10: { lft: 1, rght: 8, level: 0, tree_id: 1 },
      20: { lft: 2, rght: 5, level: 1, tree_id: 1 },
      30: { lft: 3, rght: 4, level: 2, tree_id: 1 },
      40: { lft: 6, rght: 7, level: 1, tree_id: 1 },
    })
  })

  test('a second tree starts at one again, and trees keep the numbers they have', () => {
    const places = nestedSets([
      { id: 1, parent_id: null, tree_id: 7 },
      { id: 2, parent_id: null },
    ])

    expect(places.get(1)).toEqual({ lft: 1, rght: 2, level: 0, tree_id: 7 })
    expect(places.get(2)).toEqual({ lft: 1, rght: 2, level: 0, tree_id: 8 })
  })

  test('a region that hangs from no root is refused, not left without a number', () => {
    expect(() => nestedSets([{ id: 1, parent_id: 99 }])).toThrow('1 nodes hang from no root')
    expect(() =>
      nestedSets([
        { id: 1, parent_id: 2 },
        { id: 2, parent_id: 1 },
      ]),
    ).toThrow('2 nodes hang from no root')
  })

  /** A forest: each node hangs from an earlier one, or from none. */
  const forest = fc
    .array(fc.nat(), { maxLength: 60 })
    .map((choices) =>
      choices.map((choice, id): TreeNode => ({ id, parent_id: choice % (id + 1) === id ? null : choice % (id + 1) })),
    )

  test('whatever the forest, the descendants of a node are exactly those between its two numbers', () => {
    fc.assert(
      fc.property(forest, (nodes) => {
        const places = nestedSets(nodes)
        const parentOf = new Map(nodes.map(({ id, parent_id }) => [id, parent_id]))
        const isUnder = (id: number, ancestor: number) => {
          for (let at = parentOf.get(id); at !== null && at !== undefined; at = parentOf.get(at))
            if (at === ancestor) return true
          return false
        }

        for (const [id, place] of places) {
          for (const [other, { lft, tree_id }] of places) {
            const between = tree_id === place.tree_id && lft > place.lft && lft < place.rght
            expect(between).toBe(isUnder(other, id))
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})
