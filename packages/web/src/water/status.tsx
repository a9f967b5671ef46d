import type { WaterToday } from '@alyx/client'
import { IconAlertTriangle, IconCircleCheck, IconDroplet, IconHelpCircle, IconScale } from '@tabler/icons-react'
import './water.css'

/** Grams, millilitres and per cent as they are said everywhere. */
const amount = (digits: number, unit: string) => (value: number | null | undefined) =>
  value === null || value === undefined ? '–' : `${value.toFixed(digits)}\u202f${unit}`
export const grams = amount(1, 'g')
export const millilitres = amount(2, 'mL')
export const perCent = amount(0, '%')

const THRESHOLD = 0.005

export type WaterState = 'free' | 'unknown' | 'well' | 'close' | 'under'
const WORDS: Readonly<Record<WaterState, string>> = {
  free: 'Free water',
  unknown: 'Restricted, weight unknown',
  well: 'Weight is well',
  close: 'Close to the limit',
  under: 'Under the limit',
}
const SYMBOLS: Readonly<Record<WaterState, typeof IconDroplet>> = {
  free: IconDroplet,
  unknown: IconHelpCircle,
  well: IconCircleCheck,
  close: IconScale,
  under: IconAlertTriangle,
}

/** How the weight of an animal stands to what is expected of it. */
function stateOf({ restricted_since, percentage, status }: WaterToday): WaterState {
  if (restricted_since === null) return 'free'
  if (percentage === null) return 'unknown'
  return status === 2 ? 'under' : status === 1 ? 'close' : 'well'
}

export const wordsOf = (water: WaterToday): string => WORDS[stateOf(water)]

/** The state as words, colour and symbol. */
export function WaterStatus({ water }: { readonly water: WaterToday }) {
  const state = stateOf(water)
  const Sign = SYMBOLS[state]
  return (
    <span className="water-state" data-state={state}>
      <Sign size={16} aria-hidden />
      {WORDS[state]}
    </span>
  )
}

/** What is still to be given today, in words. */
export function remainingWords(remaining: number | null): string {
  if (remaining === null) return 'unknown until it is weighed'
  if (Math.abs(remaining) < THRESHOLD) return 'all given'
  return remaining > 0 ? `${millilitres(remaining)} to give` : `${millilitres(-remaining)} too much`
}
