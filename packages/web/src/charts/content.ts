/** What a chart over time consists of. */

export type Values = readonly (number | null)[]

/** Names of colours in `charts.css`, for light and for dark pages. */
export type Colour = 'ink' | 'good' | 'warn' | 'bad' | 'water' | 'reward' | 'supplement' | 'soft'

export interface Quantity {
  readonly key: string
  readonly label: string
  /** `g`, `mL`, `%`; empty for plain numbers. */
  readonly unit: string
  readonly digits: number
  readonly values: Values
  readonly colour: Colour
  readonly drawn: 'line' | 'dashed' | 'points' | 'bars' | 'steps'
  /** Key of the quantity on whose bars these stand. */
  readonly stackedOn?: string
  /** Whatever lies under the line is tinted. */
  readonly tintedBelow?: boolean
}

/** Quantities of one unit on one pair of axes. */
export interface Panel {
  readonly title: string
  readonly unit: string
  /** Pixels. */
  readonly height: number
  readonly quantities: readonly Quantity[]
  /** The axis begins at zero. */
  readonly fromZero?: boolean
  /** The axis ends here. */
  readonly most?: number
  /** Area between two quantities of the panel. */
  readonly between?: { readonly upper: string; readonly lower: string; readonly colour: Colour }
}

/** A stretch of time that is shaded, in seconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A moment that is marked with a line and a word. */
export interface Mark {
  readonly at: number
  readonly label: string
}

export interface ChartContent {
  /** Shown above it, and on the picture of it. */
  readonly title: string
  /** Of the files that it is kept in, without an ending. */
  readonly file: string
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[]
  /** What a place in `times` is called: a day or a moment. */
  readonly nameOf: (at: number) => string
  /** What all those are called. */
  readonly timeLabel: string
  readonly panels: readonly Panel[]
  readonly shaded?: { readonly label: string; readonly spans: readonly Span[] }
  readonly marks?: readonly Mark[]
}

/** A value with its unit; a dash where nothing is known. */
export const shownValue = ({ digits, unit }: Quantity, value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : `${value.toFixed(digits)}${unit === '' ? '' : `\u202f${unit}`}`

/**
 * Heights that bars reach when they stand on others; other quantities as they are. Where neither has a value there is no
 * bar.
 */
export function heightsOf(quantities: readonly Quantity[], { values, stackedOn }: Quantity): Values {
  const below = quantities.find(({ key }) => key === stackedOn)
  if (!below) return values
  const base = heightsOf(quantities, below)
  return values.map((value, at) => (value === null && base[at] === null ? null : (value ?? 0) + (base[at] ?? 0)))
}

/** Runs of true, as spans from half a step before to half a step after. */
export function spansOf(times: readonly number[], marked: readonly boolean[], step: number): Span[] {
  const spans: Span[] = []
  let begun: number | undefined
  for (const [at, here] of marked.entries()) {
    if (here) begun ??= times[at]! - step / 2
    if (begun !== undefined && (!here || at === marked.length - 1)) {
      spans.push({ from: begun, to: times[here ? at : at - 1]! + step / 2 })
      begun = undefined
    }
  }
  return spans
}
