import { type Sql, sql } from '../../database/index.ts'

/** How exactly an uptime tells when its process began: it is cut to seconds, and was on its way to us. */
const UPTIME_TOLERANCE_SECONDS = 3

/**
 * Which process stands behind the name of a worker, as `info` keeps it: `pid`, and `since` when it is that one. A name is
 * taken over by whoever is begun under it, and what the process before ran is not theirs.
 *
 * In containers every process has the same number: there the uptime tells.
 *
 * @returns values for `info` when the worker is seen for the first time, and when it is seen again
 */
export function processSeen({
  pid,
  uptimeSeconds,
}: {
  readonly pid: number | undefined
  readonly uptimeSeconds?: number | undefined
}): { first: Sql; again: Sql } {
  if (pid === undefined) return { first: sql`'{}'::jsonb`, again: sql`'{}'::jsonb` }
  const begun =
    uptimeSeconds === undefined
      ? sql`case when worker.info ->> 'pid' is distinct from ${String(pid)}::text then clock_timestamp() end`
      : sql`clock_timestamp() - make_interval(secs => ${uptimeSeconds + UPTIME_TOLERANCE_SECONDS}::float8)`
  return {
    first: sql`jsonb_build_object('pid', ${pid}::integer, 'since', clock_timestamp())`,
    again: sql`jsonb_build_object('pid', ${pid}::integer, 'since', greatest((worker.info ->> 'since')::timestamptz, ${begun}))`,
  }
}

/** Whether what worker `w` has in its hands as attempt `a` was taken by the process that has its name now. */
export const ofThisProcess = sql`
  coalesce(a.received_at, a.started_at, a.claimed_at) >= coalesce((w.info ->> 'since')::timestamptz, '-infinity')`
