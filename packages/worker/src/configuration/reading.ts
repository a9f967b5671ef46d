/** Everything that is wrong with a configuration, told at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly problems: readonly string[]

  constructor(file: string, problems: readonly string[]) {
    super(`${file} cannot be used:\n${problems.map((one) => `  ${one}`).join('\n')}`)
    this.problems = problems
  }
}

/** A part of the configuration that is read key by key. Problems are gathered, so that all are told. */
export class Section {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly #problems: string[]
  readonly #asked = new Set<string>()

  constructor(values: unknown, path: string, problems: string[]) {
    this.#path = path
    this.#problems = problems
    const isMap = typeof values === 'object' && values !== null && !Array.isArray(values)
    if (!isMap && values !== undefined && values !== null) this.complain('', 'should be a list of names and values')
    this.#values = isMap ? (values as Record<string, unknown>) : {}
  }

  complain(key: string, what: string): void {
    const at = [this.#path, key].filter((part) => part !== '').join('.')
    this.#problems.push(at === '' ? what : `${at}: ${what}`)
  }

  /** The names that were written, in their order. */
  keys(): string[] {
    return Object.keys(this.#values)
  }

  /** What was written, if anything. */
  value(key: string): unknown {
    this.#asked.add(key)
    return this.#values[key] ?? undefined
  }

  section(key: string): Section {
    const path = this.#path === '' ? key : `${this.#path}.${key}`
    return new Section(this.value(key), path, this.#problems)
  }

  text(key: string): string | undefined {
    const value = this.value(key)
    if (value === undefined) return undefined
    if (typeof value === 'string' && value.trim() !== '') return value
    if (typeof value === 'number') return String(value)
    this.complain(key, `should be a text, not ${shown(value)}`)
    return undefined
  }

  flag(key: string): boolean {
    const value = this.value(key)
    if (value === undefined) return false
    if (typeof value === 'boolean') return value
    this.complain(key, `should be true or false, not ${shown(value)}`)
    return false
  }

  whole(key: string, { least, most }: { least: number; most: number }): number | undefined {
    const value = this.value(key)
    if (value === undefined) return undefined
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number
    this.complain(key, `should be a whole number from ${least} to ${most}, not ${shown(value)}`)
    return undefined
  }

  /** A list of texts; one alone may stand for a list of one. */
  texts(key: string): string[] {
    const value = this.value(key)
    if (value === undefined) return []
    const list = Array.isArray(value) ? value : [value]
    const texts = list.filter((one) => typeof one === 'string' || typeof one === 'number').map(String)
    if (texts.length < list.length) this.complain(key, `should be a list of texts, not ${shown(value)}`)
    return texts
  }

  /** A length of time such as `90 s`, `20m`, `4h` or `2 days`. @returns seconds */
  seconds(key: string): number | undefined {
    const value = this.value(key)
    if (value === undefined) return undefined
    const seconds = typeof value === 'number' ? value : secondsOf(String(value))
    if (seconds !== undefined && seconds > 0) return seconds
    this.complain(key, `should be a time such as 90s, 20m, 4h or 2d, not ${shown(value)}`)
    return undefined
  }

  /** Complains of everything that was written and never asked for. */
  refuseOthers(): void {
    for (const key of this.keys()) {
      if (this.#asked.has(key)) continue
      const near = [...this.#asked].find((one) => distance(one, key) <= 2)
      this.complain(key, near === undefined ? 'is no known setting' : `is no known setting. Did you mean "${near}"?`)
    }
  }
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** @returns undefined when the text is no length of time */
function secondsOf(text: string): number | undefined {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)\s*$/.exec(text)
  return parts ? Number(parts[1]) * UNIT_SECONDS[parts[2]![0]!]! : undefined
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 60)
}

/** Letters to change, add or take out to get from one word to another. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const change = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}
