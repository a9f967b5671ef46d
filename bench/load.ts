import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** What is sent. */
export interface Sent {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  /** JSON text. */
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: number
  readonly milliseconds: number
}

export interface Loaded {
  readonly answers: readonly Answer[]
  readonly seconds: number
}

/**
 * Keeps a number of connections busy: each sends its next request as soon as the last answer is there.
 *
 * @param send the nth request, counted from 1 over all connections
 * @param until is asked before each request, with the number sent and the milliseconds gone by
 */
export async function load(
  address: string,
  token: string,
  connections: number,
  send: (nth: number) => Sent,
  until: (sent: number, milliseconds: number) => boolean,
): Promise<Loaded> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const headers = { accept: 'application/json', authorization: `Token ${token}` }
  const answers: Answer[] = []
  const began = performance.now()
  let sent = 0
  const keepBusy = async () => {
    while (!until(sent, performance.now() - began)) {
      sent += 1
      answers.push(await ask(address, send(sent), agent, headers))
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, keepBusy))
  } finally {
    agent.destroy()
  }
  return { answers, seconds: (performance.now() - began) / 1000 }
}

function ask(
  address: string,
  { method, path, body }: Sent,
  agent: Agent,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const typed = body === undefined ? headers : { ...headers, 'content-type': 'application/json' }
    request(address + path, { method, agent, headers: typed }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode as number,
          headers: response.headers,
          bytes,
          milliseconds: performance.now() - began,
        }),
      )
    })
      .on('error', reject)
      .end(body)
  })
}

/** How long answers took, ms. */
export function timesOf(answers: readonly Answer[]): { p50Ms: number; p99Ms: number } {
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const percentile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] as number
  return { p50Ms: percentile(0.5), p99Ms: percentile(0.99) }
}

/** Statements that the server says an answer took. */
export function statementsOf({ headers }: Answer): number {
  const [, count] = /sql;[^,]*desc="(\d+)"/.exec(String(headers['server-timing'] ?? '')) ?? []
  return Number(count)
}
