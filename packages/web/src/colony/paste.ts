/** A block of genotype results as it comes from a spreadsheet: tabs between columns, a line for each animal. */
import type { Reference } from '@alyx/client'

/** What stands in a cell before it is saved: a result, a test that is taken back, or a text that nobody understands. */
export type Cell = { readonly result: 0 | 1 | null } | { readonly text: string; readonly fault: string }

export interface Pasted {
  /** By `cellKey`. */
  readonly cells: ReadonlyMap<string, Cell>
  /** Parts of the block that belong to no cell, as they were pasted, with the reason. */
  readonly leftover: readonly { readonly text: string; readonly fault: string }[]
}

interface Ground {
  readonly animals: readonly Reference[]
  readonly sequences: readonly Reference[]
  /** The cell where the block begins, when it names neither animals nor sequences. */
  readonly at: { readonly row: number; readonly column: number }
}

export const cellKey = (subject: string, sequence: string): string => `${subject} ${sequence}`

const WORDS: ReadonlyMap<string, 0 | 1> = new Map([
  ...['1', '+', 'present', 'pos', 'positive', 'yes', 'y', 'true'].map((word) => [word, 1] as const),
  ...['0', '-', '−', '–', 'absent', 'neg', 'negative', 'no', 'n', 'false'].map((word) => [word, 0] as const),
])

/** A result as people write it; undefined for an empty cell, which leaves what is there. */
export function readResult(text: string): Cell | undefined {
  const word = text.trim().toLowerCase()
  if (word === '') return undefined
  const result = WORDS.get(word)
  return result === undefined
    ? { text: text.trim(), fault: `"${text.trim()}" is neither present (1, +) nor absent (0, -)` }
    : { result }
}

const folded = (text: string): string => text.trim().toLowerCase()
const called = (names: readonly Reference[]): ReadonlyMap<string, number> =>
  new Map(names.map(({ title }, at) => [folded(title), at]))

/** Lines and their cells; spreadsheets end a block with an empty line. */
function linesOf(text: string): string[][] {
  const lines = text.split(/\r\n|\n|\r/)
  while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop()
  return lines.map((line) => line.split('\t').map((cell) => cell.replace(/^"(.*)"$/, '$1')))
}

/**
 * Finds the cell of every result in a pasted block. Where its first column has names of animals they decide about the rows,
 * in whatever order; where its first line has names of sequences they decide about the columns; otherwise the block lies
 * at the chosen cell. Whatever fits nowhere is handed back with the reason: nothing is dropped.
 */
export function readBlock(text: string, { animals, sequences, at }: Ground): Pasted {
  const lines = linesOf(text)
  const rowOf = called(animals)
  const columnOf = called(sequences)
  const cells = new Map<string, Cell>()
  const leftover: { text: string; fault: string }[] = []

  const named = lines.some(([first = '']) => rowOf.has(folded(first)))
  const heads = lines[0] ?? []
  const headed = !rowOf.has(folded(heads[0] ?? '')) && heads.some((head) => columnOf.has(folded(head)))
  const body = headed ? lines.slice(1) : lines
  const values = (line: readonly string[]) => (named ? line.slice(1) : line)
  const columns = headed
    ? values(heads).map((head) => columnOf.get(folded(head)))
    : Array.from({ length: Math.max(0, ...body.map((line) => values(line).length)) }, (_, n) => at.column + n)
  if (headed)
    for (const [n, head] of values(heads).entries())
      if (columns[n] === undefined && head.trim() !== '')
        leftover.push({ text: head, fault: 'No sequence of these animals is called so; its column was left out.' })

  for (const [n, line] of body.entries()) {
    if (line.every((cell) => cell.trim() === '')) continue
    const row = named ? rowOf.get(folded(line[0] ?? '')) : at.row + n
    const animal = row === undefined ? undefined : animals[row]
    if (!animal) {
      const fault = named ? 'No animal of the grid is called so.' : 'The grid has no row left for this line.'
      leftover.push({ text: line.join('\t'), fault })
      continue
    }
    for (const [place, value] of values(line).entries()) {
      const cell = readResult(value)
      if (!cell) continue
      const column = columns[place]
      const sequence = column === undefined ? undefined : sequences[column]
      if (sequence) cells.set(cellKey(animal.id, sequence.id), cell)
      else if (!headed || (values(heads)[place] ?? '').trim() === '')
        leftover.push({ text: `${animal.title}\t${value}`, fault: 'The grid has no column for this result.' })
    }
  }
  return { cells, leftover }
}
