import { Session } from '@alyx/models'
import { type Db, sql } from '../../database/index.ts'
import type { Key } from '../../records/index.ts'
import { statusName } from '../task-status.ts'
import { changedWithin, inProject } from './which.ts'

/** Which sessions are looked at; names of things, absent when they do not matter. */
export interface SessionChoice {
  readonly graph: string | undefined
  readonly lab: string | undefined
  readonly project: string | undefined
  /** Only those with such a task; a number. */
  readonly status: number | undefined
  /** Only those with a task that changed in so many days. */
  readonly days: number | undefined
  /** Those whose quality is critical are left out unless somebody wants them. */
  readonly critical: boolean
  /** The last session of the page before. */
  readonly after: Key | undefined
  readonly limit: number
}

/** A session with the newest task of every step. */
export interface SessionWithTasks {
  readonly session: Key
  readonly lab: string | null
  readonly subject: string
  readonly date: string | null
  readonly number: number | null
  readonly projects: readonly string[]
  readonly protocol: string
  readonly qc: string
  readonly tasks: readonly Cell[]
}

interface Cell {
  readonly id: Key
  readonly graph: string | null
  readonly name: string | null
  readonly status: string
  readonly attention: boolean
}

export interface SessionPage {
  /** Steps, the first of a graph first. */
  readonly columns: readonly Column[]
  readonly results: readonly SessionWithTasks[]
  /** What to ask for as `after`; null when these are the last. */
  readonly next: Key | null
}

interface Column {
  readonly graph: string | null
  readonly name: string | null
  readonly level: number
}

const CRITICAL = 50
const qualities: ReadonlyMap<number, string> = new Map(Session.fields.qc.choices)

/** Sessions that have tasks, the newest first, with how far each step is. Two statements. */
export async function sessionsWithTasks(db: Db, wanted: SessionChoice): Promise<SessionPage> {
  const { graph = null, lab = null, status = null, after = null } = wanted
  type Row = Omit<SessionWithTasks, 'qc' | 'tasks'> & { qc: number }
  const sessions = await db.objects<Row>(sql`
    select s.id as session, l.name as lab, u.nickname as subject, to_char(s.start_time, 'YYYY-MM-DD') as date, s.number, s.qc,
           s.task_protocol as protocol, array(select p.name::text from actions_session_projects sp join subjects_project p on p.id = sp.project_id
                                               where sp.session_id = s.id order by p.name) as projects
      from actions_session s join subjects_subject u on u.id = s.subject_id left join misc_lab l on l.id = s.lab_id
     where exists (select from alyx.job j join jobs_task t on t.id = j.task_id where j.session_id = s.id
                      and (${graph}::text is null or j.graph = ${graph}::text) and (${status}::integer is null or j.status = ${status}::integer)
                      and ${changedWithin('t.datetime', wanted.days)})
       and (${lab}::text is null or l.name = ${lab}::text) and (${wanted.critical}::boolean or s.qc <> ${CRITICAL}::integer)
       and ${inProject('s.id', wanted.project)}
       and (${after}::uuid is null or (coalesce(s.start_time, '-infinity'), s.id) <
            (select coalesce(a.start_time, '-infinity'), a.id from actions_session a where a.id = ${after}::uuid))
     order by coalesce(s.start_time, '-infinity') desc, s.id desc limit ${wanted.limit + 1}::integer`)
  const shown = sessions.slice(0, wanted.limit)
  const cells = await cellsOf(
    db,
    shown.map(({ session }) => session),
    graph,
  )
  const bySession = Map.groupBy(cells, ({ session }) => session)
  return {
    columns: columnsOf(cells),
    results: shown.map(({ qc, ...about }) => ({
      ...about,
      qc: qualities.get(qc) ?? String(qc),
      tasks: (bySession.get(about.session) ?? []).map(({ session: _, level: __, status, ...cell }) => ({
        ...cell,
        status: statusName(status),
      })),
    })),
    next: sessions.length > shown.length ? shown.at(-1)!.session : null,
  }
}

interface CellRow extends Omit<Cell, 'status'>, Column {
  readonly session: Key
  readonly status: number
}

/** The newest task of every step of these sessions. */
const cellsOf = (db: Db, sessions: readonly Key[], graph: string | null): Promise<CellRow[]> =>
  db.objects<CellRow>(sql`
    select distinct on (t.session_id, t.graph, t.name) t.session_id as session, t.id, t.graph, t.name, t.status,
           coalesce(t.level, 0) as level, j.attention_at is not null as attention
      from jobs_task t join alyx.job j on j.task_id = t.id
     where t.session_id = any(${sessions}::uuid[]) and (${graph}::text is null or t.graph = ${graph}::text)
     order by t.session_id, t.graph, t.name, t.datetime desc, t.id`)

function columnsOf(cells: readonly Column[]): Column[] {
  const columns = [...Map.groupBy(cells, ({ graph, name }) => JSON.stringify([graph, name])).values()].map((same) => ({
    graph: same[0]!.graph,
    name: same[0]!.name,
    level: Math.min(...same.map(({ level }) => level)),
  }))
  const word = (text: string | null) => text ?? ''
  return columns.sort(
    (a, b) =>
      word(a.graph).localeCompare(word(b.graph)) || a.level - b.level || word(a.name).localeCompare(word(b.name)),
  )
}
