/**
 * Protection of requests that a browser sends with its cookies: a page of another site can make it send them, but can
 * neither read our cookie nor set our header. Compatible with cookies that Django set, and with its forms and messages.
 *
 * Source: spec of the contract, "Authentication"; Django 5.2, middleware.csrf.
 */

import { timingSafeEqual } from 'node:crypto'
import { LETTERS_AND_DIGITS, randomText } from './random-text.ts'

export const CSRF_COOKIE = 'csrftoken'
export const CSRF_HEADER = 'x-csrftoken'
export const CSRF_FORM_FIELD = 'csrfmiddlewaretoken'

const SECRET_LENGTH = 32
const MASKED_LENGTH = 2 * SECRET_LENGTH

/** What the cookie holds. A new one is due at every login. */
export function newCsrfSecret(): string {
  return randomText(SECRET_LENGTH)
}

/**
 * The secret in a form that differs each time it is written into a page, so that the compressed length of pages does
 * not give it away: 32 random characters, then the secret shifted by them.
 */
export function maskCsrfSecret(secret: string): string {
  const mask = randomText(SECRET_LENGTH)
  return mask + shifted(secret, mask, 1)
}

/** The secret behind a cookie, field or header, masked or not; undefined when its form is wrong. */
export function csrfSecretOf(token: string): string | undefined {
  return formatProblem(token) === undefined ? unmasked(token) : undefined
}

function unmasked(token: string): string {
  if (token.length === SECRET_LENGTH) return token
  return shifted(token.slice(SECRET_LENGTH), token.slice(0, SECRET_LENGTH), -1)
}

function shifted(text: string, mask: string, direction: 1 | -1): string {
  const size = LETTERS_AND_DIGITS.length
  const place = (character: string | undefined) => LETTERS_AND_DIGITS.indexOf(character ?? '')
  return [...text]
    .map((character, index) => LETTERS_AND_DIGITS[(place(character) + direction * place(mask[index]) + size) % size])
    .join('')
}

function formatProblem(token: string): string | undefined {
  if (token.length !== SECRET_LENGTH && token.length !== MASKED_LENGTH) return 'has incorrect length'
  return /[^a-zA-Z0-9]/.test(token) ? 'has invalid characters' : undefined
}

/** What a request says about where it comes from. Only requests that change something are checked. */
export type CsrfEvidence = {
  /** Whether the client used https. */
  secure: boolean
  /** The Host that the client used, with its port; undefined when we do not serve that host. */
  host: string | undefined
  origin: string | undefined
  referer: string | undefined
  /** The cookie `csrftoken`. */
  cookie: string | undefined
  /** The form field `csrfmiddlewaretoken`, of POST requests only. */
  field: string | undefined
  /** The header `X-CSRFToken`. */
  header: string | undefined
}

/**
 * @param trustedOrigins other sites whose pages may send requests: `https://lab.example`, `https://*.lab.example`
 * @returns undefined when the request may pass, else the reason in the words of the contract
 */
export function csrfProblem(evidence: CsrfEvidence, trustedOrigins: readonly string[]): string | undefined {
  if (evidence.origin !== undefined) {
    if (!isOwnOrTrusted(evidence.origin, evidence, trustedOrigins))
      return `Origin checking failed - ${evidence.origin} does not match any trusted origins.`
  } else if (evidence.secure) {
    // Over https somebody on the wire could plant a cookie over http, so the token alone proves nothing.
    const problem = refererProblem(evidence, trustedOrigins)
    if (problem !== undefined) return `Referer checking failed - ${problem}`
  }
  return tokenProblem(evidence)
}

function tokenProblem({ cookie, field, header }: CsrfEvidence): string | undefined {
  if (cookie === undefined) return 'CSRF cookie not set.'
  const cookieProblem = formatProblem(cookie)
  if (cookieProblem !== undefined) return `CSRF cookie ${cookieProblem}.`
  const token = field || header
  if (token === undefined) return 'CSRF token missing.'
  const source = field ? 'POST' : "the 'X-Csrftoken' HTTP header"
  const problem = formatProblem(token) ?? (isSameSecret(token, cookie) ? undefined : 'incorrect')
  return problem && `CSRF token from ${source} ${problem}.`
}

function isSameSecret(token: string, cookie: string): boolean {
  return timingSafeEqual(Buffer.from(unmasked(token)), Buffer.from(unmasked(cookie)))
}

function isOwnOrTrusted(origin: string, { secure, host }: CsrfEvidence, trustedOrigins: readonly string[]): boolean {
  if (host !== undefined && origin === `${secure ? 'https' : 'http'}://${host}`) return true
  const { scheme, place } = siteOf(origin)
  return trustedOrigins.some((trusted) => {
    if (!trusted.includes('*')) return trusted === origin
    const pattern = siteOf(trusted)
    return pattern.scheme === scheme && isSameSite(place, pattern.place)
  })
}

function refererProblem({ host, referer }: CsrfEvidence, trustedOrigins: readonly string[]): string | undefined {
  if (referer === undefined) return 'no Referer.'
  const { scheme, place } = siteOf(referer)
  if (scheme === '' || place === '') return 'Referer is malformed.'
  if (scheme !== 'https') return 'Referer is insecure while host is secure.'
  const allowed = trustedOrigins.map((trusted) => siteOf(trusted).place)
  if (host !== undefined) allowed.push(host)
  if (allowed.some((pattern) => isSameSite(place, pattern))) return undefined
  return `${referer} does not match any trusted origins.`
}

/** Scheme and host with port of an address; empty when it has none. */
function siteOf(address: string): { scheme: string; place: string } {
  const [, scheme = '', place = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(address) ?? []
  return { scheme: scheme.toLowerCase(), place }
}

/** `*.lab.example` stands for that site and everything below it. */
function isSameSite(place: string, pattern: string): boolean {
  const wanted = pattern.replace(/^\*+/, '').toLowerCase()
  if (wanted === '') return false
  return place === wanted || (wanted.startsWith('.') && (place.endsWith(wanted) || place === wanted.slice(1)))
}
