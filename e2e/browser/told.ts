import type { Browser } from 'playwright-core'
import type { Laboratory } from './laboratory.ts'

/** What every part of the walk is given. */
export interface Told {
  readonly browser: Browser
  readonly lab: Laboratory
  readonly shots: string | undefined
  readonly check: (what: string, act: () => Promise<void>) => Promise<void>
}
