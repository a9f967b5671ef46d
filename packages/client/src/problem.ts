/**
 * An answer of the server that is not a success, in words for people. `code` stays the same from version to version:
 * `not_signed_in`, `forbidden`, `outdated`, `invalid_value` …; `offline` when no answer came at all.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** HTTP status; 0 when the server was not reached. */
  readonly status: number
  readonly code: string
  /** What is wrong, by field or parameter. */
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly details: unknown

  constructor(
    status: number,
    code: string,
    message: string,
    more: { fields?: Readonly<Record<string, readonly string[]>> | undefined; details?: unknown } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.fields = more.fields ?? {}
    this.details = more.details
  }
}

export const offline = () =>
  new Problem(0, 'offline', 'The server cannot be reached. Nothing was changed; try again when you are connected.')

interface Body {
  readonly error?: {
    readonly code?: string
    readonly message?: string
    readonly fields?: Readonly<Record<string, readonly string[]>>
    readonly details?: unknown
  }
  /** How the Alyx contract says it. */
  readonly detail?: string
}

const texts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
/** What the Alyx contract says of single fields. */
const faultsIn = (body: object): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(body).filter((entry): entry is [string, readonly string[]] => texts(entry[1])))

/** Reads whatever came instead of a success: the native form, or the page of a proxy. */
export async function problemIn(response: Response): Promise<Problem> {
  let body: Body | undefined
  try {
    body = (await response.json()) as Body
  } catch {
    body = undefined
  }
  const faults = body && !body.error ? faultsIn(body) : {}
  const { code = 'server_error', message, fields = faults, details } = body?.error ?? {}
  const [first] = Object.entries(faults).map(([name, said]) => `${name}: ${said.join(' ')}`)
  const said =
    message ?? body?.detail ?? first ?? `The server answered ${response.status} ${response.statusText}`.trimEnd()
  return new Problem(response.status, code, said, { fields, details })
}
