/**
 * Logins of browsers, kept in Django's own table in Django's own form: with the same secret key, whoever is logged in
 * to one server is logged in to the other.
 *
 * Source: Django 5.2, contrib.sessions.backends.db, core.signing and contrib.auth.base_user; checked against it.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import { randomText } from './random-text.ts'

export const SESSION_COOKIE = 'sessionid'

/** Django's default lifetime. */
export const SESSION_SECONDS = 14 * 24 * 60 * 60

const SESSION_SALT = 'django.contrib.sessions.SessionStore'
const PASSWORD_SALT = 'django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash'
const BACKEND = 'django.contrib.auth.backends.ModelBackend'

/** Far more than any session holds; a larger one is not ours, even if signed. */
const MAX_SESSION_BYTES = 1024 * 1024

const KEY_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const KEY_LENGTH = 32

/** What a session remembers: who logged in, and small things such as `last_subject_id`. */
export type SessionData = Record<string, unknown>

/** A session key nobody can guess: the value of the cookie and the key of the row. */
export function newSessionKey(): string {
  return randomText(KEY_LENGTH, KEY_ALPHABET)
}

/** Whether a cookie could be a session key at all; spares the database the others. */
export function looksLikeSessionKey(cookie: string): boolean {
  return /^[a-z0-9]{8,40}$/.test(cookie)
}

/** The content of a session after a login. */
export function loginSession(userId: string, passwordHash: string, secretKey: string): SessionData {
  return {
    _auth_user_id: userId,
    _auth_user_backend: BACKEND,
    _auth_user_hash: sessionAuthHash(passwordHash, secretKey),
  }
}

/** The user whose session this is; undefined when nobody logged in. The caller must still check the hash. */
export function sessionUserId(session: SessionData): string | undefined {
  const { _auth_user_id: userId, _auth_user_backend: backend } = session
  return typeof userId === 'string' && backend === BACKEND ? userId : undefined
}

/** Whether the user's password is still the one the session began with: changing it ends all sessions. */
export function isSessionOfPassword(session: SessionData, passwordHash: string, secretKey: string): boolean {
  const { _auth_user_hash: known } = session
  return typeof known === 'string' && isSameText(known, sessionAuthHash(passwordHash, secretKey))
}

/** Binds a session to the stored password hash: 64 hex digits. */
export function sessionAuthHash(passwordHash: string, secretKey: string): string {
  return saltedHmac(PASSWORD_SALT, passwordHash, secretKey).toString('hex')
}

/**
 * The text of `session_data`: JSON, compressed when that is shorter, then time and signature, parted by colons.
 *
 * @param nowSeconds when it was signed, in seconds since 1970
 */
export function encodeSession(session: SessionData, secretKey: string, nowSeconds: number): string {
  // Python reads the bytes as Latin-1, so everything else is escaped.
  const json = Buffer.from(
    JSON.stringify(session).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
  const compressed = deflateSync(json)
  const payload =
    compressed.length < json.length - 1 ? `.${compressed.toString('base64url')}` : json.toString('base64url')
  const signed = `${payload}:${base62(Math.floor(nowSeconds))}`
  return `${signed}:${signature(signed, secretKey)}`
}

/** @returns undefined when the text was not signed with this key, or is damaged; Django then starts an empty session */
export function decodeSession(text: string, secretKey: string): SessionData | undefined {
  const end = text.lastIndexOf(':')
  const signed = text.slice(0, Math.max(end, 0))
  if (!signed.includes(':') || !isSameText(text.slice(end + 1), signature(signed, secretKey))) return undefined
  const payload = signed.slice(0, signed.lastIndexOf(':'))
  try {
    const json = payload.startsWith('.')
      ? inflateSync(Buffer.from(payload.slice(1), 'base64url'), { maxOutputLength: MAX_SESSION_BYTES })
      : Buffer.from(payload, 'base64url')
    const session: unknown = JSON.parse(json.toString('latin1'))
    const isObject = typeof session === 'object' && session !== null && !Array.isArray(session)
    return isObject ? (session as SessionData) : undefined
  } catch {
    return undefined
  }
}

function signature(text: string, secretKey: string): string {
  return saltedHmac(`${SESSION_SALT}signer`, text, secretKey).toString('base64url')
}

/** HMAC-SHA256 under a key of its own for every use of the secret. */
function saltedHmac(salt: string, text: string, secretKey: string): Buffer {
  const key = createHash('sha256')
    .update(salt + secretKey)
    .digest()
  return createHmac('sha256', key).update(text).digest()
}

/** In the same time wherever the difference is. */
function isSameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const BASE_62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function base62(number: number): string {
  let text = ''
  for (let rest = number; rest > 0 || text === ''; rest = Math.floor(rest / 62)) text = BASE_62[rest % 62] + text
  return text
}
