/** Sizes of cards and labels, in millimetres, and the sheets that they are printed on. */
export interface Format {
  readonly key: string
  readonly title: string
  /** What a card of this size has room for. */
  readonly kind: 'card' | 'label'
  readonly width: number
  readonly height: number
  readonly sheet: {
    readonly width: number
    readonly height: number
    readonly columns: number
    readonly rows: number
    readonly left: number
    readonly top: number
    /** Between two columns and two rows. */
    readonly gapX: number
    readonly gapY: number
  }
}

const A4 = { width: 210, height: 297 } as const
const single = (width: number, height: number): Format['sheet'] => ({
  width,
  height,
  columns: 1,
  rows: 1,
  left: 0,
  top: 0,
  gapX: 0,
  gapY: 0,
})

export const FORMATS: readonly [Format, ...Format[]] = [
  {
    key: 'a6',
    title: 'Card A6, four on A4',
    kind: 'card',
    width: 105,
    height: 148.5,
    sheet: { ...A4, columns: 2, rows: 2, left: 0, top: 0, gapX: 0, gapY: 0 },
  },
  {
    key: 'slot',
    title: 'Card 100 × 70 mm, eight on A4',
    kind: 'card',
    width: 100,
    height: 70,
    sheet: { ...A4, columns: 2, rows: 4, left: 5, top: 8.5, gapX: 0, gapY: 0 },
  },
  {
    key: 'l7160',
    title: 'Label 63.5 × 38.1 mm, 21 on A4',
    kind: 'label',
    width: 63.5,
    height: 38.1,
    sheet: { ...A4, columns: 3, rows: 7, left: 7.25, top: 15.15, gapX: 2.5, gapY: 0 },
  },
  {
    key: 'r62x29',
    title: 'Label 62 × 29 mm, from a roll',
    kind: 'label',
    width: 62,
    height: 29,
    sheet: single(62, 29),
  },
  {
    key: 'r50x25',
    title: 'Label 50 × 25 mm, from a roll',
    kind: 'label',
    width: 50,
    height: 25,
    sheet: single(50, 25),
  },
]

export const formatCalled = (key: string | undefined): Format =>
  FORMATS.find((format) => format.key === key) ?? FORMATS[0]

export interface Placed {
  readonly page: number
  readonly x: number
  readonly y: number
}

/** Where the n-th card lies: the page, counted from 0, and its upper left corner. */
export function placeOf(n: number, { width, height, sheet }: Format): Placed {
  const each = sheet.columns * sheet.rows
  const on = n % each
  return {
    page: Math.floor(n / each),
    x: sheet.left + (on % sheet.columns) * (width + sheet.gapX),
    y: sheet.top + Math.floor(on / sheet.columns) * (height + sheet.gapY),
  }
}
