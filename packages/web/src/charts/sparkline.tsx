import type { DayWeight } from '@alyx/client'
import './sparkline.css'

const WIDTH = 120
const HEIGHT = 30
const EDGE = 4
const DAY_MS = 86_400_000
/** Less than this is the scale's own unrest: it must not fill the height of the picture. Grams. */
const LEAST_RANGE = 1

const inGrams = (weight: number): string => `${weight.toFixed(1)} g`

/** What a line of weights says, for those who do not see it. */
export function weightsInWords(weights: readonly DayWeight[]): string {
  const first = weights[0]
  const last = weights.at(-1)
  if (!first || !last) return 'No weights in thirty days'
  if (weights.length === 1) return `One weight in thirty days: ${inGrams(last.weight)} on ${last.day}`
  const all = weights.map(({ weight }) => weight)
  return (
    `Weights of ${weights.length} days: from ${inGrams(first.weight)} on ${first.day} to ${inGrams(last.weight)} ` +
    `on ${last.day}, between ${inGrams(Math.min(...all))} and ${inGrams(Math.max(...all))}`
  )
}

/** Where each weight stands in the picture. The last day is at the right edge, so that pictures below each other compare. */
export function sparkPoints(
  weights: readonly DayWeight[],
  lastDay: string,
  days: number,
): readonly (readonly [x: number, y: number])[] {
  const all = weights.map(({ weight }) => weight)
  const middle = (Math.min(...all) + Math.max(...all)) / 2
  const range = Math.max(Math.max(...all) - Math.min(...all), LEAST_RANGE)
  const end = Date.parse(lastDay)
  return weights.map(({ day, weight }) => {
    const before = Math.max(0, (end - Date.parse(day)) / DAY_MS)
    const x = EDGE + (WIDTH - 2 * EDGE) * (1 - Math.min(before / (days - 1), 1))
    const y = HEIGHT / 2 - ((HEIGHT - 2 * EDGE) * (weight - middle)) / range
    return [Math.round(x * 10) / 10, Math.round(y * 10) / 10]
  })
}

/** Weights of a month in the height of a line of text. */
export function Sparkline({
  weights,
  lastDay,
  days = 30,
}: {
  readonly weights: readonly DayWeight[]
  readonly lastDay: string
  readonly days?: number
}) {
  const points = sparkPoints(weights, lastDay, days)
  const last = points.at(-1)
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={weightsInWords(weights)}>
      {last ? (
        <>
          <polyline points={points.map((point) => point.join(',')).join(' ')} />
          <circle cx={last[0]} cy={last[1]} r={2.6} />
        </>
      ) : (
        <line x1={EDGE} x2={WIDTH - EDGE} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      )}
    </svg>
  )
}
