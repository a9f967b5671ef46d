/** One panel of a chart as uPlot draws it. */
import uPlot from 'uplot'
import type { Colours } from './colours.ts'
import { type ChartContent, heightsOf, type Panel, type Quantity } from './content.ts'
import { DAY_SECONDS, type Window } from './window.ts'

const FONT = '12px Inter, system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
/** Both axes of panels that stand above each other begin at the same place. */
const AXIS_PIXELS = 46
const POINT_PIXELS = 6
const MARK_GAP_PIXELS = 84
const MONTH = 30 * DAY_SECONDS
const YEAR = 365 * DAY_SECONDS
/** Steps of the axis of time: whole days, months and years, the lengths of which uPlot knows. */
const STEPS = [
  ...[1, 2, 3, 5, 7, 10, 15].map((days) => days * DAY_SECONDS),
  ...[1, 2, 3, 6].map((months) => months * MONTH),
  ...[1, 2, 5].map((years) => years * YEAR),
]
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Words under the axis; the year stands where it begins. */
function tickWords(splits: readonly number[], step: number): string[] {
  return splits.map((seconds, at) => {
    const date = new Date(seconds * 1000)
    const year = date.getUTCFullYear()
    const before = at === 0 ? undefined : new Date(splits[at - 1]! * 1000).getUTCFullYear()
    if (step >= YEAR) return String(year)
    const month = MONTHS[date.getUTCMonth()]!
    const words = step >= MONTH ? month : `${date.getUTCDate()} ${month}`
    return year === before ? words : `${words}\n${year}`
  })
}

export interface PlotAsked {
  readonly content: ChartContent
  readonly panel: Panel
  readonly colours: Colours
  readonly width: number
  readonly window: Window
  /** The axis of time is written under the last panel alone. */
  readonly last: boolean
  /** Panels of one key share the line under the pointer. */
  readonly together: string
  readonly onPlace: (at: number | null) => void
  readonly onWindow: (window: Window) => void
}

/** Draws a panel into an element. */
export function plotOf(asked: PlotAsked, into: HTMLElement): uPlot {
  const { content, panel, colours, window, last } = asked
  // What stands on others reaches higher, and is drawn first so that they are seen in front of it.
  const drawn = panel.quantities.toSorted((one, other) => Number(!!other.stackedOn) - Number(!!one.stackedOn))
  const placeOf = (key: string) => drawn.findIndex((one) => one.key === key) + 1
  const { between, fromZero, most } = panel
  return new uPlot(
    {
      width: asked.width,
      height: panel.height,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
      padding: [14, 10, last ? 0 : 4, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: 6 },
        sync: { key: asked.together },
        points: { size: POINT_PIXELS + 3, width: 2 },
      },
      scales: {
        x: { time: true, range: () => [window.from, window.to] },
        y: {
          range: (_, least, greatest) => {
            const [low = 0, high = 1] = uPlot.rangeNum(
              fromZero ? 0 : (least ?? 0),
              most ?? Math.max(greatest ?? 1, (least ?? 0) + 0.1),
              0.08,
              true,
            )
            return [fromZero ? 0 : low, most ?? high]
          },
        },
      },
      axes: [
        {
          stroke: colours.soft,
          font: FONT,
          grid: { stroke: colours.line, width: 1 },
          ticks: { show: last, stroke: colours.line, width: 1, size: 5 },
          incrs: STEPS,
          space: 64,
          size: last ? 42 : 4,
          values: (_, splits, __, ___, step) => (last ? tickWords(splits, step) : splits.map(() => '')),
        },
        {
          stroke: colours.soft,
          font: FONT,
          grid: { stroke: colours.line, width: 1 },
          ticks: { show: false },
          size: AXIS_PIXELS,
          space: 34,
        },
      ],
      series: [{}, ...drawn.map((quantity) => seriesOf(quantity, colours))],
      ...(between && {
        bands: [
          { series: [placeOf(between.upper), placeOf(between.lower)], fill: colours.tint(between.colour, 16), dir: -1 },
        ],
      }),
      hooks: {
        drawClear: [(plot) => shade(plot, content, colours)],
        draw: [(plot) => mark(plot, content, colours, panel === content.panels[0])],
        setCursor: [(plot) => asked.onPlace(plot.cursor.idx ?? null)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select
            if (width < 6) return
            const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            asked.onWindow({ from, to })
          },
        ],
      },
    },
    [[...content.times], ...drawn.map((one) => [...heightsOf(panel.quantities, one)])],
    into,
  )
}

function seriesOf(quantity: Quantity, colours: Colours): uPlot.Series {
  const stroke = colours.of(quantity.colour)
  const { drawn } = quantity
  const bars = drawn === 'bars'
  return {
    label: quantity.label,
    stroke,
    width: bars ? 0 : drawn === 'line' ? 2 : 1.5,
    spanGaps: drawn === 'line',
    ...(drawn === 'dashed' && { dash: [6, 4] }),
    ...(drawn === 'steps' && { paths: uPlot.paths.stepped!({ align: 1 }), dash: [3, 3] }),
    ...(drawn === 'points' && { paths: () => null }),
    ...(bars && { paths: uPlot.paths.bars!({ size: [0.7, 26, 1] }), fill: stroke }),
    ...(quantity.tintedBelow && {
      fill: colours.tint(quantity.colour, 12),
      fillTo: (plot: uPlot) => plot.scales.y?.min ?? 0,
    }),
    points: {
      show: drawn === 'points' ? true : drawn === 'line' ? undefined : false,
      size: POINT_PIXELS,
      stroke,
      fill: drawn === 'points' ? stroke : colours.paper,
    } as uPlot.Series.Points,
  }
}

/** Lets only the area of the plot be drawn on. */
function inside({ ctx, bbox }: uPlot, draw: () => void): void {
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  draw()
  ctx.restore()
}

function shade(plot: uPlot, { shaded }: ChartContent, colours: Colours): void {
  const { ctx, bbox } = plot
  inside(plot, () => {
    ctx.fillStyle = colours.shade
    for (const { from, to } of shaded?.spans ?? []) {
      const [left, right] = [plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)]
      ctx.fillRect(left, bbox.top, right - left, bbox.height)
    }
  })
}

/** Lines at marked moments; their words stand on the first panel, as far as there is room. */
function mark(plot: uPlot, { marks = [] }: ChartContent, colours: Colours, withWords: boolean): void {
  const { ctx, bbox } = plot
  const ratio = uPlot.pxRatio
  inside(plot, () => {
    ctx.strokeStyle = colours.soft
    ctx.fillStyle = colours.ink
    ctx.lineWidth = ratio
    ctx.setLineDash([2 * ratio, 3 * ratio])
    ctx.font = `${11 * ratio}px Inter, system-ui, "DejaVu Sans", sans-serif`
    ctx.textBaseline = 'top'
    let free = Number.NEGATIVE_INFINITY
    for (const { at, label } of marks) {
      const x = plot.valToPos(at, 'x', true)
      ctx.beginPath()
      ctx.moveTo(x, bbox.top)
      ctx.lineTo(x, bbox.top + bbox.height)
      ctx.stroke()
      if (!withWords || x < free) continue
      const width = ctx.measureText(label).width
      const right = x + width + 6 * ratio < bbox.left + bbox.width
      ctx.textAlign = right ? 'left' : 'right'
      ctx.fillText(`▾ ${label}`, right ? x - 4 * ratio : x + 4 * ratio, bbox.top + 2 * ratio)
      free = x + Math.max(MARK_GAP_PIXELS * ratio, width)
    }
  })
}
