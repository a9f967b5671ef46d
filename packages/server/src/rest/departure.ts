/**
 * Whether this server is about to stop. From then on it says so to whoever watches it, and every answer asks its client to
 * open a new connection for the next request, so that none is sent into a connection that is just being closed.
 */
export class Departure {
  #begun = false

  get begun(): boolean {
    return this.#begun
  }

  begin(): void {
    this.#begun = true
  }
}
