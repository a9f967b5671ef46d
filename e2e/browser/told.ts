import type { Browser } from 'playwright-core'
import type { OwnLaboratory } from './laboratory.ts'

/** What every part of the walk is given. */
export interface Told {
  readonly browser: Browser
  readonly lab: OwnLaboratory
  readonly shots: string | undefined
  readonly check: (what: string, act: () => Promise<void>) => Promise<void>
}
