import type { PlannedTask } from '../../bench/job-laboratory.ts'

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const GRAPH = 100
const MOST_PARENTS = 4
/** Of the tasks these many always fail; their children only wait for their end. */
const HOPELESS = 0.03
/** More than chance will ever take. */
const MOST_ATTEMPTS = 100

interface ChaosTask extends Omit<PlannedTask, 'parents'> {
  readonly parents: readonly { readonly ref: string; readonly needs: 'success' | 'end' }[]
  readonly max_attempts: number
  readonly backoff_seconds: number
}

/** Graphs of a hundred tasks, each waiting for up to four earlier ones. */
export function randomGraphs(tasks: number, random: () => number): PlannedTask[][] {
  return Array.from({ length: Math.ceil(tasks / GRAPH) }, (_, nth) => {
    const graph: ChaosTask[] = []
    for (let at = 0; at < Math.min(GRAPH, tasks - nth * GRAPH); at += 1) {
      const wanted = at === 0 ? 0 : Math.floor(random() * (MOST_PARENTS + 1))
      const parents = new Set(Array.from({ length: wanted }, () => Math.floor(random() * at)))
      graph.push({
        ref: `t${at}`,
        name: random() < HOPELESS ? 'hopeless' : `step${at % 10}`,
        executable: `lab.step${at % 10}`,
        priority: Math.floor(random() * 100),
        parents: [...parents].map((parent) => ({
          ref: `t${parent}`,
          needs: graph[parent]!.name === 'hopeless' ? 'end' : 'success',
        })),
        max_attempts: MOST_ATTEMPTS,
        backoff_seconds: 1,
      })
    }
    return graph as unknown as PlannedTask[]
  })
}
