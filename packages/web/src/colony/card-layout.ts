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

const COLUMN_GAP = 2
/** The columns between animal and genotype are as wide as what stands in them, but not wider than this. */
const WIDEST_SHARE = 0.26
const NAME_SHARE = 0.45

/** Where the columns of animals begin, and how wide each is. */
function columnsOf(lines: readonly (readonly string[])[], inner: number, size: number, measure: Measure) {
  const natural = (at: number) => Math.max(...lines.map((cells) => measure(cells[at] ?? '', size, true))) + COLUMN_GAP
  const last = (lines[0]?.length ?? 1) - 1
  const middle = Array.from({ length: Math.max(0, last - 1) }, (_, at) =>
    Math.min(natural(at + 1), inner * WIDEST_SHARE),
  )
  const left = inner - middle.reduce((sum, width) => sum + width, 0)
  const name = Math.min(natural(0), left * NAME_SHARE)
  const widths = [name, ...middle, left - name]
  return widths.map((width, at) => ({ x: widths.slice(0, at).reduce((sum, one) => sum + one, 0), width }))
}

function card(contents: CardContents, { width, height }: Format, measure: Measure): Mark[] {
  const edge = width > 104 ? 7 : 5
  const inner = width - 2 * edge
  const side = Math.min(32, height * 0.28)
  const size = Math.min(3.6, height / 26)
  const titleSize = Math.min(9, height / 11)
  const step = size * LINE_FACTOR
  const marks: Mark[] = [{ kind: 'code', x: width - edge - side, y: edge, side, address: contents.address }]
  const text = (said: string, x: number, y: number, room: number, high: number, bold = false) => {
    const shown = fitted(said, room, high, bold, measure)
    if (shown !== '') marks.push({ kind: 'text', text: shown, x, y, size: high, bold })
  }
  const beside = inner - side - 3
  text(contents.title, edge, edge + titleSize, beside, titleSize, true)
  let y = edge + titleSize + 1
  for (const line of contents.subtitle) {
    y += step * 1.1
    if (y > edge + side) break
    text(line, edge, y, beside, size * 1.1)
  }

  const bottom = height - edge - Math.ceil(contents.facts.length / 2) * step
  y = edge + side + size
  if (contents.rows.length > 0) {
    const columns = columnsOf([contents.head, ...contents.rows], inner, size, measure)
    const line = (cells: readonly string[], bold: boolean) => {
      for (const [at, cell] of cells.entries())
        text(cell, edge + columns[at]!.x, y, columns[at]!.width - COLUMN_GAP / 2, size, bold)
    }
    line(contents.head, true)
    marks.push({ kind: 'rule', x: edge, y: y + size * 0.35, width: inner })
    y += size * 0.25
    const places = Math.max(1, Math.floor((bottom - size * 0.3 - y) / step))
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
  if (contents.facts.length > 0) marks.push({ kind: 'rule', x: edge, y: bottom + size * 0.1, width: inner })
  const captionRoom = Math.max(0, ...contents.facts.map(([caption]) => measure(caption, size, true))) + COLUMN_GAP
  for (const [at, [caption, value]] of contents.facts.entries()) {
    const x = edge + (at % 2) * (inner / 2)
    const line = bottom + (Math.floor(at / 2) + 1) * step
    text(caption, x, line, captionRoom, size, true)
    text(value, x + captionRoom, line, inner / 2 - captionRoom - COLUMN_GAP / 2, size)
  }
  return marks
}
