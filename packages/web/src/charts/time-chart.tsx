import { ActionIcon, Button, Tooltip, useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import {
  IconChevronLeft,
  IconChevronRight,
  IconFileSpreadsheet,
  IconPhotoDown,
  IconTable,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import type uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './charts.css'
import { type Colours, coloursOf } from './colours.ts'
import { type ChartContent, type Quantity, shownValue } from './content.ts'
import { keepCsv, keepFile } from './keep-file.ts'
import { pictureOf, sentenceOf } from './picture.ts'
import { plotOf } from './plot.ts'
import { csvOf, tableOf } from './table-text.ts'
import { ValuesTable } from './values-table.tsx'
import {
  type AddressedWindow,
  addressOf,
  isWhole,
  moved,
  PRESETS,
  placesIn,
  type Window,
  wholeOf,
  windowFrom,
  zoomed,
} from './window.ts'

const CLOSER = 0.5
const FURTHER = 2
const STEP = 0.5

interface TimeChartProps {
  readonly content: ChartContent
  /** What its address says of the part that is shown. */
  readonly shown: AddressedWindow
  readonly onShown: (shown: AddressedWindow) => void
  /** Days that are shown when the address says nothing. */
  readonly usualDays?: number
}

/**
 * A chart over time: panels above each other, values under the pointer or the arrow keys, parts of the time by dragging,
 * buttons and keys, kept as PNG and CSV, and the same as a table.
 */
export function TimeChart({ content, shown, onShown, usualDays = 91 }: TimeChartProps) {
  const scheme = useComputedColorScheme()
  const { ref: sized, width } = useElementSize<HTMLDivElement>()
  const frame = useRef<HTMLDivElement>(null)
  const plots = useRef<uPlot[]>([])
  const together = useId()
  const [at, setAt] = useState<number | null>(null)
  const [asTable, setAsTable] = useState(false)
  const { times, panels } = content
  const whole = useMemo(() => wholeOf(times), [times])
  const window = useMemo(() => windowFrom(shown, whole, usualDays), [shown, whole, usualDays])
  const look = useRef<(next: Window) => void>(() => {})
  look.current = (next) => onShown(addressOf(whole, next))

  useEffect(() => {
    const holder = frame.current
    // What the colours are depends on the scheme; that it changed is all that is needed of it.
    if (!holder || width < 1 || !scheme) return
    const colours = coloursOf(holder)
    plots.current = [...holder.children].map((place, index) =>
      plotOf(
        {
          content,
          panel: panels[index]!,
          colours,
          width,
          window,
          last: index === panels.length - 1,
          together,
          onPlace: setAt,
          onWindow: (next) => look.current(next),
        },
        place.querySelector<HTMLElement>('.chart-plot')!,
      ),
    )
    return () => {
      for (const plot of plots.current) plot.destroy()
      plots.current = []
      setAt(null)
    }
  }, [content, panels, width, window, together, scheme])

  const [first, last] = placesIn(times, window) ?? [0, 0]
  const goTo = (place: number) => {
    const next = Math.min(last, Math.max(first, place))
    for (const plot of plots.current) plot.setCursor({ left: plot.valToPos(times[next]!, 'x'), top: 10 })
    setAt(next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const place = at ?? last
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (event.shiftKey ? look.current(moved(whole, window, -STEP)) : goTo(place - 1)),
      ArrowRight: () =>
        event.shiftKey ? look.current(moved(whole, window, STEP)) : goTo(at === null ? last : place + 1),
      Home: () => goTo(first),
      End: () => goTo(last),
      '+': () => look.current(zoomed(whole, window, CLOSER, times[place])),
      '=': () => look.current(zoomed(whole, window, CLOSER, times[place])),
      '-': () => look.current(zoomed(whole, window, FURTHER, times[place])),
      '0': () => onShown({ range: 'all' }),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }
  const keepPicture = async () => {
    const colours: Colours = coloursOf(frame.current!)
    keepFile(`${content.file}.png`, await pictureOf(content, plots.current, colours, window))
  }
  const table = () => tableOf(content, window)
  const all = isWhole(whole, window)

  return (
    <section className="card chart" aria-label={content.title}>
      <div className="chart-tools">
        <fieldset className="chart-ranges" aria-label="Time that is shown">
          {PRESETS.map(({ days, label, words }) => (
            <Range
              key={days}
              words={`${label}: ${words.toLowerCase()}`}
              pressed={!all && shown.range === String(days)}
              onClick={() => onShown({ range: String(days) })}
            >
              {label}
            </Range>
          ))}
          <Range words="All" pressed={all} onClick={() => onShown({ range: 'all' })}>
            All
          </Range>
        </fieldset>
        <div>
          <Tool label="Earlier" onClick={() => look.current(moved(whole, window, -STEP))} disabled={all}>
            <IconChevronLeft size={18} aria-hidden />
          </Tool>
          <Tool label="Later" onClick={() => look.current(moved(whole, window, STEP))} disabled={all}>
            <IconChevronRight size={18} aria-hidden />
          </Tool>
          <Tool label="Look closer" onClick={() => look.current(zoomed(whole, window, CLOSER))}>
            <IconZoomIn size={18} aria-hidden />
          </Tool>
          <Tool label="Step back" onClick={() => look.current(zoomed(whole, window, FURTHER))} disabled={all}>
            <IconZoomOut size={18} aria-hidden />
          </Tool>
          <Tool label="Keep as PNG" onClick={() => void keepPicture()}>
            <IconPhotoDown size={18} aria-hidden />
          </Tool>
          <Tool label="Keep as CSV" onClick={() => keepCsv(content.file, csvOf(table()))}>
            <IconFileSpreadsheet size={18} aria-hidden />
          </Tool>
          <Tool label="Values as a table" pressed={asTable} onClick={() => setAsTable(!asTable)}>
            <IconTable size={18} aria-hidden />
          </Tool>
        </div>
      </div>
      <div ref={sized}>
        <div
          ref={frame}
          className="chart-plots"
          role="slider"
          tabIndex={0}
          aria-label={`${content.title}: arrow keys tell the values, plus and minus look closer and step back`}
          aria-valuemin={first}
          aria-valuemax={last}
          aria-valuenow={at ?? last}
          aria-valuetext={times.length > 0 ? sentenceOf(content, at ?? last) : 'Nothing is known'}
          onKeyDown={onKeyDown}
        >
          {panels.map(({ title, unit }) => (
            <div key={title}>
              <p className="chart-caption">{unit === '' ? title : `${title} (${unit})`}</p>
              <div className="chart-plot" />
            </div>
          ))}
        </div>
      </div>
      <Legend content={content} at={at} />
      {asTable && <ValuesTable table={table()} caption={`Values of ${content.title}`} />}
    </section>
  )
}

interface ToolProps {
  readonly label: string
  readonly onClick: () => void
  readonly disabled?: boolean
  readonly pressed?: boolean
  readonly children: ReactNode
}

function Tool({ label, onClick, disabled = false, pressed, children }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={pressed ? 'light' : 'subtle'}
        color="gray"
        size="lg"
        aria-label={label}
        {...(pressed !== undefined && { 'aria-pressed': pressed })}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

function Range({
  words,
  pressed,
  onClick,
  children,
}: {
  readonly words: string
  readonly pressed: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}) {
  return (
    <Button
      size="compact-sm"
      variant={pressed ? 'light' : 'subtle'}
      color={pressed ? 'lagoon' : 'gray'}
      aria-pressed={pressed}
      aria-label={words}
      onClick={onClick}
    >
      {children}
    </Button>
  )
}

/** What the lines are, and their values where the pointer is. */
function Legend({ content, at }: { readonly content: ChartContent; readonly at: number | null }) {
  const { panels, nameOf, shaded } = content
  return (
    <dl className="chart-legend">
      <div className="chart-when">
        <dt>{content.timeLabel}</dt>
        <dd>{at === null ? 'point at it to read values' : nameOf(at)}</dd>
      </div>
      {panels.flatMap(({ quantities }) =>
        quantities.map((one) => (
          <div key={one.key}>
            <dt>
              <Swatch quantity={one} />
              {one.label}
            </dt>
            <dd>{at === null ? '' : shownValue(one, one.values[at])}</dd>
          </div>
        )),
      )}
      {shaded && shaded.spans.length > 0 && (
        <div>
          <dt>
            <span className="chart-swatch" data-drawn="shade" style={{ background: 'var(--chart-shade)' }} />
            {shaded.label}
          </dt>
          <dd />
        </div>
      )}
    </dl>
  )
}

function Swatch({ quantity: { colour, drawn } }: { readonly quantity: Quantity }) {
  const filled = drawn === 'bars' || drawn === 'points'
  const shade = `var(--chart-${colour})`
  return (
    <span className="chart-swatch" data-drawn={drawn} style={filled ? { background: shade } : { borderColor: shade }} />
  )
}
