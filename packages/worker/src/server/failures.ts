/** Nobody answered, or somebody who could not: worth another try later. */
export class ServerAway extends Error {
  override readonly name = 'ServerAway'
  /** What the server asked us to wait, when it did. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, retryAfterSeconds?: number) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The server does not know our token, or no longer. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

/** The server understood, and says no. Asking again gives the same answer. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly status: number
  /** Stable word of the native API, such as `superseded`; empty when it gave none. */
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, unknown>>) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}
