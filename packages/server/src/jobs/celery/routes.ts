/** Which queue of the broker a task goes to. */
export interface Routes {
  /** Queue of everything that no label leads elsewhere. */
  readonly queueOf: string
  readonly byLabel: ReadonlyMap<string, string>
  /** All of them, each once. */
  readonly queues: readonly string[]
}

/** @param byLabel  queue by label, as in `{"gpu": "celery-gpu"}`; tasks that ask for a graphics card go where `gpu` does */
export function routesOf(queue: string, byLabel: Readonly<Record<string, string>>): Routes {
  const queues = [...new Set([queue, ...Object.values(byLabel)])]
  return { queueOf: queue, byLabel: new Map(Object.entries(byLabel)), queues }
}
