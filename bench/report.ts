import { cpus } from 'node:os'
import { cpuMs, timesFloor } from './aims.ts'
import type { Sizes } from './laboratory.ts'
import type { Measured } from './measure.ts'
import { type MeasuredWriting, type WritingAsAWhole, writingTable } from './writes.ts'

const HEADINGS = [
  'Request',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'Node ms',
  'PostgreSQL ms',
  'flat SQL ms',
  'x flat SQL',
  'statements',
  'kB',
  'Alyx 3.6.1 requests/s',
  'x',
]

/** The results as a Markdown table. */
export function table(results: readonly Measured[]): string {
  const rows = results.map((result) => {
    const { request, perSecond, p50Ms, p99Ms, nodeMs, postgresMs, floorMs, statements, kilobytes } = result
    const { reference } = request
    return [
      request.name,
      perSecond.toFixed(1),
      p50Ms.toFixed(1),
      p99Ms.toFixed(1),
      nodeMs.toFixed(2),
      postgresMs.toFixed(2),
      floorMs.toFixed(2),
      timesFloor(result).toFixed(2),
      statements,
      kilobytes.toFixed(0),
      reference ?? '',
      reference === undefined ? '' : (perSecond / reference).toFixed(0),
    ]
  })
  return [HEADINGS, ['---', ...HEADINGS.slice(1).map(() => '---:')], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

/** docs/benchmarks.md of one run. */
export function page(
  results: readonly Measured[],
  memory: Memory,
  { sessions, datasets, insertions, channels }: Sizes,
): string {
  const [first, deep] = [results[0], results.find(({ request }) => /at offset/.test(request.name))] as [
    Measured,
    Measured,
  ]
  const total = (rows: number) => rows.toLocaleString('en')
  return `# Benchmarks

Written by \`npm run bench -- --write\`, on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node} and the
embedded PostgreSQL 18, with ${total(sessions)} sessions, ${total(datasets)} datasets, ${total(2 * datasets)} copies of files, ${total(insertions)} insertions and ${total(channels)}
channels. Server, PostgreSQL and the program that sends the requests share the machine. Each request is sent by four
connections, each as soon as it has its last answer.

${table(results)}

- *Node ms* and *PostgreSQL ms* are processor time for one request, from the operating system's accounts of all their
  processes.
- *flat SQL* is the processor time, of the client and of PostgreSQL, for fetching the same rows by plain SQL, one statement
  for each kind of row, without counting, checking rights or writing JSON. It shows what there is to gain, on any machine.
- *statements* is the most that one answer took, as the server tells in \`Server-Timing\`.
- *Alyx 3.6.1* was measured once on two cores, with the same kinds of rows in the same numbers: an orientation.

The sessions at the end of the list cost ${(cpuMs(deep) / cpuMs(first)).toFixed(2)} times the processor time of the first page. After ${total(memory.requests)} more requests the
server uses ${memory.mib.toFixed(0)} MiB of memory.
`
}

/** What docs/benchmarks.md says of writing. */
export function writingPage({
  measured,
  whole,
}: {
  measured: readonly MeasuredWriting[]
  whole: WritingAsAWhole
}): string {
  const { manyFilesMs, timesWithHistory, memory } = whole
  return `
## Writing

On a copy of the same laboratory, with the history of every change kept, four connections again.

${writingTable(measured)}

- Registering 500 files in one request takes ${manyFilesMs.toFixed(0)} ms.
- Registering 20 files takes ${timesWithHistory.toFixed(2)} times as long with the triggers of the history as without them.
- After ${memory.writes.toLocaleString('en')} small writes the server uses ${memory.lateMib.toFixed(0)} MiB of memory; after a fifth of them it was ${memory.earlyMib.toFixed(0)}.
`
}

export interface Memory {
  readonly requests: number
  readonly mib: number
}
