const MICROSECONDS = 1000
/** The two clocks may differ so far before the wall clock is asked again: more than its own steps. */
const TOLERATED_MS = 3

let offsetMs = Date.now() - performance.now()

/**
 * The wall clock in microseconds since 1970. `Date` knows only milliseconds, and the clock that knows more stands still
 * while the machine sleeps: it is set right whenever the two differ.
 */
export function wallMicroseconds(): number {
  const steady = performance.now()
  const wall = Date.now()
  if (Math.abs(wall - (steady + offsetMs)) > TOLERATED_MS) offsetMs = wall - steady
  return Math.round((steady + offsetMs) * MICROSECONDS)
}
