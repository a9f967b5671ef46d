import { type Db, raw, type Sql, sql } from '../../database/index.ts'

/** A ready task, locked, and what it needs. */
export interface Candidate {
  readonly id: string
  /** -1 for every core of a machine. */
  readonly cpu: number
  readonly gpu: number
  readonly ram_gb: number
}

export interface Turn {
  /** Whole names, or beginnings with `*` at their end. */
  readonly executables: readonly string[]
  /** More conditions on `j`, the row of `alyx.job`; each with `and` in front. */
  readonly wanted: Sql
  readonly most: number
}

/**
 * How many of each line are looked at. They stand in the statement, not beside it: a plan that PostgreSQL keeps for any
 * number whatever sorts the whole queue.
 */
const DEPTHS = [16, 64, 256, 1024, 4096] as const
/** The claims of other servers may hold the first ones locked. */
const MARGIN = 8

/**
 * Locks the tasks whose turn it is. An index has the ready ones of each owner in order, another those of each program and
 * owner, so only the first few of each are looked at, however many wait. Where others hold those, it looks further down.
 */
export async function lockInTurn(db: Db, turn: Turn): Promise<Candidate[]> {
  const first = DEPTHS.findIndex((depth) => depth >= turn.most + MARGIN)
  for (const depth of DEPTHS.slice(first)) {
    const { seen, found } = await lockFirst(db, turn, depth)
    const enough = found.length >= turn.most || found.length === seen || seen < depth
    if (enough || depth === DEPTHS.at(-1)) return found
  }
  throw new RangeError(`${turn.most} tasks are too many to be taken at once`)
}

/** In which order tasks stand in line, and which lines there are. */
interface Lines {
  /** A recursive query of the lines of all ready tasks. */
  readonly lines: Sql
  /** A condition on `j`, a task, and `l`, its line. */
  readonly ofLine: Sql
  /** A condition on `l`: somebody serves it. */
  readonly served: Sql
}

/** For those who run any program. */
const LINES_OF_OWNERS: Lines = {
  lines: sql`
      (select owner from alyx.job where status = 20 and unmet = 0 order by owner limit 1)
      union all
      select n.owner from lines l cross join lateral (
        select owner from alyx.job where status = 20 and unmet = 0 and owner > l.owner order by owner limit 1) n`,
  ofLine: sql`j.owner = l.owner`,
  served: sql`true`,
}

function linesOfPrograms(executables: readonly string[]): Lines {
  const whole = executables.filter((one) => !one.endsWith('*'))
  const beginnings = executables.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1))
  return {
    lines: sql`
      (select executable, owner from alyx.job where status = 20 and unmet = 0 order by executable, owner limit 1)
      union all
      select n.executable, n.owner from lines l cross join lateral (
        select executable, owner from alyx.job
         where status = 20 and unmet = 0 and (executable, owner) > (l.executable, l.owner)
         order by executable, owner limit 1) n`,
    ofLine: sql`j.executable = l.executable and j.owner = l.owner`,
    served: sql`(l.executable = any(${whole}::text[])
          or exists (select from unnest(${beginnings}::text[]) as b(beginning) where starts_with(l.executable, b.beginning)))`,
  }
}

async function lockFirst(
  db: Db,
  { executables, wanted, most }: Turn,
  depth: number,
): Promise<{ readonly seen: number; readonly found: Candidate[] }> {
  const { lines, ofLine, served } = executables.includes('*') ? LINES_OF_OWNERS : linesOfPrograms(executables)
  const rows = await db.objects<Candidate & { seen: number }>(sql`
    with recursive lines as (${lines}
    ), busy as materialized (
      -- Only where there are several people to be fair to.
      select owner, count(*) as running from alyx.job_attempt
       where ended_at is null and (select count(distinct owner) from lines) > 1 group by owner
    ), first_ones as (
      select c.*, l.owner, coalesce(b.running, 0) as running
        from lines l left join busy b on b.owner = l.owner
        cross join lateral (
          select j.task_id, j.priority, j.level, j.queued_at, j.cpu, j.gpu, j.ram_gb from alyx.job j
           where j.status = 20 and j.unmet = 0 and ${ofLine}
             -- As one condition, of which PostgreSQL assumes that every second row meets it. Where it thinks that few do, it
             -- sorts all that wait instead of reading the first ones from the index.
             and case when (j.not_before is null or j.not_before <= clock_timestamp())
               and not exists (
                 select from alyx.job_pause p where (p.until is null or p.until > clock_timestamp()) and case p.scope
                   when 'all' then true when 'graph' then p.value = j.graph when 'executable' then p.value = j.executable
                   when 'lab' then exists (select from actions_session s join misc_lab b on b.id = s.lab_id where s.id = j.session_id and b.name = p.value)
                   else exists (select from data_datarepository d where d.id = j.repository_id and d.name = p.value) end)
               ${wanted} then true end
           order by j.priority desc, j.level, j.queued_at, j.task_id limit ${raw(String(depth))}) c
       where ${served}
    ), turns as materialized (
      select task_id, cpu, gpu, ram_gb, row_number() over (order by priority desc, turn, level, queued_at, task_id) as turn
        from (select f.*, running + row_number() over (partition by owner order by priority desc, level, queued_at, task_id) as turn
                from first_ones f) one
       order by 5 limit ${raw(String(depth))}
    ), locked as materialized (
      select t.id, u.cpu, u.gpu, u.ram_gb, u.turn from turns u join jobs_task t on t.id = u.task_id
       where t.status = 20
       order by u.turn limit ${most}::integer
         for no key update of t skip locked
    )
    select (select count(*)::integer from turns) as seen, l.id, l.cpu, l.gpu, l.ram_gb
      from (values (1)) one left join locked l on true order by l.turn`)
  return {
    seen: rows[0]!.seen,
    found: rows.filter(({ id }) => id !== null).map(({ id, cpu, gpu, ram_gb }) => ({ id, cpu, gpu, ram_gb })),
  }
}
