/** How good something is: from the levels of QC. */
export type Verdict = 'pass' | 'warning' | 'fail' | 'critical' | 'unknown'

/** Of a level as sessions and datasets store it. */
export const verdictOfLevel = (level: number): Verdict =>
  level >= 50 ? 'critical' : level >= 40 ? 'fail' : level >= 30 ? 'warning' : level >= 10 ? 'pass' : 'unknown'
