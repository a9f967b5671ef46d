import { around } from './corners.ts'

const SIZE = 320
/** Micrometres from Bregma that are shown at least; a mouse's cortex fits. */
const LEAST_REACH = 4500
const RING = 1000

interface TopViewProps {
  readonly places: readonly {
    readonly name: string
    readonly x: readonly number[]
    readonly y: readonly number[]
    readonly believed: boolean
  }[]
}

/** Fields of view from above, around Bregma: the front at the top, the right side at the right. */
export function TopView({ places }: TopViewProps) {
  const reach = Math.max(LEAST_REACH, ...places.flatMap(({ x, y }) => [...x, ...y].map(Math.abs))) * 1.08
  const scale = SIZE / 2 / reach
  const at = ({ x, y }: { readonly x: number; readonly y: number }) => `${SIZE / 2 + x * scale},${SIZE / 2 - y * scale}`
  const rings = Array.from({ length: Math.floor(reach / RING) }, (_, ring) => (ring + 1) * RING * scale)
  return (
    <figure className="top-view">
      <svg
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        role="img"
        aria-label="Places from above, around Bregma; the tables beside have the numbers"
      >
        {rings.map((ring) => (
          <circle key={ring} className="ring" cx={SIZE / 2} cy={SIZE / 2} r={ring} />
        ))}
        <path className="cross" d={`M${SIZE / 2} 0V${SIZE}M0 ${SIZE / 2}H${SIZE}`} />
        <text x={SIZE / 2 + 4} y={12}>
          front
        </text>
        <text x={SIZE - 4} y={SIZE / 2 - 5} textAnchor="end">
          right
        </text>
        {places.map(({ name, x, y, believed }) => (
          <polygon key={name} className={believed ? 'believed' : undefined} points={around(x, y).map(at).join(' ')}>
            <title>{name}</title>
          </polygon>
        ))}
      </svg>
      <figcaption>Circles are 1 mm apart, Bregma in the middle. The place that is believed is filled.</figcaption>
    </figure>
  )
}
