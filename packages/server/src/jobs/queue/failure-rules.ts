import { type Db, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'

/** Of which failures a person wants to hear; what is absent does not restrict. */
export interface FailureRule {
  readonly lab?: string
  readonly project?: string
  readonly graph?: string
  /** Beginning of the task's name. */
  readonly step?: string
}

/** The person's own rules, the oldest first. */
export function failureRules(db: Db, actor: Actor): Promise<(FailureRule & { readonly id: string })[]> {
  return db.objects(
    sql`select id, lab, project, graph, step from alyx.failure_rule where user_id = ${actor.id} order by at, id`,
  )
}

/** @returns the key of the rule */
export async function addFailureRule(
  db: Db,
  actor: Actor,
  { lab, project, graph, step }: FailureRule,
): Promise<string> {
  const [[key] = []] = await db.rows(sql`
    insert into alyx.failure_rule (user_id, lab, project, graph, step)
    values (${actor.id}, ${lab ?? null}::text, ${project ?? null}::text, ${graph ?? null}::text, ${step ?? null}::text) returning id`)
  return key!
}

/** @throws Refused `missing` when the person has no such rule */
export async function removeFailureRule(db: Db, actor: Actor, key: string): Promise<void> {
  const removed = await db.execute(sql`delete from alyx.failure_rule where id = ${key} and user_id = ${actor.id}`)
  if (removed === 0) throw new Refused('missing', `You have no rule "${key}".`)
}
