import type { Measured } from './measure.ts'

/** One thing that must hold, and whether it does. */
export interface Verdict {
  readonly text: string
  readonly holds: boolean
}

/** Ratios and counts only: seconds depend on the machine. */
const AIM = { statements: 6, timesFloor: 1.8, deepPage: 2, memoryMib: 250 }

/**
 * Judges a run by the aims.
 *
 * @param slack how many times further off the ratios may be, for short runs on small data and busy machines
 */
export function verdicts(results: readonly Measured[], memoryMib: number, slack: number): Verdict[] {
  const found: Verdict[] = []
  for (const { request, statements, refused } of results) {
    found.push({
      text: `${request.name}: always answered${refused.length > 0 ? `, but ${refused.join(', ')}` : ''}`,
      holds: refused.length === 0,
    })
    found.push({
      text: `${request.name}: ${statements} statements, at most ${AIM.statements}`,
      holds: statements <= AIM.statements,
    })
  }
  for (const result of results.filter(({ request }) => request.page)) {
    const times = timesFloor(result)
    const aim = AIM.timesFloor * slack
    found.push({
      text: `${result.request.name}: ${times.toFixed(2)} x the processor time of flat SQL, at most ${aim}`,
      holds: times <= aim,
    })
  }
  const [first, deep] = [results[0], results.find(({ request }) => /at offset/.test(request.name))]
  if (first && deep) {
    const times = cpuMs(deep) / cpuMs(first)
    const aim = AIM.deepPage * slack
    found.push({
      text: `a page at the end of the sessions: ${times.toFixed(2)} x the processor time of the first, at most ${aim}`,
      holds: times <= aim,
    })
  }
  found.push({
    text: `memory of the server: ${memoryMib.toFixed(0)} MiB, at most ${AIM.memoryMib}`,
    holds: memoryMib <= AIM.memoryMib,
  })
  return found
}

/** Processor time of one request, server and PostgreSQL together. */
export const cpuMs = ({ nodeMs, postgresMs }: Measured): number => nodeMs + postgresMs

export const timesFloor = (result: Measured): number => cpuMs(result) / result.floorMs
