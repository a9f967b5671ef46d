/** Parameters that the contract does not know: counted, so that an administrator sees whose scripts ask in vain. */
import { type Db, sql } from '../../database/index.ts'

/** One that was sent. */
export interface UnknownParameter {
  /** Address as the contract declares it. */
  readonly path: string
  readonly parameter: string
  /** What was probably meant; empty when nothing is near. */
  readonly nearest: string
  /** Key of who sent it. */
  readonly user: string
}

interface Counted extends UnknownParameter {
  requests: number
}

/** Different ones that wait to be written; more come from somebody who tries names out. */
const MOST_WAITING = 500
/** Different ones that are kept. */
const MOST_KEPT = 5000
const PAUSE_MS = 2000

/** Counts unknown parameters in memory and writes them now and then, off the path of any request. */
export class UnknownParameters {
  readonly #db: Db
  readonly #failed: (error: unknown) => void
  readonly #pauseMs: number
  #waiting = new Map<string, Counted>()
  #timer: NodeJS.Timeout | undefined

  constructor(db: Db, { failed, pauseMs = PAUSE_MS }: { failed: (error: unknown) => void; pauseMs?: number }) {
    this.#db = db
    this.#failed = failed
    this.#pauseMs = pauseMs
  }

  count(one: UnknownParameter): void {
    const key = JSON.stringify([one.path, one.parameter, one.user])
    const known = this.#waiting.get(key)
    if (known) known.requests += 1
    else if (this.#waiting.size < MOST_WAITING) this.#waiting.set(key, { ...one, requests: 1 })
    this.#timer ??= setTimeout(() => void this.write(), this.#pauseMs).unref()
  }

  /** Writes what waits. Never fails: what cannot be written is forgotten, and the log told. */
  async write(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const counted = [...this.#waiting.values()]
    this.#waiting = new Map()
    if (counted.length === 0) return
    await this.#db
      .execute(sql`
        insert into alyx.unknown_parameter as there (path, parameter, nearest, user_id, requests, first_at, last_at)
        select path, parameter, nearest, "user", requests, now(), now()
          from json_to_recordset(${JSON.stringify(counted)}::json)
               as given(path text, parameter text, nearest text, "user" uuid, requests bigint)
         where (select count(*) from alyx.unknown_parameter) < ${MOST_KEPT}
        on conflict (path, parameter, user_id) do update
           set requests = there.requests + excluded.requests, last_at = now(), nearest = excluded.nearest`)
      .catch(this.#failed)
  }
}

/** What is known of one parameter that nobody reads. */
export interface UnknownReport {
  readonly path: string
  readonly parameter: string
  readonly nearest: string | null
  readonly requests: number
  readonly first_at: string
  readonly last_at: string
  readonly people: readonly { readonly id: string; readonly title: string | null; readonly requests: number }[]
}

/** Who sends which unknown parameters, the latest first. One statement. */
export function unknownParameters(db: Db, limit: number): Promise<UnknownReport[]> {
  return db.objects(sql`
    select p.path, p.parameter, nullif(max(p.nearest), '') as nearest, sum(p.requests)::bigint as requests,
           to_json(min(p.first_at)) as first_at, to_json(max(p.last_at)) as last_at,
           json_agg(json_build_object('id', p.user_id, 'title', u.username, 'requests', p.requests)
                    order by p.requests desc, u.username) as people
      from alyx.unknown_parameter p left join misc_labmember u on u.id = p.user_id
     group by p.path, p.parameter order by max(p.last_at) desc, p.path, p.parameter limit ${limit}`)
}

/** Forgets what was counted: the scripts are mended. @returns how many are forgotten */
export const forgetUnknownParameters = (db: Db): Promise<number> => db.execute(sql`delete from alyx.unknown_parameter`)
