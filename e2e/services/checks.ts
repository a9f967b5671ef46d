/** What was tried, counted, and told line by line. */
export class Checks {
  #passed = 0
  #failed = 0
  #part = ''

  /** What follows is about this. */
  about(part: string): void {
    this.#part = part
    process.stdout.write(`\n${part}\n`)
  }

  /** Tries one thing; what it throws is told, and everything else goes on. */
  async that(sentence: string, attempt: () => unknown): Promise<void> {
    try {
      await attempt()
      this.#passed += 1
      process.stdout.write(`  ok    ${sentence}\n`)
    } catch (error) {
      this.#failed += 1
      const told = error instanceof Error ? error.message : String(error)
      process.stdout.write(`  FAIL  ${sentence}\n        ${told.split('\n').slice(0, 12).join('\n        ')}\n`)
      if (process.env.ALYX_VERBOSE) process.stdout.write(`${this.#part}: ${(error as Error).stack}\n`)
    }
  }

  /** Adds what another program counted. */
  add(passed: number, failed: number): void {
    this.#passed += passed
    this.#failed += failed
  }

  /** Tells the sum. @returns the exit code */
  close(): number {
    process.stdout.write(`\n${this.#passed} passed, ${this.#failed} failed\n`)
    return this.#failed === 0 ? 0 : 1
  }
}
