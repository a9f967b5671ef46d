import type { Measure } from './card-layout.ts'

/** As wide as the standard font of PDF, where the machine has one of the kind. */
export const FONT_FAMILY = 'Helvetica, Arial, "Liberation Sans", sans-serif'
const TRIAL_PIXELS = 100
/** The PDF's own font may be a little wider than the browser's. */
const CAUTION = 1.03

/** Measures texts with the fonts of this browser. */
export function browserMeasure(): Measure {
  const context = document.createElement('canvas').getContext('2d')
  return (text, size, bold) => {
    if (!context) return text.length * size * 0.6
    context.font = `${bold ? 'bold ' : ''}${TRIAL_PIXELS}px ${FONT_FAMILY}`
    return (context.measureText(text).width / TRIAL_PIXELS) * size * CAUTION
  }
}
