/** Whole numbers in texts, read as Python's `int()` reads them: clients and people may send what it accepts. */

/** Python refuses longer digit strings, because turning them into integers takes quadratic time. */
const MAX_DIGITS = 4300

const DECIMAL_DIGIT = /\p{Nd}/u

/** The same text with the digits of other scripts (`٣`, `３`) as 0 to 9. */
export function asciiDigits(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text
  return text.replace(/[^\0-\x7f]/gu, (character) =>
    DECIMAL_DIGIT.test(character) ? digitValue(character) : character,
  )
}

/** Unicode keeps the ten digits of a script together and in order, so a digit's place in its run is its value. */
function digitValue(character: string): string {
  const code = character.codePointAt(0) as number
  let first = code
  while (DECIMAL_DIGIT.test(String.fromCodePoint(first - 1))) first--
  return String((code - first) % 10)
}

/**
 * @param text blanks around, a sign and `_` between digits are allowed
 * @returns undefined when it is not a whole number, or one of more than 4300 digits
 */
export function pythonInt(text: string): bigint | undefined {
  const trimmed = asciiDigits(text.trim())
  if (!/^[+-]?\d+(?:_\d+)*$/.test(trimmed)) return undefined
  const digits = trimmed.replace(/[+_]/g, '')
  return digits.length > MAX_DIGITS + Number(digits.startsWith('-')) ? undefined : BigInt(digits)
}
