import { createHash } from 'node:crypto'

/** Texts remembered per process. A server of this kind has about 200 different statements. */
const REMEMBERED_TEXTS = 500

/** Longer texts are lists of parameters made for one occasion: preparing them only fills memory. */
const LONGEST_PREPARED_TEXT = 16 * 1024

/**
 * Decides which statements are worth preparing, and how they are called.
 *
 * A text gets a name when it is seen for the second time, so that statements made for one occasion are never prepared;
 * least recently used texts are forgotten. Names come from the text, so every connection and process agrees on them.
 */
export class StatementNames {
  readonly #seen = new Map<string, string | undefined>()

  /** @returns the name to prepare the text under, or undefined to run it unprepared */
  nameFor(text: string): string | undefined {
    if (text.length > LONGEST_PREPARED_TEXT) return undefined
    const known = this.#seen.has(text)
    const name = known ? (this.#seen.get(text) ?? nameOf(text)) : undefined
    this.#seen.delete(text)
    this.#seen.set(text, name)
    if (this.#seen.size > REMEMBERED_TEXTS) this.#forgetOldest()
    return name
  }

  #forgetOldest(): void {
    for (const oldest of this.#seen.keys()) {
      this.#seen.delete(oldest)
      return
    }
  }
}

function nameOf(text: string): string {
  return `alyx_${createHash('sha256').update(text).digest('base64url').slice(0, 32)}`
}
