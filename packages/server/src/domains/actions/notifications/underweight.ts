import { Weighing } from '@alyx/models'
import type { Db } from '../../../database/index.ts'
import { type Recorder, type Rules, rulesFor } from '../../../records/index.ts'
import { loadWaterInputs } from '../water-control/load.ts'
import { WaterControl } from '../water-control/water-control.ts'
import { createNotifications, type NewNotification } from './create.ts'

/** Per cent above the threshold in which somebody should look already. */
const MARGIN_PERCENT = 2

/** A weighing that calls for attention, in grams and per cent of the expected weight. */
export interface WeightAlarm {
  /** Under the threshold, or only close to it. */
  readonly severity: 'WARNING' | 'ATTENTION'
  readonly percentage: number
}

/**
 * Whether a weight calls for attention.
 *
 * @param percentage  of the expected weight; 0 when there is nothing to compare with
 * @param threshold  per cent
 */
export function weightAlarm(percentage: number, threshold: number): WeightAlarm | undefined {
  if (percentage <= 0 || percentage > threshold + MARGIN_PERCENT) return undefined
  return { severity: percentage <= threshold ? 'WARNING' : 'ATTENTION', percentage }
}

/**
 * What is to be said about the present weight of animals. Two statements, however many animals. As in Alyx it is said of
 * every animal whose weight can be judged, restricted or not.
 *
 * Source: Alyx 3.6.1, actions/notifications.py, check_weighing.
 *
 * @param weightThreshold  share of the expected weight under which no animal may fall, whatever its lab says
 */
async function underweightNotifications(
  db: Db,
  subjects: readonly string[],
  now: Date,
  weightThreshold: number,
): Promise<NewNotification[]> {
  const instant = now.toISOString()
  const loaded = await loadWaterInputs(db, { ids: subjects }, { from: instant, to: instant })
  return loaded.flatMap(({ id, nickname, inputs }) => {
    const control = new WaterControl(inputs)
    const today = control.today(now)
    const state = control.at(today)
    const threshold = control.minPercentage(weightThreshold)
    const alarm = weightAlarm(state.percentage_weight, threshold)
    const weighing = control.lastWeighing(today)
    if (alarm === undefined || weighing === undefined) return []
    const when = weighing.date_time.replace('T', ' ')
    const bareExpected = (state.expected_weight ?? 0) - (state.implant_weight ?? 0)
    return [
      {
        notification_type: 'mouse_underweight',
        title: `${alarm.severity}: ${nickname} weight was ${alarm.percentage.toFixed(1)}% on ${when}`,
        details: [
          `Weight: ${weighing.weight.toFixed(1)} g${state.implant_weight ? ` with its implant of ${state.implant_weight.toFixed(1)} g` : ''}.`,
          `Expected${state.implant_weight ? ', without implant' : ''}: ${bareExpected.toFixed(1)} g. Attention is due below ${threshold.toFixed(1)}% of it.`,
          state.restricted_since === null
            ? 'Not on water restriction.'
            : `On water restriction since ${state.restricted_since.slice(0, 10)}; it needs ${state.expected_water.toFixed(1)} mL today.`,
        ].join('\n'),
        subject_id: id,
      },
    ]
  })
}

/** After weighings, whoever cares for animals that are too light is told. */
export const underweightRules: Rules = rulesFor(Weighing, {
  async follow(saved, recorder: Recorder) {
    const subjects = [...new Set(saved.map(({ after }) => after.subject_id))]
    const { db, moment, settings } = recorder
    await createNotifications(
      recorder,
      await underweightNotifications(db, subjects, moment.instant, settings.weightThreshold),
    )
  },
})
