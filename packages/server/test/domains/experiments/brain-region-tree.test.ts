import { BrainRegion } from '@alyx/models'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import type { Key } from '../../../src/records/index.ts'
import { DataRecords } from '../data/rules/data-records.ts'

let lab: DataRecords
beforeAll(async () => {
  lab = await DataRecords.open()
})
afterAll(() => lab.scratch.drop())

interface Region {
  readonly id: number
  readonly parent_id: number | null
  readonly tree_id: number
  readonly lft: number
  readonly rght: number
  readonly level: number
}
const read = () =>
  lab.scratch.database.objects<Region>(
    sql`select id, parent_id, tree_id, lft, rght, level from experiments_brainregion order by tree_id, lft`,
  )

/** A tree as people would draw it: what comes or moves is written down last among the parts of its parent. */
class Drawing {
  readonly parents = new Map<number, number | null>()
  readonly parts = new Map<number, number[]>()
  readonly trees = new Map<number, number>()

  constructor(regions: readonly Region[]) {
    for (const { id, parent_id, tree_id } of regions) this.add(id, parent_id, tree_id)
  }

  add(id: number, parent: number | null, tree = Math.max(0, ...this.trees.values()) + 1): void {
    this.parents.set(id, parent)
    if (!this.parts.has(id)) this.parts.set(id, [])
    if (parent === null) this.trees.set(id, tree)
    else this.parts.set(parent, [...(this.parts.get(parent) ?? []), id])
  }

  takeOut(id: number): void {
    const parent = this.parents.get(id)!
    if (parent === null) this.trees.delete(id)
    else
      this.parts.set(
        parent,
        this.parts.get(parent)!.filter((part) => part !== id),
      )
  }

  move(id: number, parent: number | null): void {
    this.takeOut(id)
    this.add(id, parent)
  }

  remove(id: number): void {
    this.takeOut(id)
    for (const gone of this.within(id)) this.parents.delete(gone)
  }

  /** A region and all its parts, from the front. */
  within = (id: number): number[] => [id, ...this.parts.get(id)!.flatMap(this.within)]

  /** Where each region must stand: numbers count the brackets of `(root (part) (part))`. */
  places(): Region[] {
    return [...this.trees]
      .sort(([, one], [, other]) => one - other)
      .flatMap(([root, tree_id]) => {
        const found: Region[] = []
        let bracket = 0
        const visit = (id: number, level: number): void => {
          const at = found.push({ id, parent_id: this.parents.get(id)!, tree_id, lft: ++bracket, rght: 0, level }) - 1
          for (const part of this.parts.get(id)!) visit(part, level + 1)
          found[at] = { ...found[at]!, rght: ++bracket }
        }
        visit(root, 0)
        return found
      })
  }
}

/** Regions of these tests have numbers from here on; those of the atlas are smaller. */
const FIRST = 1_000_000_000
type Step = readonly ['add' | 'move' | 'remove', region: number, place: number]
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('add', 'add', 'move', 'remove'),
  fc.nat({ max: 1_000 }),
  fc.nat({ max: 1_000 }),
)

/** Does a step in the database and in the drawing. Of `place`, every fourth is no place at all: a tree of its own. */
async function take([kind, region, place]: Step, drawing: Drawing, next: () => number): Promise<void> {
  const ours = [...drawing.parents.keys()].filter((id) => id >= FIRST)
  const chosen = ours[region % Math.max(1, ours.length)]
  if (kind === 'remove') {
    if (chosen === undefined) return
    await lab.recording((recorder) => recorder.remove(BrainRegion, [String(chosen)]))
    return drawing.remove(chosen)
  }
  const moving = kind === 'move' ? chosen : undefined
  const barred = new Set(moving === undefined ? [] : drawing.within(moving))
  const places = [...drawing.parents.keys()].filter((id) => !barred.has(id))
  const parent = place % 4 === 0 ? null : places[place % places.length]!
  const parent_id: Key | null = parent === null ? null : String(parent)
  if (moving === undefined) {
    const id = next()
    await lab.make(BrainRegion, { id, acronym: `T${id}`, name: `region ${id}`, parent_id })
    return drawing.add(id, parent)
  }
  const stays = drawing.parents.get(moving) === parent
  await lab.change(BrainRegion, String(moving), { parent_id })
  if (!stays) drawing.move(moving, parent)
}

describe('the tree of brain regions', () => {
  test('is numbered as if it was drawn anew, whatever came, moved and went', async () => {
    let last = FIRST
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const drawing = new Drawing(await read())

        for (const one of steps) await take(one, drawing, () => ++last)

        expect(await read()).toEqual(drawing.places())
      }),
      { numRuns: 8 },
    )
  })

  test('is whole when two put regions into the same place at the same moment', async () => {
    const [parent] = await read()
    const put = (id: number) =>
      lab.make(BrainRegion, { id, acronym: `P${id}`, name: `part ${id}`, parent_id: String(parent!.id) })

    await Promise.all([1, 2, 3, 4].map((at) => put(FIRST + 1_000_000 + at)))

    expect(await read()).toEqual(new Drawing(await read()).places())
  })

  test('stays as it is when a region is saved with the parent that it has', async () => {
    const before = await read()
    const { id, parent_id } = before.find(({ parent_id, rght }) => {
      const parent = before.find((one) => one.id === parent_id)
      return parent !== undefined && rght < parent.rght - 1
    })!

    await lab.change(BrainRegion, String(id), { parent_id: String(parent_id) })

    expect(await read()).toEqual(before)
  })

  test('keeps its numbers whatever somebody gives, and a description changes nothing else', async () => {
    const before = await read()
    const { id } = before[1]!

    await lab.change(BrainRegion, String(id), { description: 'Seen in two animals.', lft: 77, rght: 78, level: 9 })

    expect(await read()).toEqual(before)
  })
})
