import type { Notification } from '@alyx/models'
import type { Recorder, Saved } from '../../../records/index.ts'
import { type WaterCheck, waterChecks } from '../water-checks.ts'
import { createNotifications, type NewNotification } from './create.ts'

/**
 * What is said of an animal whose water is due. Source: Alyx 3.6.1, actions/notifications.py,
 * check_water_administration; there an animal that never got water stops the check of all.
 */
function waterDueNotification(check: WaterCheck): NewNotification {
  const { subject, nickname, username, remaining_water, last_water, hours_without_water, day } = check
  const remaining = `${remaining_water.toFixed(1)} mL`
  const amount = last_water?.millilitres ?? null
  return {
    notification_type: 'mouse_water',
    title: `${remaining} remaining for ${nickname}`,
    details: [
      `Mouse: ${nickname}`,
      `User: ${username ?? 'nobody'}`,
      `Date: ${day}`,
      `Last water administration: ${
        last_water === null
          ? 'none in the last month'
          : `${forPeople(last_water.date_time)}, ${amount === null ? 'as much as it liked' : `${amount.toFixed(2)} mL`}`
      }`,
      `Remaining water: ${remaining}`,
      `Delay: ${hours_without_water.toFixed(1)} hours`,
    ].join('\n'),
    subject_id: subject,
  }
}

/** What is said of a restricted animal that nobody weighed today. Source: Alyx 3.6.1, check_weighed. */
function notWeighedNotification(check: WaterCheck): NewNotification {
  return {
    notification_type: 'mouse_not_weighed',
    title: `ATTENTION: subject "${check.nickname}" weighing missing for ${check.day}`,
    details: `On water restriction since ${forPeople(check.restricted_since)}.`,
    subject_id: check.subject,
  }
}

const CHECKS = {
  water: (check: WaterCheck) => (check.water_due ? [waterDueNotification(check)] : []),
  weighing: (check: WaterCheck) => (check.weighing_missing ? [notWeighedNotification(check)] : []),
} as const
export type Check = keyof typeof CHECKS

/**
 * Looks at all living animals on water restriction and tells those who care for them what is missing. A fixed number of
 * statements, however many animals.
 *
 * @returns the notifications made
 */
export async function checkRestricted(
  recorder: Recorder,
  checks: readonly Check[],
): Promise<Saved<typeof Notification>[]> {
  const animals = await waterChecks(recorder.db, recorder.moment.instant)
  return createNotifications(
    recorder,
    animals.flatMap((animal) => checks.flatMap((check) => CHECKS[check](animal))),
  )
}

/** `2026-03-02T09:30:00.123456` as people read it. */
const forPeople = (time: string): string => time.slice(0, 16).replace('T', ' ')
