import { type Extent, Worker } from '../service/worker.ts'
import { opened } from './opened.ts'
import { journal } from './say.ts'
import { stopOnSignals } from './signals.ts'

export interface RunOptions {
  readonly config?: string
  readonly once?: boolean
  readonly untilEmpty?: boolean
}

/** Runs tasks. @returns exit code: 1 when it ran only some, and one of them did not succeed */
export async function run({ config, once = false, untilEmpty = false }: RunOptions): Promise<number> {
  const { configuration, transport, token } = opened({ ...(config !== undefined && { config }) })
  const extent: Extent = once ? 'once' : untilEmpty ? 'until-empty' : 'always'
  const worker = new Worker({ configuration, transport, token, say: journal })
  const failures = await stopOnSignals(worker, () => worker.work(extent))
  return extent !== 'always' && failures > 0 ? 1 : 0
}
