import { Notification } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Recorder } from '../../../records/index.ts'

export interface Purge {
  /** Days since a notification was to be sent. */
  readonly olderThanDays: number
  /** Only those of this status. */
  readonly status?: string | undefined
  /** Count them only. */
  readonly dryRun?: boolean
}

/**
 * Removes old notifications. Two statements, and those of the removal.
 *
 * Source: Alyx 3.6.1, command delete_expired_notifications.
 *
 * @returns how many
 */
export async function purgeNotifications(
  recorder: Recorder,
  { olderThanDays, status, dryRun = false }: Purge,
): Promise<number> {
  const old = await recorder.db.rows(sql`
    select id from actions_notification
     where send_at < ${recorder.now}::timestamptz - make_interval(days => ${olderThanDays}::integer)
       and (${status ?? null}::text is null or status = ${status ?? null}::text)
     order by id`)
  if (!dryRun)
    await recorder.remove(
      Notification,
      old.map(([id]) => id!),
    )
  return old.length
}
