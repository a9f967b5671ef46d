import { type Db, sql } from '../../database/index.ts'
import { isoMoment } from '../queue/moments.ts'
import { statusName } from '../task-status.ts'
import { changedWithin, inProject } from './which.ts'

/** All tasks of one laboratory in one graph; points of time in ISO 8601. */
export interface MatrixCell {
  /** Null for tasks without a session. */
  readonly lab: string | null
  readonly graph: string | null
  /** Numbers of tasks by the name of their status. */
  readonly counts: Readonly<Record<string, number>>
  /** Those that somebody should look at. */
  readonly attention: number
  readonly changed: string
  /** When the newest session with such a task began. */
  readonly newest_session: string | null
}

interface Row extends Omit<MatrixCell, 'counts'> {
  readonly status: number
  readonly count: number
}

/** Which tasks are counted. */
export interface MatrixChoice {
  /** Name of one: only tasks of its sessions. */
  readonly project: string | undefined
  /** Only tasks that changed in so many days. */
  readonly days: number | undefined
}

/** How far every laboratory is with every graph, by name. One statement. */
export async function taskMatrix(db: Db, { project, days }: MatrixChoice): Promise<MatrixCell[]> {
  const rows = await db.objects<Row>(sql`
    select l.name as lab, t.graph, t.status, count(*)::integer as count, count(j.attention_at)::integer as attention,
           ${isoMoment('max(t.datetime)')} as changed, ${isoMoment('max(s.start_time)')} as newest_session
      from jobs_task t join alyx.job j on j.task_id = t.id
      left join actions_session s on s.id = t.session_id left join misc_lab l on l.id = s.lab_id
     where ${inProject('t.session_id', project)} and ${changedWithin('t.datetime', days)}
     group by l.name, t.graph, t.status order by l.name, t.graph, t.status`)
  return [...Map.groupBy(rows, ({ lab, graph }) => JSON.stringify([lab, graph])).values()].map((cell) => ({
    lab: cell[0]!.lab,
    graph: cell[0]!.graph,
    counts: Object.fromEntries(cell.map(({ status, count }) => [statusName(status), count])),
    attention: cell.reduce((sum, { attention }) => sum + attention, 0),
    changed: latest(cell.map(({ changed }) => changed))!,
    newest_session: latest(cell.map(({ newest_session }) => newest_session)),
  }))
}

/** The last of moments that are all written alike. */
const latest = (moments: readonly (string | null)[]): string | null =>
  moments.reduce((last, one) => (one !== null && (last === null || one > last) ? one : last), null)
