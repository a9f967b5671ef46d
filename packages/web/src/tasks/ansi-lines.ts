/** Output of programs, line by line, with the colours that it asks a terminal for. */
import Anser from 'anser'

/** Text that looks alike. */
export interface Span {
  readonly text: string
  /** Class names: `ansi-red ansi-bold`. */
  readonly look: string
  /** `r, g, b`, where a program asked for a colour that has no name. */
  readonly colour?: string
}
export type Line = readonly Span[]

/** Changes nothing, but makes the reader of colours tell those that are in force. */
const IN_FORCE = '\u001b[10m'
const ESCAPE = '\u001b'
const BELL = '\u0007'
/** What programs tell terminals beside colours: where to write, what to clear, a title for the window. */
const NOT_COLOURS = new RegExp(
  [
    `${ESCAPE}\\[[0-9;?]*[A-Za-ln-z]`,
    `${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)`,
    `${ESCAPE}[()][A-Z0-9]`,
    '[\u0000-\u0008\u000b\u000c\u000e-\u001a]',
  ].join('|'),
  'g',
)
/** A sequence whose end has not come yet. */
const BEGUN = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*|\\][^${BELL}]*)?$`)

const PALETTE_NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']
const CUBE_FROM = 16
const GREYS_FROM = 232

/** A colour of the 256: one of the sixteen names, or its mixture. */
function ofPalette(number: number): { readonly name: string } | { readonly colour: string } {
  if (number < CUBE_FROM) {
    const name = PALETTE_NAMES[number % PALETTE_NAMES.length]!
    return { name: number < PALETTE_NAMES.length ? `ansi-${name}` : `ansi-bright-${name}` }
  }
  if (number >= GREYS_FROM) {
    const grey = 8 + (number - GREYS_FROM) * 10
    return { colour: `${grey}, ${grey}, ${grey}` }
  }
  const part = (by: number) => [0, 95, 135, 175, 215, 255][Math.floor((number - CUBE_FROM) / by) % 6]!
  return { colour: `${part(36)}, ${part(6)}, ${part(1)}` }
}

function spanOf({ content, fg, bg, fg_truecolor, decorations }: Anser.AnserJsonEntry): Span {
  const palette = /^ansi-palette-(\d+)$/.exec(fg ?? '')
  const found = palette ? ofPalette(Number(palette[1])) : undefined
  const name = found ? ('name' in found ? found.name : '') : fg === 'ansi-truecolor' ? '' : fg
  const colour = found && 'colour' in found ? found.colour : fg === 'ansi-truecolor' ? fg_truecolor : undefined
  const looks = [
    name,
    // Grounds of other than the sixteen colours could hide what stands on them.
    bg && /^ansi-(?:bright-)?[a-z]+$/.test(bg) && bg !== 'ansi-truecolor' ? `${bg}-ground` : '',
    ...decorations.map((decoration) => `ansi-${decoration}`),
  ]
  return { text: content, look: looks.filter(Boolean).join(' '), ...(colour && { colour }) }
}

/**
 * Reads output as it comes, in whatever pieces: a colour may begin in one line and end in another, a piece may end in the
 * middle of a sequence. A carriage return begins its line anew, as bars of progress do.
 */
export class AnsiLines {
  readonly #reader = new Anser()
  readonly #lines: Line[] = []
  /** What is still to be read: the last line, which may go on. */
  #rest = ''
  /** The colours in force before the last line. */
  #open: Line = []

  /** Finished lines, and the one that may go on. */
  get lines(): readonly Line[] {
    return this.#open.length === 0 ? this.#lines : [...this.#lines, this.#open]
  }

  add(text: string): void {
    const pieces = (this.#rest + text).replaceAll('\r\n', '\n').split('\n')
    const last = pieces.pop()!
    for (const piece of pieces) this.#lines.push(this.#read(piece))
    this.#rest = last
    // Shown without its colours until it is whole: reading it twice would count its colours twice.
    const shown = Anser.ansiToText(cleaned(overwritten(last.replace(BEGUN, ''))))
    this.#open = shown === '' ? [] : [{ text: shown, look: '' }]
  }

  /** A line of ours between those of the program. */
  remark(text: string): void {
    if (this.#rest !== '') this.add('\n')
    this.#lines.push([{ text, look: 'ansi-remark' }])
  }

  #read(piece: string): Line {
    const entries = this.#reader.ansiToJson(IN_FORCE + cleaned(overwritten(piece)), {
      use_classes: true,
      json: true,
      remove_empty: true,
    })
    return entries.map(spanOf)
  }

  /** Nothing more comes: the last line is whole. */
  end(): void {
    if (this.#rest !== '') this.add('\n')
  }
}

const cleaned = (text: string): string => text.replace(NOT_COLOURS, '')
/** What a terminal would show of a line that was begun anew. */
const overwritten = (line: string): string => {
  const trimmed = line.replace(/\r+$/, '')
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1)
}

export const textOf = (line: Line): string => line.map(({ text }) => text).join('')

/** Numbers of the lines that have a text in them, whatever its case. */
export function linesWith(lines: readonly Line[], wanted: string): readonly number[] {
  const needle = wanted.toLowerCase()
  if (needle === '') return []
  return lines.flatMap((line, number) => (textOf(line).toLowerCase().includes(needle) ? [number] : []))
}

/** A line cut where a text begins and ends; `found` stands for the text. */
export function marked(line: Line, wanted: string): readonly (Span & { readonly found: boolean })[] {
  const needle = wanted.toLowerCase()
  if (needle === '') return line.map((span) => ({ ...span, found: false }))
  const whole = textOf(line).toLowerCase()
  const cuts: number[] = []
  for (let at = whole.indexOf(needle); at >= 0; at = whole.indexOf(needle, at + needle.length))
    cuts.push(at, at + needle.length)
  let begin = 0
  return line.flatMap((span) => {
    const end = begin + span.text.length
    const edges = [begin, ...cuts.filter((cut) => cut > begin && cut < end), end]
    const parts = edges.slice(1).map((edge, index) => ({
      ...span,
      text: span.text.slice(edges[index]! - begin, edge - begin),
      found: cuts.findLastIndex((cut) => cut <= edges[index]!) % 2 === 0,
    }))
    begin = end
    return parts
  })
}
