/**
 * JSON without loss: JavaScript reads 1.0 as 1 and rounds integers past 2^53, PostgreSQL's jsonb and Python do neither.
 *
 * A number whose text JavaScript would not write back the same way is kept as a raw token; `JSON.stringify` writes it
 * unchanged.
 */

/** A number kept as its text. */
export interface RawNumber {
  readonly rawJSON: string
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown

// The two are in the language (ES2026) but not yet in TypeScript's libraries.
const exact = JSON as unknown as {
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
  parse(text: string, reviver: Reviver): unknown
}

/** The number with exactly this text. @throws SyntaxError when the text is no JSON number */
export const exactNumber = (text: string): RawNumber => exact.rawJSON(text)

/** Whether a parsed value is a number kept as its text. */
export const isExactNumber = (value: unknown): value is RawNumber => exact.isRawJSON(value)

/** What a number must look like to lose something; looking first is several times faster than reading exactly. */
const MAY_LOSE = /\d[.eE]|\d{16}|-0/

/** Parses JSON so that `JSON.stringify` gives every number back as it was written. @throws SyntaxError */
export function parseExactly(text: string): unknown {
  if (!MAY_LOSE.test(text)) return JSON.parse(text)
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? exact.rawJSON(source) : value,
  )
}

/**
 * A double as Python writes it, so that dumps look alike whoever made them: 25 is 25.0, 1e-7 is 1e-07.
 *
 * @param text a double as PostgreSQL writes it; finite
 */
export function pythonNumber(text: string): string {
  const [mantissa = '', exponent = '0'] = Number(text).toExponential().split('e')
  const power = Number(exponent)
  if (power < -4 || power >= 16) {
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  }
  const plain = String(Number(text))
  return plain.includes('.') ? plain : `${plain.includes('e') ? BigInt(Number(text)) : signed(plain, text)}.0`
}

/** Minus zero has lost its sign in `String`. */
const signed = (plain: string, text: string) => (plain === '0' && text.startsWith('-') ? '-0' : plain)
