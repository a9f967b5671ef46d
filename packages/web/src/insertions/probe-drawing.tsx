import type { ChannelPlace } from '@alyx/client'
import { type PointerEvent, useMemo, useState } from 'react'
import { nearest, spread, stretchesOf, ticksOf } from './probe-layout.ts'

const SIZE = { width: 420, height: 620, top: 22, bottom: 30 }
const AXIS = 62
const PROBE = { left: 78, width: 92 }
const LABELS = 200
const LABEL_APART = 17
const UNKNOWN = 'var(--line)'

interface ProbeDrawingProps {
  readonly channels: readonly ChannelPlace[]
  /** Micrometres of the probe inside the brain, when they are known. */
  readonly depth: number | null
}

/** The probe from the surface at the top to its tip, its sites in the colours of their regions. */
export function ProbeDrawing({ channels, depth }: ProbeDrawingProps) {
  const [pointed, setPointed] = useState<ChannelPlace>()
  const stretches = useMemo(() => stretchesOf(channels), [channels])
  const heights = channels.flatMap(({ axial }) => (axial === null ? [] : [axial]))
  const sides = channels.flatMap(({ lateral }) => (lateral === null ? [] : [lateral]))
  const top = Math.max(depth ?? 0, ...heights) * 1.02
  const [left, right] = [Math.min(...sides), Math.max(...sides)]
  const bottom = SIZE.height - SIZE.bottom
  const y = (axial: number) => bottom - (axial / top) * (bottom - SIZE.top)
  const x = (lateral: number | null) =>
    PROBE.left + 10 + (right > left && lateral !== null ? ((lateral - left) / (right - left)) * (PROBE.width - 24) : 0)
  const labels = spread(
    stretches.map(({ from, to }) => y((from + to) / 2)),
    LABEL_APART,
    SIZE.top + 4,
    bottom - 2,
  )
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const scale = SIZE.width / box.width
    const axial = ((bottom - (event.clientY - box.top) * scale) / (bottom - SIZE.top)) * top
    const across = (event.clientX - box.left) * scale - PROBE.left - 10
    const lateral = right > left ? left + (across / (PROBE.width - 24)) * (right - left) : undefined
    setPointed(nearest(channels, axial, lateral))
  }
  const words = stretches
    .toReversed()
    .map(({ region, from, to }) => `${region?.acronym ?? 'not known'} ${Math.round(from)} to ${Math.round(to)} µm`)
    .join(', ')
  return (
    <figure className="probe">
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        role="img"
        aria-label={`${channels.length} channels from the surface to the tip, in µm from the tip: ${words}`}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setPointed(undefined)}
      >
        <text className="unit" x={AXIS} y={12} textAnchor="end">
          µm
        </text>
        {ticksOf(top).map((tick) => (
          <g key={tick} className="tick">
            <line x1={AXIS + 4} x2={PROBE.left} y1={y(tick)} y2={y(tick)} />
            <text x={AXIS} y={y(tick) + 4} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        {stretches.map(({ region, from, to }, at) => (
          <g key={from}>
            <rect
              x={PROBE.left}
              width={PROBE.width}
              y={y(to)}
              height={Math.max(1, y(from) - y(to))}
              fill={region?.colour ?? UNKNOWN}
            />
            <path
              className="leader"
              d={`M${PROBE.left + PROBE.width} ${y((from + to) / 2)}L${LABELS - 8} ${labels[at]! - 4}`}
            />
            <text className="region" x={LABELS} y={labels[at]}>
              {region?.acronym ?? '?'}
            </text>
          </g>
        ))}
        <path
          className="outline"
          d={`M${PROBE.left} ${SIZE.top}V${bottom}L${PROBE.left + PROBE.width / 2} ${bottom + 20}L${PROBE.left + PROBE.width} ${bottom}V${SIZE.top}`}
        />
        {channels.map(({ id, axial, lateral }) =>
          axial === null ? null : (
            <rect key={id} className="site" x={x(lateral)} y={y(axial) - 0.9} width={5} height={1.8} />
          ),
        )}
        {depth !== null && depth <= top && (
          <g className="surface">
            <line x1={PROBE.left - 8} x2={PROBE.left + PROBE.width + 8} y1={y(depth)} y2={y(depth)} />
            <text x={PROBE.left + PROBE.width + 12} y={y(depth) - 3}>
              surface
            </text>
          </g>
        )}
        {pointed && pointed.axial !== null && (
          <rect
            className="pointed"
            x={x(pointed.lateral) - 2.5}
            y={y(pointed.axial) - 3.5}
            width={10}
            height={7}
            rx={2}
          />
        )}
      </svg>
      <figcaption aria-live="off">{pointed ? siteInWords(pointed) : 'Point at a site to see where it was.'}</figcaption>
    </figure>
  )
}

const number = (value: number | null, unit: string): string => (value === null ? '–' : `${Math.round(value)} ${unit}`)

const siteInWords = ({ axial, lateral, x, y, z, region }: ChannelPlace): string =>
  `${region ? `${region.acronym}, ${region.name}` : 'Region not known'}: ${number(axial, 'µm')} from the tip, ${number(lateral, 'µm')} across; x ${number(x, 'µm')}, y ${number(y, 'µm')}, z ${number(z, 'µm')}`
