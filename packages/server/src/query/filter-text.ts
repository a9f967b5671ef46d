import { FilterError, quoted } from './filter-error.ts'
import { type FilterValue, parseLiteral, requireStorable } from './literals.ts'

/** One condition of a filter expression. */
export interface Pair {
  /** Names joined by two underscores, as written, without `~`. */
  readonly path: string
  /** Written with `~`: rows for which the condition is not true. */
  readonly negate: boolean
  readonly value: FilterValue
}

const MAX_PAIRS = 100

/**
 * Parts between commas. A comma inside brackets or parentheses does not split; one level is tracked, and quotes protect
 * nothing, as scripts written for Alyx expect. An unclosed bracket takes the rest of the text.
 */
function splitOnCommas(text: string): string[] {
  const parts: string[] = []
  let from = 0
  let until = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (until !== '') {
      if (character === until) until = ''
    } else if (character === '[') until = ']'
    else if (character === '(') until = ')'
    else if (character === ',') {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  parts.push(text.slice(from))
  return parts
}

/** What the text of a value means: None, true or false in any case, digits with at most one dot, a list, or itself. */
function meaningOf(text: string): FilterValue {
  if (text === 'None') return null
  if (/^true$/i.test(text)) return true
  if (/^false$/i.test(text)) return false
  if (/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text)) return { number: text, value: Number(text) }
  if (/^[[(]/.test(text) && /[\])]$/.test(text)) return parseLiteral(text)
  return text
}

/**
 * The pairs `path,value,path,value…` of a filter expression, paths as written.
 * @throws FilterError when a path has no value, stands twice, or a bracketed value is not a list of literals
 */
export function parsePairs(text: string): { readonly path: string; readonly value: FilterValue }[] {
  const whole = text.trim()
  if (whole === '') return []
  const parts = splitOnCommas(whole)
  if (parts.length % 2 !== 0)
    throw new FilterError(
      `every path needs a value, separated by commas (path,value,path,value): ${quoted(parts.at(-1)!)} has none. A value with commas must be a list, as in ["a", "b"]`,
    )
  if (parts.length > 2 * MAX_PAIRS) throw new FilterError(`an expression may hold ${MAX_PAIRS} conditions at most`)
  const seen = new Set<string>()
  const pairs = []
  for (let at = 0; at < parts.length; at += 2) {
    const path = parts[at]!.trimStart()
    requireStorable(path)
    if (seen.has(path)) throw new FilterError(`the condition ${quoted(path)} stands twice`)
    seen.add(path)
    const value = meaningOf(parts[at + 1]!)
    requireStorable(value)
    pairs.push({ path, value })
  }
  return pairs
}

/**
 * The conditions of a `django=` expression, such as `lab__name,churchlandlab,~qc__gte,40,number__in,[1, 2]`.
 * @throws FilterError as `parsePairs`
 */
export function parseDjangoFilter(text: string): Pair[] {
  return parsePairs(text).map(({ path, value }) =>
    path.startsWith('~') ? { path: path.slice(1), negate: true, value } : { path, negate: false, value },
  )
}
