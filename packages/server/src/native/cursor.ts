import type { Order, TextRow } from '../query/index.ts'
import { problems } from './problem.ts'

/** A place between two rows of a list: clients get it as one word, and give it back as it is. */
export interface Cursor {
  readonly side: 'after' | 'before'
  /** PostgreSQL's texts of the row beside it, in the columns of the order. */
  readonly values: readonly (string | null)[]
}

/** The word for a place beside a row. It carries the order, because in another order it means nothing. */
export const cursorBeside = (
  side: Cursor['side'],
  row: TextRow,
  order: Order,
  orderIndexes: readonly number[],
): string =>
  Buffer.from(JSON.stringify([order.join(','), side, orderIndexes.map((index) => row[index] ?? null)])).toString(
    'base64url',
  )

const isText = (value: unknown): value is string | null => value === null || typeof value === 'string'

/** @throws Problem for a word that is none of ours, or of a list in another order */
export function readCursor(word: string, order: Order): Cursor {
  const parsed = parsedCursor(word)
  if (!Array.isArray(parsed) || parsed.length !== 3) throw refused()
  const [of, side, values] = parsed as unknown[]
  if (of !== order.join(','))
    throw problems.invalidParameters({
      cursor: ['the cursor belongs to a list in another order: begin again without it'],
    })
  if ((side !== 'after' && side !== 'before') || !Array.isArray(values) || values.length !== order.length)
    throw refused()
  if (!values.every(isText)) throw refused()
  return { side, values }
}

const refused = () =>
  problems.invalidParameters({ cursor: ['expected a cursor as "next" or "previous" of an answer give it'] })

function parsedCursor(word: string): unknown {
  try {
    return JSON.parse(Buffer.from(word, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
