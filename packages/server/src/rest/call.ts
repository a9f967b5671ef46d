import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Policy } from '../auth/policy.ts'
import type { Database, StatementCount } from '../database/index.ts'
import type { Account } from '../domains/labs/index.ts'
import type { Moment } from '../query/index.ts'
import type { Query } from './page-links.ts'

/** How the client wants the answer. */
export interface Rendered {
  readonly as: 'json' | 'html'
  /** Blanks per level; 0 for compact JSON. */
  readonly indent: number
}

/** What a handler of the contract knows about a request that passed all the gates. */
export interface Call {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** The database, counting for this request. */
  readonly database: Database
  readonly account: Account | undefined
  readonly query: Query
  /** `http://host:port` as the client called us. */
  readonly origin: string
  /** Path of the request without its query. */
  readonly path: string
  readonly rendered: Rendered
  readonly moment: Moment
  /** The instant of the request with microseconds, in UTC. */
  readonly now: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Required: the start refuses a route without. */
    policy?: Policy
  }
  interface FastifyRequest {
    count: StatementCount
    account: Account | undefined
    /** How the client wants the answer, errors included; JSON until it is known. */
    rendered: Rendered
  }
}
