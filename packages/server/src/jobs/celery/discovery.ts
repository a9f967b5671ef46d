import { type Database, sql } from '../../database/index.ts'
import type { Control } from './control.ts'
import { processSeen } from './process-identity.ts'
import type { ServiceTasks } from './service-tasks.ts'

const INFOS_PATIENCE_MS = 10_000
const HANDSHAKE_PATIENCE_MS = 2_000
const objectIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

/** A step that workers can run, as it is kept. */
interface Step {
  readonly name: string
  readonly pipeline: string
  readonly pipe: string
  readonly step: string
  readonly signature: unknown
  readonly docstring: string | null
  readonly requires: readonly string[]
}

/**
 * Asks workers what they are and what they can run, and keeps the answers. Those that do not answer keep what was known
 * of them: they may be busy.
 *
 * @param ask  names of the application and ways to reach its workers
 */
export async function discover(
  database: Database,
  { app, control, services }: { app: string; control: Pick<Control, 'ask'>; services: Pick<ServiceTasks, 'call'> },
): Promise<void> {
  const [stats, queues, registered] = await Promise.all([
    control.ask('stats'),
    control.ask('active_queues'),
    control.ask('registered'),
  ])
  for (const [worker, said] of stats) await noteWorker(database, worker, said, queues.get(worker))
  if (stats.size > 0) await services.call(`${app}.handshake`, {}, HANDSHAKE_PATIENCE_MS)
  const runs = new Map([...registered].map(([worker, said]) => [worker, namesIn(said, app)]))
  const names = new Set([...runs.values()].flat())
  if (names.size === 0) return
  const infos = objectIn(
    await services.call(`${app}.tasks_infos`, { app_name: app, selfish: false }, INFOS_PATIENCE_MS),
  )
  const steps = stepsOf(names, infos)
  await keepSteps(database, app, steps, levelsOf(steps), runs)
}

/** `name [rate_limit=10/m]`, without what every Celery and every application of pypelines has. */
const namesIn = (said: unknown, app: string): string[] =>
  textsIn(said)
    .map((one) => one.split(' ')[0]!)
    .filter((name) => !name.startsWith('celery.') && !name.startsWith(`${app}.`))

async function noteWorker(database: Database, worker: string, stats: unknown, queues: unknown): Promise<void> {
  const { pool, pid, uptime, broker } = objectIn(stats)
  const { implementation, 'max-concurrency': most } = objectIn(pool)
  const { heartbeat } = objectIn(broker)
  const kind = /(\w+):TaskPool$/.exec(String(implementation ?? ''))?.[1] ?? 'unknown'
  const listens = Array.isArray(queues) ? queues.map((one) => String(objectIn(one).name ?? '')) : undefined
  const info = {
    state: 'online',
    pool: kind,
    ...(typeof uptime === 'number' && { uptime_seconds: uptime }),
    // Nothing stands for never, as 0 does.
    ...(broker !== undefined && { heartbeat_seconds: typeof heartbeat === 'number' ? heartbeat : 0 }),
    ...(listens && { queues: listens }),
  }
  const seen = processSeen({ pid: numberIn(pid), uptimeSeconds: numberIn(uptime) })
  const slots = typeof most === 'number' && Number.isInteger(most) && most > 0 && most <= 10_000 ? most : 1
  await database.execute(sql`
    insert into alyx.worker (name, kind, host, slots, info)
    values (${worker}::text, 'celery', ${worker.split('@')[1] ?? ''}::text, ${slots}::integer, ${JSON.stringify(info)}::jsonb || ${seen.first})
    on conflict (kind, user_id, name) do update
      set slots = excluded.slots, info = worker.info || excluded.info || ${seen.again}, last_seen = clock_timestamp()`)
}

/** What every step of pypelines takes and its runner hands over: no launch gives them as arguments. */
const HANDED_OVER = new Set(['session', 'extra'])

function signatureIn(about: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(objectIn(about.signature_dict)).filter(([name]) => !HANDED_OVER.has(name)))
}

/** Steps with what the application tells of them; a task that it tells nothing of is one with unknown arguments. */
export function stepsOf(names: ReadonlySet<string>, infos: Readonly<Record<string, unknown>>): Step[] {
  return [...names].sort().map((name) => {
    const about = objectIn(infos[name])
    const parts = name.split('.')
    const text = (key: string, otherwise: string): string => String(about[key] ?? otherwise)
    return {
      name,
      pipeline: text('pipeline_name', parts.at(-3) ?? parts[0]!),
      pipe: text('pipe_name', parts.at(-2) ?? ''),
      step: text('step_name', parts.at(-1)!),
      signature: signatureIn(about),
      docstring: typeof about.docstring === 'string' ? about.docstring : null,
      requires: textsIn(about.requires),
    }
  })
}

/** One more than the deepest requirement; 0 without any. A circle, which no pipeline has, counts as none. */
export function levelsOf(steps: readonly Pick<Step, 'name' | 'requires'>[]): Map<string, number> {
  const byName = new Map(steps.map((step) => [step.name, step]))
  const levels = new Map<string, number>()
  const levelOf = (name: string, above: ReadonlySet<string>): number => {
    const known = levels.get(name)
    if (known !== undefined) return known
    const within = new Set([...above, name])
    const needs = (byName.get(name)?.requires ?? []).filter((one) => byName.has(one) && !within.has(one))
    const level = needs.length === 0 ? 0 : 1 + Math.max(...needs.map((one) => levelOf(one, within)))
    levels.set(name, level)
    return level
  }
  for (const { name } of steps) levelOf(name, new Set())
  return levels
}

async function keepSteps(
  database: Database,
  app: string,
  steps: readonly Step[],
  levels: ReadonlyMap<string, number>,
  runs: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const rows = steps.map((step) => ({
    ...step,
    level: Math.min(levels.get(step.name) ?? 0, 1000),
    workers: [...runs].filter(([, names]) => names.includes(step.name)).map(([worker]) => worker),
  }))
  // jsonb knows no NUL, and JSON no NaN: the first is left out, the second becomes null.
  const text = JSON.stringify(rows, (_, value) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  )
  await database.execute(sql`
    insert into alyx.pipeline_step (app, name, pipeline, pipe, step, level, signature, docstring, requires, workers)
    select ${app}::text, s.name, s.pipeline, s.pipe, s.step, s.level, s.signature, s.docstring,
           array(select jsonb_array_elements_text(s.requires)), array(select jsonb_array_elements_text(s.workers))
      from jsonb_to_recordset(${text}::jsonb) as s(name text, pipeline text, pipe text, step text, level integer, signature jsonb,
           docstring text, requires jsonb, workers jsonb)
    on conflict (app, name) do update
      set pipeline = excluded.pipeline, pipe = excluded.pipe, step = excluded.step, level = excluded.level, workers = excluded.workers,
          signature = case when excluded.signature = '{}' then pipeline_step.signature else excluded.signature end,
          docstring = coalesce(excluded.docstring, pipeline_step.docstring),
          requires = case when excluded.requires = '{}' then pipeline_step.requires else excluded.requires end,
          seen_at = clock_timestamp()`)
}
