import { admitAll, parseRate, parseThrottleMode, Throttle, throttleKey } from './throttle.ts'

export interface ThrottleSettings {
  readonly mode: string
  readonly burst: string
  readonly sustained: string | undefined
  readonly docs: string
}

/** Which limit a route counts against. */
type ThrottleScope = 'burst' | 'docs' | 'none'

export interface Throttles {
  /** Counts a request. @returns undefined when it may pass, else the whole seconds until the next one may */
  wait(scope: ThrottleScope, accountId: string | undefined, address: string): number | undefined
  /** Seconds to wait before another sign-in from here is looked at, once too many failed: passwords cannot be tried out. */
  signInWait(address: string): number | undefined
  /** Counts a failed sign-in. @returns seconds to wait when others failed too many times meanwhile */
  failedSignIn(address: string): number | undefined
}

/** Wrong passwords that one machine may send: far more than a person mistypes, far fewer than guessing needs. */
const FAILED_SIGN_INS = '30/minute'

/** The limits of this process. @throws RangeError naming a rate or mode that is none */
export function throttles({ mode: modeText, burst, sustained, docs }: ThrottleSettings): Throttles {
  const mode = parseThrottleMode(modeText)
  const scopes = {
    burst: [burst, ...(sustained ? [sustained] : [])].map((rate) => new Throttle(parseRate(rate))),
    docs: [new Throttle(parseRate(docs))],
    none: [],
  }
  const failures = new Throttle(parseRate(FAILED_SIGN_INS))
  return {
    wait: (scope, accountId, address) => admitAll(scopes[scope], throttleKey(mode, accountId, address)),
    signInWait: (address) => failures.waitOf(address),
    failedSignIn: (address) => admitAll([failures], address),
  }
}
