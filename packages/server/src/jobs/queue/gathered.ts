import type { Database } from '../../database/index.ts'
import type { Actor } from '../../records/index.ts'
import { type Finished, finishTogether, type Report } from './attempt.ts'
import type { ClaimedTask } from './begin.ts'
import { type ClaimRequest, claimTogether } from './claim.ts'
import { Together } from './together.ts'

/** Tasks that one transaction gives away, and reports that one transaction writes: it should not last. */
const MOST_TASKS = 200
const MOST_REPORTS = 50

interface From<T> {
  readonly database: Database
  readonly actor: Actor
  readonly what: T
}

/** The machines of one server: claims that wait for each other are served together, and so are reports. */
export class Gathered {
  // The history names one person for all that a transaction changes.
  readonly #claims = new Together<From<ClaimRequest>, ClaimedTask[]>(
    ([first, ...others]) =>
      claimTogether(
        first!.database,
        first!.actor,
        [first!, ...others].map(({ what }) => what),
      ),
    MOST_TASKS,
    ({ what }) => what.limit,
  )
  readonly #reports = new Together<From<Report>, Finished>(
    ([first, ...others]) =>
      finishTogether(
        first!.database,
        first!.actor,
        [first!, ...others].map(({ what }) => what),
      ),
    MOST_REPORTS,
  )

  /** @throws Refused as `claimTogether` answers it */
  claim(database: Database, actor: Actor, request: ClaimRequest): Promise<ClaimedTask[]> {
    return this.#claims.ask(actor.id, { database, actor, what: request })
  }

  /** @throws Refused as `finishTogether` answers it */
  finish(database: Database, actor: Actor, report: Report): Promise<Finished> {
    return this.#reports.ask(actor.id, { database, actor, what: report })
  }
}
