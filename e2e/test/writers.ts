export interface Written {
  /** Identifiers of the weighings that the server said it had recorded. */
  readonly acknowledged: readonly string[]
  /** One sentence for each request that was refused or not answered. */
  readonly failures: readonly string[]
}

const RIGS = 8

/**
 * Has several rigs record weighings one after the other, over connections that they keep, as fast as they are answered.
 *
 * @returns what ends them, each after the answer to its last request
 */
export async function startWriting(address: string, password: string): Promise<{ stop(): Promise<Written> }> {
  const { token } = (await answered(`${address}/auth-token`, { username: 'admin', password })) as { token: string }
  const headers = { authorization: `Token ${token}` }
  const subjects = await fetch(`${address}/subjects?limit=${RIGS}`, { headers })
  const { results } = (await subjects.json()) as { results: { nickname: string }[] }
  const acknowledged: string[] = []
  const failures: string[] = []
  let stopped = false
  const rigs = results.map(async ({ nickname: subject }) => {
    for (let nth = 0; !stopped; nth += 1) {
      try {
        const { url } = (await answered(
          `${address}/weighings`,
          { subject, weight: 20 + (nth % 50) / 10 },
          headers,
        )) as {
          url: string
        }
        acknowledged.push(url.split('/').at(-1)!)
      } catch (error) {
        if (failures.push(`${subject}: ${complaint(error)}`) > MOST_FAILURES) return
      }
    }
  })
  return {
    async stop() {
      stopped = true
      await Promise.all(rigs)
      return { acknowledged, failures }
    },
  }
}

/** Whoever is not answered at all need not go on asking. */
const MOST_FAILURES = 1_000

async function answered(url: string, body: object, headers: Record<string, string> = {}): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer.json()
}

const complaint = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${(error.cause as Error | undefined)?.message ?? ''}` : String(error)
