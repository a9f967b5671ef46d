import { cpus } from 'node:os'

export const QUEUE_HEADING = '## The queue'

/** What was measured of one kind of call. */
export interface MeasuredCalls {
  readonly what: string
  readonly workers: number
  readonly tasks: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly statements: number
  /** Milliseconds of processor time for each task: of the server, of PostgreSQL, of the program that calls. */
  readonly processor: readonly [node: number, postgres: number, caller: number]
}

const HEADINGS = [
  'Tasks',
  'workers',
  'number',
  'tasks/s',
  'p50 ms',
  'p99 ms',
  'statements',
  'Node ms',
  'PostgreSQL ms',
  'caller ms',
]

/** The results as a Markdown table. */
export const queueTable = (results: readonly MeasuredCalls[]): string =>
  [
    HEADINGS,
    ['---', ...HEADINGS.slice(1).map(() => '---:')],
    ...results.map(({ what, workers, tasks, perSecond, p50, p99, statements, processor }) => [
      what,
      workers,
      tasks,
      perSecond.toFixed(0),
      p50.toFixed(1),
      p99.toFixed(1),
      (statements / tasks).toFixed(2),
      ...processor.map((ms) => ms.toFixed(2)),
    ]),
  ]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')

export interface QueueAsAWhole {
  readonly tasks: number
  /** Programs that wanted a processor when it began, and when it ended. */
  readonly load: readonly [number, number]
  readonly mib: number
}

/** What docs/benchmarks.md says of the queue. */
export const queuePage = (results: readonly MeasuredCalls[], { tasks, load, mib }: QueueAsAWhole): string => `
${QUEUE_HEADING}

Written by \`npm run bench:jobs -- --tasks ${tasks} --write\`: tasks over HTTP, with ${tasks.toLocaleString('en')} in the queue, half of them ready, of twenty
programs, once PostgreSQL has counted and swept them, on ${cpus().length} processors that server, PostgreSQL and the calling program share; ${load[0].toFixed(0)} other programs wanted them when it
began, and ${load[1].toFixed(0)} when it ended. Each worker asks again as soon as it has its answer. *Statements* and processor time are for
one task, the sign-in of each call included.

${queueTable(results)}

The server uses ${mib.toFixed(0)} MiB of memory at the end.
`
