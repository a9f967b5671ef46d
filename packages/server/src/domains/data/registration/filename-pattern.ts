/**
 * Shell patterns of file names: `*` for any characters, `?` for one, `[a-z]` and `[!a-z]` for one of a set. Capitals and
 * small letters are the same. A `[` that nothing closes stands for itself.
 *
 * Source: Alyx 3.6.1, data/transfers.py, which compares with Python's fnmatch.
 */

const compiled = new Map<string, RegExp>()
/** Far more than any laboratory has patterns; keeps a server on which they are edited all day from growing. */
const MOST_COMPILED = 5000

/** Whether the whole name matches the pattern. */
export function matchesPattern(pattern: string, name: string): boolean {
  let matcher = compiled.get(pattern)
  if (!matcher) {
    if (compiled.size >= MOST_COMPILED) compiled.clear()
    matcher = new RegExp(`^(?:${expressionOf(pattern.toLowerCase())})$`, 'su')
    compiled.set(pattern, matcher)
  }
  return matcher.test(name.toLowerCase())
}

/**
 * Between two stars the first place that fits is as good as any other. Each is tried once and then kept, which a group
 * that is looked ahead at and repeated says; else a name that does not match could take for ever.
 */
function expressionOf(pattern: string): string {
  const [first = '', ...others] = piecesOf(pattern)
  const last = others.pop()
  const between = others.map((piece, at) => (piece === '' ? '' : `(?=(?<p${at}>.*?${piece}))\\k<p${at}>`))
  return `${first}${between.join('')}${last === undefined ? '' : `.*${last}`}`
}

/** Expressions of what stands before, between and after the stars. */
function piecesOf(pattern: string): string[] {
  const characters = [...pattern]
  const pieces = ['']
  let at = 0
  while (at < characters.length) {
    const character = characters[at]!
    const end = character === '[' ? closingBracket(characters, at) : -1
    if (character === '*') pieces.push('')
    else if (end > 0) pieces[pieces.length - 1] += setExpression(characters.slice(at + 1, end))
    else pieces[pieces.length - 1] += character === '?' ? '.' : literal(character)
    at = end > 0 ? end + 1 : at + 1
  }
  return pieces
}

/** Where the set that begins here ends; a bracket in its first place belongs to it. -1 when nothing closes it. */
function closingBracket(characters: readonly string[], start: number): number {
  const first = characters[start + 1] === '!' ? start + 2 : start + 1
  return characters.indexOf(']', first + 1)
}

/** One character of the set; a range that runs backwards holds nothing. */
function setExpression(inside: readonly string[]): string {
  const negated = inside[0] === '!'
  const members = negated ? inside.slice(1) : inside
  let set = ''
  for (let at = 0; at < members.length; at += 1) {
    const [from, dash, to] = members.slice(at, at + 3)
    if (dash === '-' && to !== undefined) {
      if (from!.codePointAt(0)! <= to.codePointAt(0)!) set += `${literal(from!)}-${literal(to)}`
      at += 2
    } else set += literal(from!)
  }
  if (set === '') return negated ? '.' : '(?!)'
  return `[${negated ? '^' : ''}${set}]`
}

const literal = (character: string): string =>
  /[\p{L}\p{N}_]/u.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`
