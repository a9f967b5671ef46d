import { Agent, request } from 'node:http'

export interface PlannedTask {
  readonly ref: string
  readonly name: string
  readonly executable: string
  readonly priority?: number
  readonly parents?: readonly string[]
}

export interface Claimed {
  readonly attempt: string
  readonly task: { readonly id: string; readonly name: string }
}

/** The queue as its clients see it, over HTTP. */
export class Laboratory {
  readonly #address: string
  readonly #headers: Record<string, string>
  readonly #agent = new Agent({ keepAlive: true })
  /** What the server says it asked of its database. */
  statements = 0

  private constructor(address: string, token: string) {
    this.#address = address
    this.#headers = { 'content-type': 'application/json', ...(token && { authorization: `Token ${token}` }) }
  }

  static async signedIn(address: string, password: string): Promise<Laboratory> {
    const { token } = (await new Laboratory(address, '').post('/auth-token', { username: 'admin', password })) as {
      token: string
    }
    return new Laboratory(address, token)
  }

  /** @throws Error with status and body for anything but success */
  async post(path: string, body: object): Promise<unknown> {
    const { status, timing, text } = await this.#sent(path, JSON.stringify(body))
    this.statements += Number(/desc="(\d+)"/.exec(timing)?.[1] ?? 0)
    if (status >= 400) throw new Refusal(status, text)
    return JSON.parse(text)
  }

  /** Without the costs of `fetch`: whoever measures shares the machine with what is measured. */
  #sent(path: string, body: string): Promise<{ status: number; timing: string; text: string }> {
    return new Promise((resolve, reject) => {
      const headers = { ...this.#headers, 'content-length': Buffer.byteLength(body) }
      request(this.#address + path, { method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => {
          text += piece
        })
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode!, timing: String(response.headers['server-timing'] ?? ''), text }),
        )
      })
        .on('error', reject)
        .end(body)
    })
  }

  /** A worker that runs everything. @returns its key */
  async worker(name: string, slots = 1000): Promise<string> {
    const { worker } = (await this.post('/api/v1/jobs/workers', {
      name,
      executables: ['*'],
      slots: Math.min(1000, slots),
    })) as { worker: string }
    return worker
  }

  async makeGraph(tasks: readonly PlannedTask[]): Promise<{ ref: string; id: string }[]> {
    return ((await this.post('/api/v1/jobs/graphs', { tasks })) as { tasks: { ref: string; id: string }[] }).tasks
  }

  async claim(worker: string, limit: number, more: object = {}): Promise<Claimed[]> {
    return ((await this.post('/api/v1/jobs/claim', { worker, limit, ...more })) as { attempts: Claimed[] }).attempts
  }

  async finish(attempt: string, how: object = { outcome: 'succeeded' }): Promise<void> {
    await this.post(`/api/v1/jobs/attempts/${attempt}/finish`, how)
  }
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number

  constructor(status: number, body: string) {
    super(`${status} ${body.slice(0, 200)}`)
    this.status = status
  }
}
