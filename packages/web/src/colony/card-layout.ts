/** Contents laid out on a card, in millimetres; the preview and the PDF draw the same marks. */
import type { CardContents } from './card-contents.ts'
import type { Format } from './formats.ts'

export interface TextMark {
  readonly kind: 'text'
  readonly text: string
  readonly x: number
  /** Of the line that letters stand on. */
  readonly y: number
  /** Height of the letters. */
  readonly size: number
  readonly bold: boolean
}
export interface CodeMark {
  readonly kind: 'code'
  readonly x: number
  readonly y: number
  readonly side: number
  readonly address: string
}
export interface RuleMark {
  readonly kind: 'rule'
  readonly x: number
  readonly y: number
  readonly width: number
}
export type Mark = TextMark | CodeMark | RuleMark

/** Width of a text in millimetres, when its letters are this high. */
export type Measure = (text: string, size: number, bold: boolean) => number

const DOTS = '…'

/** The text, or its beginning with dots where it is too wide. Cut between letters as people see them. */
export function fitted(text: string, width: number, size: number, bold: boolean, measure: Measure): string {
  if (measure(text, size, bold) <= width) return text
  const letters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment)
  let least = 0
  let most = letters.length
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (measure(letters.slice(0, middle).join('') + DOTS, size, bold) <= width) least = middle
    else most = middle - 1
  }
  return least === 0 ? '' : letters.slice(0, least).join('').trimEnd() + DOTS
}

const LINE_FACTOR = 1.28

export function laidOut(contents: CardContents, format: Format, measure: Measure): readonly Mark[] {
  return format.kind === 'label' ? label(contents, format, measure) : card(contents, format, measure)
}

/** A title, up to three lines, and the code as high as the label allows. */
function label({ title, subtitle, rows, address }: CardContents, { width, height }: Format, measure: Measure): Mark[] {
  const edge = 2
  const side = Math.min(height - 2 * edge, width * 0.38)
  const room = width - side - 3 * edge
  const titleSize = Math.min(5, height / 6)
  const size = Math.min(3, height / 9.5)
  const marks: Mark[] = [{ kind: 'code', x: width - edge - side, y: (height - side) / 2, side, address }]
  const text = (said: string, y: number, high: number, bold: boolean) =>
    marks.push({ kind: 'text', text: fitted(said, room, high, bold, measure), x: edge, y, size: high, bold })
  let y = edge + titleSize
  text(title, y, titleSize, true)
  for (const line of [...subtitle, ...rows.map(([name, sex]) => `${name} ${sex}`)]) {
    y += size * LINE_FACTOR
    if (y > height - edge) break
    text(line, y, size, false)
  }
  return marks
}

/** Shares of the width that the columns of animals take: animal, sex, born, ear, genotype. */
const SHARES = [0.25, 0.07, 0.19, 0.11, 0.38] as const
const COLUMN_GAP = 1.5

function card(contents: CardContents, { width, height }: Format, measure: Measure): Mark[] {
  const edge = width > 104 ? 7 : 5
  const inner = width - 2 * edge
  const side = Math.min(30, height * 0.3)
  const size = Math.min(3.2, height / 24)
  const titleSize = Math.min(9, height / 11)
  const marks: Mark[] = [{ kind: 'code', x: width - edge - side, y: edge, side, address: contents.address }]
  const text = (said: string, x: number, y: number, room: number, high: number, bold = false) => {
    const shown = fitted(said, room, high, bold, measure)
    if (shown !== '') marks.push({ kind: 'text', text: shown, x, y, size: high, bold })
  }
  const beside = inner - side - 3
  text(contents.title, edge, edge + titleSize, beside, titleSize, true)
  let y = edge + titleSize + 1
  for (const line of contents.subtitle) {
    y += size * 1.2 * LINE_FACTOR
    if (y > edge + side) break
    text(line, edge, y, beside, size * 1.2)
  }

  const step = size * LINE_FACTOR
  const factLines = Math.ceil(contents.facts.length / 2)
  const bottom = height - edge - factLines * step
  y = edge + side + size + 2
  if (contents.rows.length > 0) {
    const starts = SHARES.map((_, at) => edge + inner * SHARES.slice(0, at).reduce((sum, share) => sum + share, 0))
    const line = (cells: readonly string[], bold: boolean) => {
      for (const [at, cell] of cells.entries()) text(cell, starts[at]!, y, inner * SHARES[at]! - COLUMN_GAP, size, bold)
    }
    line(contents.head, true)
    marks.push({ kind: 'rule', x: edge, y: y + size * 0.4, width: inner })
    const places = Math.max(1, Math.floor((bottom - 2 - y) / step) - 1)
    const shown = contents.rows.length > places ? contents.rows.slice(0, places - 1) : contents.rows
    for (const cells of shown) {
      y += step
      line(cells, false)
    }
    if (shown.length < contents.rows.length) {
      y += step
      text(`and ${contents.rows.length - shown.length} more`, edge, y, inner, size, true)
    }
  }
  marks.push({ kind: 'rule', x: edge, y: bottom - size * 0.2, width: inner })
  for (const [at, [caption, value]] of contents.facts.entries()) {
    const x = edge + (at % 2) * (inner / 2)
    const at_y = bottom + (Math.floor(at / 2) + 1) * step
    const captionRoom = inner * 0.16
    text(caption, x, at_y, captionRoom, size, true)
    text(value, x + captionRoom, at_y, inner / 2 - captionRoom - COLUMN_GAP, size)
  }
  return marks
}
