import { randomBytes } from 'node:crypto'
import { type Db, sql } from '../../database/index.ts'
import { type Actor, Refused } from '../../records/index.ts'
import { isoMoment } from './moments.ts'

/** Of which failures a person wants to hear; what is absent does not restrict. */
export interface FailureRule {
  readonly lab?: string
  readonly project?: string
  readonly graph?: string
  /** Beginning of the task's name. */
  readonly step?: string
  /** Called for each failure, instead of telling the person. */
  readonly url?: string
}

/** A rule, and how it goes with the calls of its address. */
export interface FailureRuleView extends FailureRule {
  readonly id: string
  /** Calls that nobody has taken yet. */
  readonly waiting: number
  /** ISO 8601. */
  readonly last_taken_at: string | null
  /** Why the last call that did not go through did not. */
  readonly last_error: string | null
}

/** The person's own rules, the oldest first. */
export function failureRules(db: Db, actor: Actor): Promise<FailureRuleView[]> {
  return db.objects<FailureRuleView>(sql`
    select r.id, r.lab, r.project, r.graph, r.step, r.url,
           (select count(*)::integer from alyx.failure_call c where c.rule_id = r.id and c.ended_at is null) as waiting,
           (select ${isoMoment('max(c.ended_at)')} from alyx.failure_call c where c.rule_id = r.id and c.taken) as last_taken_at,
           (select c.last_error from alyx.failure_call c where c.rule_id = r.id and c.last_error is not null order by c.failed_at desc limit 1) as last_error
      from alyx.failure_rule r where r.user_id = ${actor.id} order by r.at, r.id`)
}

const SECRET_BYTES = 32

/** @returns the key of the rule and, when it has an address, the secret with which calls are signed */
export async function addFailureRule(
  db: Db,
  actor: Actor,
  { lab, project, graph, step, url }: FailureRule,
): Promise<{ readonly id: string; readonly secret: string | null }> {
  const secret = url === undefined ? null : randomBytes(SECRET_BYTES).toString('base64url')
  const [[id] = []] = await db.rows(sql`
    insert into alyx.failure_rule (user_id, lab, project, graph, step, url, secret)
    values (${actor.id}, ${lab ?? null}::text, ${project ?? null}::text, ${graph ?? null}::text, ${step ?? null}::text,
            ${url ?? null}::text, ${secret}::text) returning id`)
  return { id: id!, secret }
}

/** @throws Refused `missing` when the person has no such rule */
export async function removeFailureRule(db: Db, actor: Actor, key: string): Promise<void> {
  const removed = await db.execute(sql`delete from alyx.failure_rule where id = ${key} and user_id = ${actor.id}`)
  if (removed === 0) throw new Refused('missing', `You have no rule "${key}".`)
}
