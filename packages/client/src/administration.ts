/** The server as those see it who administer the laboratory. All but the rights is for superusers. */
import type { Reference } from './answers.ts'
import type { Connection } from './connection.ts'

export interface ServerStatus {
  readonly database: { readonly version: string; readonly size_bytes: number; readonly started_at: string }
  readonly migrations: { readonly last: string | null; readonly count: number }
  readonly accounts: {
    readonly active: number
    readonly closed: number
    readonly superusers: number
    readonly stock_managers: number
    readonly public: number
    /** Active ones who have not signed in here for a year. */
    readonly idle: number
  }
  readonly memberships: readonly { readonly lab: Reference; readonly members: number }[]
  readonly web_sessions: number
  readonly last_change_at: string | null
  readonly queue: {
    /** Unfinished ones by status. */
    readonly tasks: Readonly<Record<string, number>>
    readonly ready: number
    readonly oldest_ready_seconds: number | null
    readonly need_attention: number
    /** Attempts by what runs them. */
    readonly running: Readonly<Record<string, number>>
    readonly workers: number
  }
  readonly broker: {
    readonly state: 'off' | 'connecting' | 'up' | 'down'
    readonly since: string | null
    readonly reason: string | null
    readonly broker_version: string | null
    readonly unsent: number
    readonly queued: number
    readonly running: number
  }
  readonly process: { readonly node: string; readonly up_seconds: number; readonly memory_bytes: number }
}

export interface ScheduleRun {
  readonly id: number
  readonly due_at: string
  readonly wanted_by: string | null
  readonly started_at: string
  /** Null while it runs. */
  readonly ended_at: string | null
  readonly outcome: string | null
  readonly exit_code: number | null
  /** The end of what it printed. */
  readonly output: string
}

export interface Schedule {
  readonly name: string
  readonly about: string
  readonly command: readonly string[]
  readonly cron: string
  /** Null: that of the server. */
  readonly zone: string | null
  readonly enabled: boolean
  readonly next_at: string | null
  /** Who asked for a run that has not begun. */
  readonly wanted_by: string | null
  readonly failing: boolean
  readonly last_run: ScheduleRun | null
}

export interface Schedules {
  readonly time_zone: string
  readonly results: readonly Schedule[]
}

export interface Backup {
  readonly name: string
  readonly bytes: number
  readonly made_at: string
  readonly alyx: string
  readonly database: string
  readonly rows: number
  readonly media: { readonly kind: 'folder' | 'bucket' | 'left out'; readonly files: number }
  /** The program that wrote the same once more for others, as `pg_dump 18.1`; null where none did. */
  readonly dump: string | null
}

export type RightsVerb = 'view' | 'create' | 'change' | 'delete'

/** Who may do what with records of a model, a sentence for each rule. */
export interface ModelRights {
  readonly model: string
  readonly label: string
  readonly verbs: Readonly<Record<RightsVerb, readonly string[]>>
  readonly rules: readonly {
    readonly verb: RightsVerb
    /** `members`, `stock managers` */
    readonly people: readonly string[]
    /** Which of them, and which fields; empty for all. */
    readonly limits: string
  }[]
}

/** A parameter that programs send and the Alyx contract does not know. */
export interface UnknownParameter {
  readonly path: string
  readonly parameter: string
  readonly nearest: string | null
  readonly requests: number
  readonly first_at: string
  readonly last_at: string
  readonly people: readonly { readonly id: string; readonly title: string | null; readonly requests: number }[]
}

export const serverStatus = (connection: Connection): Promise<ServerStatus> => connection.get('/administration/status')

export const schedules = (connection: Connection): Promise<Schedules> => connection.get('/jobs/schedules')
export const enableSchedule = async (connection: Connection, name: string, enabled: boolean): Promise<void> => {
  await connection.send(`/jobs/schedules/${name}`, { method: 'PATCH', body: { enabled } })
}
/** Has a server begin it within seconds, whatever its time. */
export const runSchedule = async (connection: Connection, name: string): Promise<void> => {
  await connection.send(`/jobs/schedules/${name}/run`, { method: 'POST', body: {} })
}

const listOf = async <T>(connection: Connection, path: string): Promise<readonly T[]> =>
  (await connection.get<{ results: T[] }>(path)).results

export const backups = (connection: Connection) => listOf<Backup>(connection, '/backups')
export const rightsInWords = (connection: Connection) => listOf<ModelRights>(connection, '/rights')
export const unknownParameters = (connection: Connection) =>
  listOf<UnknownParameter>(connection, '/administration/unknown-parameters')
export const forgetUnknownParameters = async (connection: Connection): Promise<void> => {
  await connection.send('/administration/unknown-parameters', { method: 'DELETE', body: {} })
}
