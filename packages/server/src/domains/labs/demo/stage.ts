import type { Catalogue } from './catalogue.ts'
import type { DemoRows } from './demo-rows.ts'
import type { Random } from './random.ts'

/** What every part of the demo works with. */
export interface Stage {
  /** The day on which the laboratory is looked at; nothing happens on it yet. */
  readonly today: string
  readonly rows: DemoRows
  readonly catalogue: Catalogue
  /** Chance for one topic: parts do not disturb each other's draws. */
  readonly random: (topic: string) => Random
}
