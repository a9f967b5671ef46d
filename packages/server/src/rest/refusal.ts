import type { RefusalKind } from '../records/index.ts'

/** What a refusal says: by field, as a detail, or for a list of bodies a list of what is wrong with each. */
type RefusalBody = Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[]

/** An answer of the contract that is not a success: thrown where it is found, written in one place. */
export class Refusal extends Error {
  readonly status: number
  readonly body: RefusalBody
  readonly headers: Readonly<Record<string, string>>

  /**
   * @param body  every refusal of the contract carries `status_code` as its last key; the answers that begin with it
   *   bring it along
   */
  constructor(status: number, body: RefusalBody, headers: Readonly<Record<string, string>> = {}) {
    super('detail' in body && typeof body.detail === 'string' ? body.detail : JSON.stringify(body))
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export const refusals = {
  notSignedIn: () => new Refusal(403, { detail: 'Authentication credentials were not provided.' }),
  forbidden: () => new Refusal(403, { detail: 'You do not have permission to perform this action.' }),
  badCredentials: (detail: string) => new Refusal(403, { detail }),
  notFound: (model: string) => new Refusal(404, { detail: `No ${model} matches the given query.` }),
  unknownFormat: () => new Refusal(404, { detail: 'Not found.' }),
  method: (method: string) => new Refusal(405, { detail: `Method "${method}" not allowed.` }),
  notAcceptable: () => new Refusal(406, { detail: 'Could not satisfy the request Accept header.' }),
  mediaType: (type: string) => new Refusal(415, { detail: `Unsupported media type "${type}" in request.` }),
  throttled(seconds: number) {
    const wait = Math.ceil(seconds)
    return new Refusal(
      429,
      { detail: `Request was throttled. Expected available in ${wait} second${wait === 1 ? '' : 's'}.` },
      { 'retry-after': String(wait) },
    )
  },
  invalid: (detail: string) => new Refusal(400, { detail }),
  severalRows: (model: string, count: number) =>
    new Refusal(500, { detail: `get() returned more than one ${model} -- it returned ${count}!` }),
} as const

/** Status with which each refusal of a rule is answered, at every door. */
export const STATUS_OF_KIND: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  protected: 403,
  forbidden: 403,
  missing: 404,
  in_use: 409,
  conflict: 409,
  reused: 422,
}
