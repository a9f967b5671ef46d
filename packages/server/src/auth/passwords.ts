/**
 * Passwords as Django stores them, so that every account works on either server on the same day.
 *
 * Source: Django 5.2, contrib.auth.hashers and its default settings.
 */

import * as crypto from 'node:crypto'
import { promisify } from 'node:util'
import bcrypt from 'bcryptjs'
import { randomText } from './random-text.ts'

const PREFERRED = 'pbkdf2_sha256'
const ITERATIONS = 1_000_000
/** 22 letters and digits hold the 128 bits of salt that Django asks for. */
const SALT_LENGTH = 22

/** An account whose password starts so cannot log in with any password. */
const UNUSABLE_PREFIX = '!'
const UNUSABLE_SUFFIX_LENGTH = 40

/** A stored hash that asks for more than this is damaged, or meant to exhaust the server. */
const MAX_MEMORY_BYTES = 512 * 1024 * 1024
const MAX_ITERATIONS = 20_000_000

/**
 * What came of comparing a password with a stored hash.
 * `unsupported` names the algorithm for the log; for the person it is a wrong password.
 */
export type PasswordVerdict =
  | { outcome: 'match'; needsUpgrade: boolean }
  | { outcome: 'mismatch' }
  | { outcome: 'unusable' }
  | { outcome: 'unsupported'; algorithm: string }

/** What a stored hash says about how it was made. */
type Recipe = { derive: (password: string) => Promise<Buffer>; digest: Buffer }

/**
 * Compares a password with a stored hash, off the main thread, and in the time that a right password would take:
 * unusable, unknown and damaged hashes cost as much as good ones.
 */
export async function verifyPassword(password: string, stored: string): Promise<PasswordVerdict> {
  if (stored === '' || stored.startsWith(UNUSABLE_PREFIX)) {
    await verifyNobody(password)
    return { outcome: 'unusable' }
  }
  const recipe = recipeOf(stored)
  if (recipe === undefined) {
    await verifyNobody(password)
    return { outcome: 'unsupported', algorithm: algorithmOf(stored) }
  }
  // A damaged hash may ask for what the algorithm refuses, such as too little salt.
  const derived = await hashing(() => recipe.derive(password)).catch(() => undefined)
  if (derived === undefined) return { outcome: 'unsupported', algorithm: algorithmOf(stored) }
  const matches = derived.length === recipe.digest.length && crypto.timingSafeEqual(derived, recipe.digest)
  if (matches) return { outcome: 'match', needsUpgrade: needsUpgrade(stored) }
  const missing = missingIterations(stored)
  if (missing > 0) await hashing(() => pbkdf2(password, 'timing', missing, 32, 'sha256'))
  return { outcome: 'mismatch' }
}

/** The work of a comparison without anybody to compare with, so that timing does not tell which accounts exist. */
export async function verifyNobody(password: string): Promise<void> {
  await hashing(() => pbkdf2(password, 'nobody', ITERATIONS, 32, 'sha256'))
}

/** A hash to store: `pbkdf2_sha256$1000000$<salt>$<digest>`, 128 characters at most. */
export async function makePassword(password: string): Promise<string> {
  const salt = randomText(SALT_LENGTH)
  const digest = await hashing(() => pbkdf2(password, salt, ITERATIONS, 32, 'sha256'))
  return `${PREFERRED}$${ITERATIONS}$${salt}$${digest.toString('base64')}`
}

/** What is stored for an account that nobody can log in to with a password. */
export function makeUnusablePassword(): string {
  return UNUSABLE_PREFIX + randomText(UNUSABLE_SUFFIX_LENGTH)
}

export function isUsablePassword(stored: string): boolean {
  return stored !== '' && !stored.startsWith(UNUSABLE_PREFIX)
}

/**
 * Whether a hash should be replaced at the next login: another algorithm, fewer iterations, or too little salt.
 * More iterations stay: a newer Django made them.
 */
export function needsUpgrade(stored: string): boolean {
  const [algorithm, iterations = '', salt = ''] = stored.split('$')
  return algorithm !== PREFERRED || Number(iterations) < ITERATIONS || salt.length < SALT_LENGTH
}

/** The iterations that a hash of the preferred algorithm lacks; others cannot be compared. */
function missingIterations(stored: string): number {
  const [algorithm, iterations = ''] = stored.split('$')
  return algorithm === PREFERRED ? ITERATIONS - Number(iterations) : 0
}

/** Never the hash itself: ancient ones have no name before them. */
function algorithmOf(stored: string): string {
  return /^([a-z0-9_]{1,30})\$/.exec(stored)?.[1] ?? 'unknown'
}

const pbkdf2 = promisify(crypto.pbkdf2)
const scrypt = promisify<crypto.BinaryLike, crypto.BinaryLike, number, crypto.ScryptOptions, Buffer>(crypto.scrypt)

/** undefined when the algorithm is not ours or the hash is damaged. */
function recipeOf(stored: string): Recipe | undefined {
  const [algorithm, ...parts] = stored.split('$')
  switch (algorithm) {
    case 'pbkdf2_sha256':
      return pbkdf2Recipe(parts, 'sha256', 32)
    case 'pbkdf2_sha1':
      return pbkdf2Recipe(parts, 'sha1', 20)
    case 'scrypt':
      return scryptRecipe(parts)
    case 'argon2':
      return argon2Recipe(parts)
    case 'bcrypt_sha256':
      return bcryptRecipe(parts, (password) => crypto.hash('sha256', password))
    case 'bcrypt':
      return bcryptRecipe(parts, (password) => password)
    default:
      return undefined
  }
}

function pbkdf2Recipe(parts: string[], hash: string, length: number): Recipe | undefined {
  const [iterations = '', salt, digest] = parts
  const count = wholeNumber(iterations, MAX_ITERATIONS)
  if (count === undefined || !salt || !digest) return undefined
  return { derive: (password) => pbkdf2(password, salt, count, length, hash), digest: Buffer.from(digest, 'base64') }
}

/** `scrypt$<cost>$<salt>$<block size>$<parallelism>$<digest>` */
function scryptRecipe(parts: string[]): Recipe | undefined {
  const [costText = '', salt, blockText = '', parallelText = '', digest] = parts
  const cost = wholeNumber(costText, 2 ** 24)
  const blockSize = wholeNumber(blockText, 64)
  const parallelization = wholeNumber(parallelText, 64)
  if (!cost || !blockSize || !parallelization || !salt || !digest || !Number.isInteger(Math.log2(cost)))
    return undefined
  const memory = 128 * blockSize * (cost + parallelization + 2)
  if (memory > MAX_MEMORY_BYTES) return undefined
  const options = { cost, blockSize, parallelization, maxmem: memory }
  return { derive: (password) => scrypt(password, salt, 64, options), digest: Buffer.from(digest, 'base64') }
}

/** `argon2$argon2id$v=19$m=102400,t=2,p=8$<salt>$<digest>`, only where Node has the algorithm. */
function argon2Recipe(parts: string[]): Recipe | undefined {
  const [variant, version, costs = '', salt, digest] = parts
  const found = /^m=(\d+),t=(\d+),p=(\d+)$/.exec(costs)
  if (crypto.argon2 === undefined || found === null || version !== 'v=19' || !salt || !digest) return undefined
  if (variant !== 'argon2id' && variant !== 'argon2i' && variant !== 'argon2d') return undefined
  const [memory, passes, parallelism] = found.slice(1).map(Number) as [number, number, number]
  if (memory * 1024 > MAX_MEMORY_BYTES || passes > 1000) return undefined
  const expected = Buffer.from(digest, 'base64')
  const derive = (password: string) =>
    new Promise<Buffer>((resolve, reject) => {
      const settings = { nonce: Buffer.from(salt, 'base64'), memory, passes, parallelism, tagLength: expected.length }
      crypto.argon2(variant, { message: password, ...settings }, (error, derived) =>
        error ? reject(error) : resolve(derived),
      )
    })
  return { derive, digest: expected }
}

/** Half a minute of work already; Django asks for 12. */
const MAX_BCRYPT_COST = 16

/** `bcrypt_sha256$$2b$12$<22 characters of salt><31 of digest>`; the first hashes the password before, to take any length. */
function bcryptRecipe(parts: string[], prepared: (password: string) => string): Recipe | undefined {
  const [empty, variant = '', cost = '', rest = ''] = parts
  if (
    empty !== '' ||
    !/^2[aby]$/.test(variant) ||
    !wholeNumber(cost, MAX_BCRYPT_COST) ||
    !/^[./A-Za-z0-9]{53}$/.test(rest)
  )
    return undefined
  const settings = `$${variant}$${cost}$${rest.slice(0, 22)}`
  return {
    derive: async (password) => Buffer.from(await bcrypt.hash(prepared(password), settings)),
    digest: Buffer.from(`${settings}${rest.slice(22)}`),
  }
}

function wholeNumber(text: string, largest: number): number | undefined {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= largest ? number : undefined
}

/**
 * Hashing takes a thread of Node's pool of four for half a second. Two at a time leave the others to files, names and
 * compression when all rigs log in at once.
 */
const AT_ONCE = 2
let running = 0
const waiting: (() => void)[] = []

async function hashing(work: () => Promise<Buffer>): Promise<Buffer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await work()
  } finally {
    // The place goes to the next in line, so the count stays.
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}
