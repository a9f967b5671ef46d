interface Waiting<Ask, Answer> {
  readonly ask: Ask
  resolve(answer: Answer): void
  reject(reason: unknown): void
}

/** Serves a group: an answer for each in the same order, or why it is refused. */
type Serve<Ask, Answer> = (asks: readonly Ask[]) => Promise<readonly (Answer | Error)[]>

/**
 * Serves those who come at the same time together: while one group is served, the next one gathers. Whoever comes alone
 * is served at once; of many, each costs a share of one transaction instead of one of their own.
 */
export class Together<Ask, Answer> {
  readonly #serve: Serve<Ask, Answer>
  readonly #most: number
  readonly #weigh: (ask: Ask) => number
  /** By kind: only those of one kind can be served together. */
  readonly #gathering = new Map<string, Waiting<Ask, Answer>[]>()
  #serving = false

  /** @param most that a group weighs; whoever weighs more is served alone */
  constructor(serve: Serve<Ask, Answer>, most: number, weigh: (ask: Ask) => number = () => 1) {
    this.#serve = serve
    this.#most = most
    this.#weigh = weigh
  }

  ask(kind: string, ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const group = this.#gathering.get(kind) ?? []
      this.#gathering.set(kind, group)
      group.push({ ask, resolve, reject })
      if (!this.#serving) void this.#serveAll()
    })
  }

  async #serveAll(): Promise<void> {
    this.#serving = true
    for (let group = this.#next(); group.length > 0; group = this.#next()) {
      try {
        const answers = await this.#serve(group.map(({ ask }) => ask))
        for (const [at, { resolve, reject }] of group.entries()) {
          const answer = answers[at] as Answer | Error
          if (answer instanceof Error) reject(answer)
          else resolve(answer)
        }
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#serving = false
  }

  /** Of the kind that waits longest; what is too many for one group waits behind the other kinds. */
  #next(): readonly Waiting<Ask, Answer>[] {
    for (const [kind, gathered] of this.#gathering) {
      this.#gathering.delete(kind)
      const group = gathered.splice(0, this.#fitting(gathered))
      if (gathered.length > 0) this.#gathering.set(kind, gathered)
      return group
    }
    return []
  }

  #fitting(gathered: readonly Waiting<Ask, Answer>[]): number {
    let weight = 0
    const end = gathered.findIndex(({ ask }, at) => {
      weight += this.#weigh(ask)
      return at > 0 && weight > this.#most
    })
    return end < 0 ? gathered.length : end
  }
}
