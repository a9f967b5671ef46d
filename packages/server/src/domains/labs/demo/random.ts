/**
 * Chance that can be repeated: the same seed gives the same numbers on every machine.
 *
 * Generator: sfc32, four 32-bit words and a counter; small, fast, and passes the usual tests of randomness.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** @param seed any text; each topic of the demo draws from a seed of its own, so that one can change alone */
  constructor(seed: string) {
    const word = hashWords(seed)
    this.#a = word()
    this.#b = word()
    this.#c = word()
    for (let round = 0; round < 15; round++) this.unit()
  }

  /** A number from 0 up to, not including, 1. */
  unit(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit()
  }

  /** An integer from low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.unit())
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)] as T
  }

  /** Normally distributed (Box and Muller). */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()))
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.unit())
  }

  /** Hexadecimal digits. */
  hex(length: number): string {
    return Array.from({ length }, () => this.integer(0, 15).toString(16)).join('')
  }
}

/** 32-bit words from a text (FNV-1a, each word going on from the last). */
function hashWords(text: string): () => number {
  const [offset, prime] = [0x811c9dc5, 0x01000193]
  let hash = offset
  return () => {
    for (const character of `${text}|`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), prime)
    return hash | 0
  }
}

/** Rounded to a number of decimals, as an instrument shows it. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals))
