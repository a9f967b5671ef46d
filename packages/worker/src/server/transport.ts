import { CallRefused, ServerAway, TokenRefused } from './failures.ts'

/** A server, and who we are there. */
export interface Transport {
  readonly address: string
  /**
   * One call of the API.
   *
   * @param path from the root: `/api/v1/jobs/claim`
   * @returns the answer's JSON; an empty object when it has none
   * @throws ServerAway, TokenRefused or CallRefused
   */
  call(method: string, path: string, options?: CallOptions): Promise<Readonly<Record<string, unknown>>>
}

export interface CallOptions {
  readonly body?: unknown
  /** Beyond what a short call may take: how long the server was asked to wait. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
}

/** A server that has not answered a short call by then has fallen into a hole. */
const PATIENCE_MS = 30_000
/** How much of an answer that is not ours is quoted. */
const QUOTED_LENGTH = 200

const TOKEN_REFUSED = 401
const FORBIDDEN = 403
/** Codes of refusals that are about who we are, not about what we want. */
const ABOUT_TOKEN: ReadonlySet<string> = new Set(['not_signed_in', 'bad_credentials'])
/** Refusals that pass: the server is busy, or a proxy could not reach it. */
const PASSING = new Set([408, 425, 429])

/**
 * @param address without a slash at the end
 * @param token asked for at every call, because it may have been replaced; undefined to call as nobody
 */
export function transportTo(
  address: string,
  token: () => string | undefined,
  { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {},
): Transport {
  return {
    address,
    async call(method, path, { body, waitMs = 0, signal } = {}) {
      const limit = AbortSignal.timeout(patienceMs + waitMs)
      const secret = token()
      let answer: Response
      let text: string
      try {
        answer = await fetch(`${address}${path}`, {
          method,
          headers: {
            accept: 'application/json',
            ...(secret !== undefined && { authorization: `Token ${secret}` }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          redirect: 'manual',
          signal: signal ? AbortSignal.any([limit, signal]) : limit,
        })
        text = await answer.text()
      } catch (error) {
        throw new ServerAway(`${address} does not answer: ${reasonOf(error, patienceMs + waitMs)}`)
      }
      return understood(address, answer, text)
    },
  }
}

function understood(address: string, answer: Response, text: string): Readonly<Record<string, unknown>> {
  const body = jsonOf(text)
  if (answer.ok) {
    if (text.trim() === '') return {}
    if (isRecord(body)) return body
    throw new ServerAway(`${address} answered something that is not Alyx's: ${quoted(text)}`)
  }
  const { status } = answer
  if (status >= 300 && status < 400)
    throw new CallRefused(
      status,
      'redirected',
      `${address} sends us on to ${answer.headers.get('location')}: write that address as the server.`,
      {},
    )
  const problem = isRecord(body) && isRecord(body.error) ? body.error : isRecord(body) ? body : {}
  const code = typeof problem.code === 'string' ? problem.code : ''
  const said = [problem.message, problem.detail].find((one) => typeof one === 'string')
  const message = said ?? `HTTP ${status} ${quoted(text)}`.trim()
  if (status >= 500 || PASSING.has(status)) {
    const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN)
    throw new ServerAway(`${address} cannot answer: ${message}`, Number.isFinite(retryAfter) ? retryAfter : undefined)
  }
  if (status === TOKEN_REFUSED || (status === FORBIDDEN && ABOUT_TOKEN.has(code)))
    throw new TokenRefused(`${address} does not accept the token: ${message}`)
  throw new CallRefused(status, code, message, { ...problem, ...(isRecord(problem.details) ? problem.details : {}) })
}

function reasonOf(error: unknown, limitMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${Math.round(limitMs / 1000)} s`
  if (error.name === 'AbortError') return 'we stopped waiting'
  // fetch says only "fetch failed" itself.
  const { cause } = error
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message
}

const quoted = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, QUOTED_LENGTH)

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether it is an object of JSON. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
