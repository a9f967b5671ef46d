/** A chart as a picture that can be put into a report. */
import type uPlot from 'uplot'
import type { Colours } from './colours.ts'
import { type ChartContent, shownValue } from './content.ts'
import { dayOf, type Window } from './window.ts'

const TITLE = 34
const CAPTION = 22
const LEGEND_LINE = 22
const MARGIN = 12

/** Title, panels as they are drawn now, and a legend, as PNG. */
export function pictureOf(
  content: ChartContent,
  plots: readonly uPlot[],
  colours: Colours,
  window: Window,
): Promise<Blob> {
  const canvases = plots.map(({ ctx }) => ctx.canvas)
  const ratio = (canvases[0]?.width ?? 1) / (plots[0]?.width ?? 1)
  const width = Math.max(...plots.map((plot) => plot.width)) + 2 * MARGIN
  const rows = legendRows(content, width - 2 * MARGIN)
  const height =
    TITLE + plots.reduce((sum, plot) => sum + CAPTION + plot.height, 0) + rows.length * LEGEND_LINE + 2 * MARGIN
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const ctx = canvas.getContext('2d')!
  ctx.scale(ratio, ratio)
  ctx.fillStyle = colours.paper
  ctx.fillRect(0, 0, width, height)
  ctx.fillStyle = colours.ink
  ctx.textBaseline = 'middle'
  ctx.font = '600 15px Inter, system-ui, "DejaVu Sans", sans-serif'
  ctx.fillText(content.title, MARGIN, MARGIN + 10)
  ctx.font = '12px Inter, system-ui, "DejaVu Sans", sans-serif'
  ctx.fillStyle = colours.soft
  ctx.textAlign = 'right'
  ctx.fillText(`${dayOf(window.from + 1)} – ${dayOf(window.to - 1)}`, width - MARGIN, MARGIN + 10)
  ctx.textAlign = 'left'
  let y = MARGIN + TITLE - 8
  for (const [at, plot] of plots.entries()) {
    const { title, unit } = content.panels[at]!
    ctx.fillStyle = colours.soft
    ctx.fillText(unit === '' ? title : `${title} (${unit})`, MARGIN, y + CAPTION / 2)
    ctx.drawImage(canvases[at]!, MARGIN, y + CAPTION, plot.width, plot.height)
    y += CAPTION + plot.height
  }
  for (const row of rows) {
    let x = MARGIN
    for (const { label, colour, span } of row) {
      ctx.fillStyle = colour === 'shade' ? colours.shade : colours.of(colour)
      ctx.fillRect(x, y + LEGEND_LINE / 2 - 4, 12, 8)
      ctx.fillStyle = colours.ink
      ctx.fillText(label, x + 18, y + LEGEND_LINE / 2)
      x += span
    }
    y += LEGEND_LINE
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  )
}

/** Entries of the legend, as many in a row as have room. */
function legendRows({ panels, shaded }: ChartContent, width: number) {
  const entries = [
    ...panels.flatMap(({ quantities }) => quantities.map((one) => ({ label: one.label, colour: one.colour }))),
    ...(shaded && shaded.spans.length > 0 ? [{ label: shaded.label, colour: 'shade' as const }] : []),
  ]
  const rows: { label: string; colour: (typeof entries)[number]['colour']; span: number }[][] = []
  let free = 0
  for (const { label, colour } of entries) {
    const span = 38 + label.length * 7
    if (span > free) {
      rows.push([])
      free = width
    }
    rows.at(-1)!.push({ label, colour, span })
    free -= span
  }
  return rows
}

/** All values at a place, in one sentence. */
export const sentenceOf = ({ panels, nameOf }: ChartContent, at: number): string =>
  `${nameOf(at)}: ${panels
    .flatMap(({ quantities }) => quantities)
    .filter(({ values }) => values[at] !== null && values[at] !== undefined)
    .map((one) => `${one.label} ${shownValue(one, one.values[at])}`)
    .join(', ')}`
