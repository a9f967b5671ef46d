import { describe, expect, it } from 'vitest'
import { sparkPoints, weightsInWords } from '../src/charts/sparkline.tsx'

const weights = [
  { day: '2026-03-01', weight: 24 },
  { day: '2026-03-16', weight: 20 },
  { day: '2026-03-30', weight: 22 },
]

describe('a month of weights as a small picture', () => {
  it('has the last day at the right edge, and days without weights as width', () => {
    expect(sparkPoints(weights, '2026-03-30', 30)).toEqual([
      [4, 4],
      [61.9, 26],
      [116, 15],
    ])
  })

  it('does not make a mountain of a tenth of a gram', () => {
    const [[, first] = [0, 0], [, second] = [0, 0]] = sparkPoints(
      [
        { day: '2026-03-29', weight: 24 },
        { day: '2026-03-30', weight: 24.1 },
      ],
      '2026-03-30',
      30,
    )
    expect(Math.abs(first - second)).toBeLessThan(3)
  })

  it('is said in words', () => {
    expect(weightsInWords(weights)).toBe(
      'Weights of 3 days: from 24.0 g on 2026-03-01 to 22.0 g on 2026-03-30, between 20.0 g and 24.0 g',
    )
    expect(weightsInWords(weights.slice(0, 1))).toBe('One weight in thirty days: 24.0 g on 2026-03-01')
    expect(weightsInWords([])).toBe('No weights in thirty days')
  })
})
