/** What keys do in the grid of genotypes. */
export interface Place {
  readonly row: number
  readonly column: number
}

const STEPS: Readonly<Record<string, Place>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  Enter: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
  Home: { row: 0, column: Number.NEGATIVE_INFINITY },
  End: { row: 0, column: Number.POSITIVE_INFINITY },
  PageUp: { row: -15, column: 0 },
  PageDown: { row: 15, column: 0 },
}

const within = (value: number, size: number) => Math.max(0, Math.min(size - 1, value))

/** Where a key leads from a cell; undefined when it leads nowhere. */
export function placeAfter(key: string, { row, column }: Place, rows: number, columns: number): Place | undefined {
  const step = STEPS[key]
  return step && { row: within(row + step.row, rows), column: within(column + step.column, columns) }
}

const RESULT_KEYS: Readonly<Record<string, 0 | 1 | null>> = {
  '1': 1,
  '+': 1,
  '0': 0,
  '-': 0,
  Delete: null,
  Backspace: null,
}

/** The result that a key stands for, null for taking it back; undefined for any other key. */
export const resultOfKey = (key: string): 0 | 1 | null | undefined =>
  Object.hasOwn(RESULT_KEYS, key) ? RESULT_KEYS[key] : undefined
