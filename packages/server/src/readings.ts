import { listBackups } from './backup/index.ts'
import type { Database } from './database/index.ts'
import { secondsSinceSeal } from './history/index.ts'
import { readQueue, statusName } from './jobs/index.ts'
import type { Reading, Readings } from './rest/metrics.ts'

const MILLISECONDS = 1000
/** Manifests on a disk far away are not read for every question. */
const BACKUPS_KEPT_MS = 60 * MILLISECONDS

const single = (name: string, help: string, value: number | undefined): Reading[] =>
  value === undefined ? [] : [{ name, help, values: new Map([['', value]]) }]
const several = (name: string, help: string, label: string, values: ReadonlyMap<string, number>): Reading => ({
  name,
  help,
  label,
  values,
})

/** What an operator watches beside the requests: the database, the queue, the history, the backups. */
export function readingsOf(database: Database, backupRoot: string): Readings {
  let backups: Promise<readonly Reading[]> | undefined
  let readAt = 0
  return async () => {
    if (backups === undefined || Date.now() - readAt > BACKUPS_KEPT_MS) {
      readAt = Date.now()
      backups = readBackups(backupRoot).catch(() => [])
    }
    const up = 'Whether the database answers.'
    try {
      const [queue, sealed] = await Promise.all([readQueue(database), secondsSinceSeal(database)])
      return [
        ...single('alyx_database_up', up, 1),
        several(
          'alyx_tasks',
          'Tasks that are not over.',
          'status',
          new Map([...queue.tasks].map(([status, count]) => [statusName(status), count])),
        ),
        ...single('alyx_tasks_ready', 'Tasks that could be begun now.', queue.ready),
        ...single(
          'alyx_tasks_oldest_ready_seconds',
          'How long the oldest of them has waited.',
          queue.oldestReadySeconds,
        ),
        ...single(
          'alyx_tasks_need_attention',
          'Tasks that failed for good and that nobody has looked at.',
          queue.needAttention,
        ),
        several('alyx_attempts_running', 'Tasks that are run now.', 'executor', queue.running),
        several('alyx_attempts_ended_last_hour', 'Attempts that ended in the last hour.', 'outcome', queue.endedInHour),
        ...single('alyx_workers', 'Workers that were heard of in the last two minutes.', queue.workers),
        ...single('alyx_broker_up', 'Whether the broker is connected; absent when none is set.', queue.broker),
        ...single('alyx_history_seal_age_seconds', 'Time since the history was sealed.', sealed),
        ...(await backups),
      ]
    } catch {
      return [...single('alyx_database_up', up, 0), ...(await backups)]
    }
  }
}

async function readBackups(root: string): Promise<readonly Reading[]> {
  const found = await listBackups(root)
  const [newest] = found
  return [
    ...single('alyx_backups', 'Backups that are kept.', found.length),
    ...single(
      'alyx_backup_made_timestamp_seconds',
      'When the newest backup was made.',
      newest && Date.parse(newest.manifest.made_at) / MILLISECONDS,
    ),
    ...single('alyx_backup_bytes', 'Size of the newest backup.', newest?.bytes),
  ]
}
