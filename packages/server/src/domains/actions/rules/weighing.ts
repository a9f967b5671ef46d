import { Weighing } from '@alyx/models'
import { type Draft, rulesFor, type Saved } from '../../../records/index.ts'
import { noteAdditions } from './admin-log.ts'
import { requireTimes } from './required-time.ts'

/** How Django's log calls a weighing, up to the nickname of its subject. */
export const weighingTitle = (weightGrams: number): string => `Weighing ${weightGrams.toFixed(2)} g for `

export const weighingRules = rulesFor(Weighing, {
  async prepare(drafts: readonly Draft<typeof Weighing>[], recorder) {
    requireTimes(drafts, 'date_time', recorder.now)
  },

  async follow(saved: readonly Saved<typeof Weighing>[], recorder) {
    const added = saved.filter(({ before }) => before === undefined)
    await noteAdditions(
      recorder,
      Weighing,
      added.map(({ key, after }) => ({ key, subject_id: after.subject_id, said: weighingTitle(after.weight) })),
    )
  },
})
