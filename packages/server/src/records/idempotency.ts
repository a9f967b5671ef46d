import { createHash } from 'node:crypto'
import { type Db, sql } from '../database/index.ts'

/** The first answer to a request, as it is given again. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A request that says how it may be recognised when it is sent twice. */
export interface KeyedRequest {
  /** Key of the person who sends it: keys of different people have nothing to do with each other. */
  readonly user: string
  /** What the client sent as `Idempotency-Key`; at most 255 characters. */
  readonly key: string
  /** See `fingerprintOf`. */
  readonly fingerprint: Buffer
}

/**
 * `new`: do it, and `keep` the answer in the same transaction. `repeated`: it was done, this was the answer.
 * `different`: the key stands for another request. `unanswered`: it was done without an answer being kept.
 */
export type Claim =
  | { readonly kind: 'new' | 'different' | 'unanswered' }
  | { readonly kind: 'repeated'; readonly answer: KeptAnswer }

/** Days for which answers are kept. */
const KEPT_DAYS = 7

/** What makes two requests the same: method, address with its query, and body. */
export const fingerprintOf = (method: string, url: string, body: string | Uint8Array): Buffer =>
  createHash('sha256').update(`${method} ${url}\n`).update(body).digest()

/**
 * Claims a key inside the transaction that works on its request. When the same key is being worked on, waits for the end
 * of that transaction: what was rolled back was never claimed. A key whose answer is no longer kept is new again.
 *
 * One statement for a new request, two for a repeated one.
 */
export async function claim(db: Db, { user, key, fingerprint }: KeyedRequest): Promise<Claim> {
  const claimed = await db.execute(
    sql`insert into alyx.idempotent_answer as there (user_id, key, fingerprint) values (${user}, ${key}, ${fingerprint})
on conflict (user_id, key) do update
  set fingerprint = excluded.fingerprint, at = excluded.at, status = null, headers = null, body = null
  where there.at < clock_timestamp() - make_interval(days => ${KEPT_DAYS})`,
  )
  if (claimed > 0) return { kind: 'new' }
  const [there] = await db.objects<{
    same: boolean
    status: number | null
    headers: Record<string, string>
    body: string
  }>(
    sql`select fingerprint = ${fingerprint}::bytea as same, status, headers, body from alyx.idempotent_answer
where user_id = ${user} and key = ${key}`,
  )
  // Removed in between, by whoever clears up: nobody else has it now, but whether it was done is not known.
  if (!there) return { kind: 'unanswered' }
  if (!there.same) return { kind: 'different' }
  const { status, headers, body } = there
  return status === null ? { kind: 'unanswered' } : { kind: 'repeated', answer: { status, headers, body } }
}

/** Keeps the answer to a claimed request, in its transaction. */
export async function keep(db: Db, { user, key }: KeyedRequest, { status, headers, body }: KeptAnswer): Promise<void> {
  await db.execute(
    sql`update alyx.idempotent_answer set status = ${status}, headers = ${JSON.stringify(headers)}::jsonb, body = ${body}
where user_id = ${user} and key = ${key}`,
  )
}

/** Removes answers that are older than they are kept. @returns how many */
export function purgeAnswers(db: Db): Promise<number> {
  return db.execute(
    sql`delete from alyx.idempotent_answer where at < clock_timestamp() - make_interval(days => ${KEPT_DAYS})`,
  )
}
