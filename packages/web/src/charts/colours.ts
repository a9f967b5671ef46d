import type { Colour } from './content.ts'

/** Colours of the page as it is now, which a canvas needs as they are. */
export interface Colours {
  of(colour: Colour): string
  tint(colour: Colour, per_cent: number): string
  readonly ink: string
  readonly soft: string
  readonly line: string
  readonly paper: string
  readonly shade: string
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  const of = (colour: Colour) => read(`--chart-${colour}`)
  return {
    of,
    tint: (colour, per_cent) => `color-mix(in srgb, ${of(colour)} ${per_cent}%, transparent)`,
    ink: read('--ink'),
    soft: read('--soft'),
    line: read('--line'),
    paper: read('--card'),
    shade: read('--chart-shade'),
  }
}
