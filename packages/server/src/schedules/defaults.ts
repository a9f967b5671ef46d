/** A schedule that every laboratory has, and may switch on or off and change. */
export interface DefaultSchedule {
  readonly name: string
  readonly about: string
  readonly command: readonly string[]
  readonly cron: string
  /** On from the beginning only where it takes nothing away, writes to nobody and costs little. */
  readonly enabled: boolean
  readonly catchUp: 'once' | 'skip'
  readonly timeoutSeconds: number
}

const HOUR_SECONDS = 3600
const MINUTE_SECONDS = 60

export const DEFAULTS: readonly DefaultSchedule[] = [
  {
    name: 'backup',
    about: 'Database, pictures and settings; old backups go',
    command: ['backup', 'make', '--prune'],
    cron: '15 3 * * *',
    enabled: true,
    // A laptop that was closed at night.
    catchUp: 'once',
    timeoutSeconds: 12 * HOUR_SECONDS,
  },
  {
    name: 'history-check',
    about: 'Whether the history of changes is as it was sealed',
    command: ['history', 'verify'],
    cron: '45 4 * * 0',
    enabled: true,
    catchUp: 'once',
    timeoutSeconds: 6 * HOUR_SECONDS,
  },
  {
    name: 'backup-check',
    about: 'Whether the newest backup can be restored; needs room for a second database',
    command: ['backup', 'verify'],
    cron: '30 5 1 * *',
    enabled: false,
    catchUp: 'once',
    timeoutSeconds: 12 * HOUR_SECONDS,
  },
  {
    name: 'cache-tables',
    about: 'Tables that ONE downloads',
    command: ['one-cache'],
    cron: '5 * * * *',
    enabled: false,
    catchUp: 'once',
    timeoutSeconds: 2 * HOUR_SECONDS,
  },
  {
    name: 'animals-check',
    about: 'Mails about animals on restriction that were not weighed or got no water today',
    command: ['notify', 'check', 'all'],
    cron: '0 17 * * *',
    enabled: false,
    catchUp: 'skip',
    timeoutSeconds: 10 * MINUTE_SECONDS,
  },
  {
    name: 'notifications-purge',
    about: 'Notifications older than 30 days go',
    command: ['notify', 'purge'],
    cron: '25 3 * * *',
    enabled: false,
    catchUp: 'skip',
    timeoutSeconds: HOUR_SECONDS,
  },
  {
    name: 'tasks-old',
    about: 'Tasks that nobody changed for two years go',
    command: ['tasks-clean-up', '--older-than', '730'],
    cron: '35 3 * * *',
    enabled: false,
    catchUp: 'skip',
    timeoutSeconds: HOUR_SECONDS,
  },
  {
    name: 'tasks-complete',
    about: 'Tasks that were complete two months ago go',
    command: ['tasks-clean-up', '--older-than', '60', '--status', 'Complete'],
    cron: '40 3 * * *',
    enabled: false,
    catchUp: 'skip',
    timeoutSeconds: HOUR_SECONDS,
  },
  {
    name: 'tasks-signed-off',
    about: 'Tasks of sessions that were signed off go, two months after their last change',
    command: ['tasks-clean-up', '--older-than', '60', '--signed-off'],
    cron: '45 3 * * *',
    enabled: false,
    catchUp: 'skip',
    timeoutSeconds: HOUR_SECONDS,
  },
]
