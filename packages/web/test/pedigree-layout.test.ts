import type { Pedigree, Relative } from '@alyx/client'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CELL, layoutOf, listsOf } from '../src/animal/pedigree-layout.ts'

const relative = (id: string, generation: number, father: string | null, mothers: readonly string[]): Relative => ({
  id,
  nickname: id,
  sex: 'U',
  birth_date: null,
  death_date: null,
  line: null,
  genotype: [],
  generation,
  father,
  mothers,
  litter: father === null && mothers.length === 0 ? null : `${father} ${mothers}`,
})
const pedigree = (...relatives: Relative[]): Pedigree => ({ subject: 'me', relatives, inbreeding: null, more: false })

const placesOf = (given: Pedigree) => new Map(layoutOf(given).places.map((one) => [one.relative.id, one]))

/** Pairs of cells that lie on each other. */
function overlaps(given: Pedigree): string[] {
  const places = [...layoutOf(given).places]
  return places.flatMap((a, at) =>
    places
      .slice(at + 1)
      .filter((b) => Math.abs(a.x - b.x) < CELL.width - 0.001 && Math.abs(a.y - b.y) < CELL.height)
      .map((b) => `${a.relative.id} ${b.relative.id}`),
  )
}

const FAMILY = pedigree(
  relative('granddad', 2, null, []),
  relative('granny', 2, null, []),
  relative('dad', 1, 'granddad', ['granny']),
  relative('mum', 1, null, []),
  relative('me', 0, 'dad', ['mum']),
  relative('sister', 0, 'dad', ['mum']),
  relative('mate', 0, null, []),
  relative('pup', -1, 'me', ['mate']),
)

describe('the drawing of a pedigree', () => {
  test('has generations in rows, fathers to the left, littermates and mates beside', () => {
    const places = placesOf(FAMILY)
    const at = (id: string) => places.get(id)!
    expect(new Set(['me', 'sister', 'mate'].map((id) => at(id).y)).size).toBe(1)
    expect(at('granddad').y).toBeLessThan(at('dad').y)
    expect(at('dad').y).toBe(at('mum').y)
    expect(at('pup').y).toBeGreaterThan(at('me').y)
    expect(at('dad').x).toBeLessThan(at('mum').x)
    expect(at('me').x - at('sister').x).toBe(CELL.width)
    expect(at('mate').x - at('me').x).toBe(CELL.width)
    expect(overlaps(FAMILY)).toEqual([])
  })

  test('has one set of lines for a couple, however many its young', () => {
    expect(layoutOf(FAMILY).lines).toHaveLength(3)
  })

  test('draws an ancestor of both sides once, and above all its young', () => {
    const places = placesOf(
      pedigree(
        relative('a', 1, null, []),
        relative('b', 1, 'a', ['m']),
        relative('m', 2, null, []),
        relative('me', 0, 'a', ['b']),
      ),
    )
    expect(places.size).toBe(4)
    expect(places.get('a')!.y).toBeLessThan(places.get('b')!.y)
    expect(places.get('b')!.y).toBeLessThan(places.get('me')!.y)
  })

  test('leaves out the link that makes an animal its own ancestor, and tells it', () => {
    const circle = pedigree(relative('me', 0, 'dad', []), relative('dad', 1, 'me', []))
    const { places, broken } = layoutOf(circle)
    expect(places).toHaveLength(2)
    expect(broken.map(([child, parent]) => [child.id, parent.id])).toEqual([['dad', 'me']])
  })

  test('of nobody is empty', () => {
    expect(layoutOf(pedigree()).places).toEqual([])
  })

  /** Any links at all between up to 14 animals, circles and animals that are their own parent among them. */
  const ANY = fc
    .array(
      fc.record({
        generation: fc.integer({ min: -2, max: 4 }),
        father: fc.option(fc.nat(13)),
        mothers: fc.uniqueArray(fc.nat(13), { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 14 },
    )
    .map((all) => {
      const name = (at: number) => (at === 0 ? 'me' : `r${at}`)
      return pedigree(
        ...all.map(({ generation, father, mothers }, at) =>
          relative(name(at), at === 0 ? 0 : generation, father === null ? null : name(father), mothers.map(name)),
        ),
      )
    })

  test('of any family has each once, none on another, parents above children, all inside', () => {
    fc.assert(
      fc.property(ANY, (given) => {
        const { places, broken, width, height, lines } = layoutOf(given)
        expect(places.map(({ relative: { id } }) => id).toSorted()).toEqual(
          given.relatives.map(({ id }) => id).toSorted(),
        )
        expect(overlaps(given)).toEqual([])
        const byId = new Map(places.map((one) => [one.relative.id, one]))
        const left = new Set(broken.map(([child, parent]) => `${child.id} ${parent.id}`))
        for (const { relative: child, x, y } of places) {
          expect(x).toBeGreaterThanOrEqual(CELL.width / 2)
          expect(x).toBeLessThanOrEqual(width - CELL.width / 2)
          expect(y).toBeLessThan(height - CELL.height / 2)
          for (const parent of [child.father, ...child.mothers])
            if (parent && byId.has(parent) && !left.has(`${child.id} ${parent}`))
              expect(byId.get(parent)!.y).toBeLessThan(y)
        }
        expect(lines.join('')).not.toMatch(/NaN|undefined/)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the lists of a pedigree', () => {
  test('nest parents, and name littermates and offspring', () => {
    const { ancestry, littermates, offspring } = listsOf(FAMILY)
    const tree = (one: typeof ancestry): unknown => one && { [one.relative.id]: one.parents.map(tree) }
    expect(tree(ancestry)).toEqual({ me: [{ dad: [{ granddad: [] }, { granny: [] }] }, { mum: [] }] })
    expect(littermates.map(({ id }) => id)).toEqual(['sister'])
    expect(offspring.map(({ id }) => id)).toEqual(['pup'])
  })

  test('tell an ancestor of both sides with its parents once', () => {
    const { ancestry } = listsOf(
      pedigree(
        relative('me', 0, 'a', ['b']),
        relative('a', 1, 'x', []),
        relative('b', 1, 'x', []),
        relative('x', 2, null, []),
      ),
    )
    expect(ancestry!.parents.map(({ parents: [x] }) => x!.again)).toEqual([false, true])
  })
})
