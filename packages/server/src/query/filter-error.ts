/** A filter that cannot be understood: says what was wrong and what was expected, in words for whoever wrote it. */
export class FilterError extends Error {
  override readonly name = 'FilterError'
  /** Query parameter that held the filter, when one is to blame. */
  readonly parameter: string | undefined

  constructor(message: string, parameter?: string) {
    super(message)
    this.parameter = parameter
  }
}

const QUOTED_LENGTH = 60

/** A value from outside as it is shown in a message: quoted, and cut when it is long. */
export function quoted(text: string): string {
  return text.length <= QUOTED_LENGTH ? `"${text}"` : `"${text.slice(0, QUOTED_LENGTH)}…"`
}

/** Single-character changes between two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

const NEAREST_SHOWN = 3

/** The few names most like a mistyped one, best first: names that it begins or that begin it, then the least changed. */
export function nearest(name: string, names: readonly string[]): string[] {
  const wanted = name.slice(0, QUOTED_LENGTH).toLowerCase()
  const close = Math.max(1, Math.floor(wanted.length / 3))
  return names
    .map((one) => {
      const begins = wanted.length > 2 && (one.startsWith(wanted) || wanted.startsWith(one))
      return { one, far: begins ? 1 : distance(wanted, one) }
    })
    .filter(({ far }) => far <= close)
    .sort((a, b) => a.far - b.far)
    .slice(0, NEAREST_SHOWN)
    .map(({ one }) => one)
}
