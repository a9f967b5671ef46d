import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { root, temporaryFolder } from '../e2e/running/places.ts'
import type { Verdict } from './aims.ts'
import { withSection } from './page-section.ts'
import { processMs } from './processor-time.ts'

/** A run of `alyx one-cache`, as its user sees it: start of the program and the archive included. */
export interface MeasuredTables {
  readonly seconds: number
  /** Programs that wanted a processor when it began, as the system counts them over a minute. */
  readonly load: number
  /** Processor time of the program, PostgreSQL's not included. */
  readonly processorSeconds: number
  /** Most memory that the program had at once, MiB. */
  readonly peakMib: number
  /** What it said. */
  readonly line: string
}

/** For half a million datasets; memory whatever their number. */
const AIM = { seconds: 30, peakMib: 350 }
const LOOK_MS = 20
const KIB_PER_MIB = 1024

/** The fastest of some runs: what else the machine does makes them slower, never faster. */
export async function measureTables(databaseUrl: string): Promise<MeasuredTables> {
  const runs: MeasuredTables[] = []
  for (let run = 0; run < RUNS; run++) runs.push(await measureRun(databaseUrl))
  const peakMib = Math.max(...runs.map((run) => run.peakMib))
  return { ...runs.reduce((best, run) => (run.seconds < best.seconds ? run : best)), peakMib }
}

const RUNS = 3

/** Writes the cache tables of a laboratory into a folder that is removed at the end. */
async function measureRun(databaseUrl: string): Promise<MeasuredTables> {
  const folder = await temporaryFolder('bench-tables')
  const load = loadavg()[0] as number
  const began = performance.now()
  const child = spawn(join(root, 'packages/server/bin/alyx.js'), ['one-cache', '--force'], {
    cwd: folder,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: folder,
      DATABASE_URL: databaseUrl,
      ALYX_TABLES_ROOT: join(folder, 'tables'),
      ALYX_TABLES_REPOSITORIES: 'bench_public',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let line = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    line += text
  })
  let peakMib = 0
  let processorSeconds = 0
  const look = setInterval(() => {
    processorSeconds = Math.max(processorSeconds, processMs(child.pid as number) / 1000)
    peakMib = Math.max(peakMib, peakOf(child.pid as number))
  }, LOOK_MS)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearInterval(look)
  if (code !== 0) throw new Error(`alyx one-cache ended with code ${code}`)
  return { seconds: (performance.now() - began) / 1000, load, processorSeconds, peakMib, line: line.trim() }
}

/** The system keeps the most memory that a process ever had; nothing once it has ended. */
function peakOf(pid: number): number {
  try {
    const [, kib] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kib ?? 0) / KIB_PER_MIB
  } catch {
    return 0
  }
}

export const tablesVerdicts = ({ seconds, peakMib }: MeasuredTables, slack: number): Verdict[] => [
  {
    text: `cache tables: ${seconds.toFixed(1)} s, at most ${AIM.seconds * slack}`,
    holds: seconds <= AIM.seconds * slack,
  },
  { text: `cache tables: ${peakMib.toFixed(0)} MiB at most, of ${AIM.peakMib}`, holds: peakMib <= AIM.peakMib },
]

const HEADING = '## Cache tables'

/** What docs/benchmarks.md says of them. */
export const tablesPage = ({ seconds, load, processorSeconds, peakMib }: MeasuredTables, datasets: number): string => `
${HEADING}

\`alyx one-cache --force\` writes the tables of the same laboratory, and the archive with both, in ${seconds.toFixed(1)} s, start included: the
fastest of ${RUNS} runs, of which the program itself, without PostgreSQL, was at work for ${processorSeconds.toFixed(1)} s. When it began, ${load.toFixed(0)} programs
wanted the ${cpus().length} processors. It uses ${peakMib.toFixed(0)} MiB of memory at most. Rows come from PostgreSQL piece by piece, so memory does not follow
their number, and time does: for ten times as many datasets (${(datasets * 10).toLocaleString('en')}) reckon with ${(seconds * 10).toFixed(0)} s. Measured by itself with
\`npm run bench -- --cache-tables\`.
`

/** The page with what it says of cache tables put in, or put in the place of what it said. */
export const withTables = (page: string, tables: string): string => withSection(page, HEADING, tables)
