/** What the document of quality checks says, check by check. Its form is a habit of pipelines, not a rule. */
import type { Verdict } from '../kinds/verdict.ts'

export interface Check {
  readonly name: string
  /** What it belongs to: `task`, `videoLeft`; empty for what stands for itself. */
  readonly group: string
  /** From 0 to 1 where it is one. */
  readonly fraction: number | undefined
  /** As a person reads it. */
  readonly value: string
  readonly verdict: Verdict
}

const VERDICTS: Readonly<Record<string, Verdict>> = {
  PASS: 'pass',
  WARNING: 'warning',
  FAIL: 'fail',
  CRITICAL: 'critical',
  NOT_SET: 'unknown',
}

/** Least fractions of trials, as the checks of ibllib's tasks have them unless a check says otherwise. */
export const PASSES_FROM = 0.99
export const WARNS_FROM = 0.9

const ofFraction = (fraction: number): Verdict =>
  fraction >= PASSES_FROM ? 'pass' : fraction >= WARNS_FROM ? 'warning' : 'fail'

const PERCENT = 100
/** `97.65 %`; never rounded up to a hundred. */
export const percent = (fraction: number): string => `${Math.floor(fraction * PERCENT * 100) / 100} %`

/** `_task_stimOn_delays` belongs to `task` and is called `stimOn delays`. */
function named(key: string): { readonly group: string; readonly name: string } {
  const [, group, rest] = /^_([^_]+)_(.+)$/.exec(key) ?? []
  return group && rest ? { group, name: rest.replaceAll('_', ' ') } : { group: '', name: key }
}

function read(value: unknown): Pick<Check, 'fraction' | 'value' | 'verdict'> {
  if (Array.isArray(value) && value.length > 0) {
    // A verdict, and what it was drawn from.
    const [first, ...rest] = value
    const said = rest.length > 0 ? rest.map((one) => JSON.stringify(one)).join(', ') : ''
    return { ...read(first), ...(said !== '' && { value: `${read(first).value} (${said})` }) }
  }
  if (typeof value === 'string') {
    const verdict = VERDICTS[value.toUpperCase()]
    return {
      fraction: undefined,
      value: verdict ? value.toLowerCase().replace('_', ' ') : value,
      verdict: verdict ?? 'unknown',
    }
  }
  if (typeof value === 'boolean')
    return { fraction: undefined, value: value ? 'yes' : 'no', verdict: value ? 'pass' : 'fail' }
  if (typeof value === 'number' && value >= 0 && value <= 1)
    return { fraction: value, value: percent(value), verdict: ofFraction(value) }
  if (typeof value === 'number') return { fraction: undefined, value: String(value), verdict: 'unknown' }
  return { fraction: undefined, value: value === null ? 'not measured' : JSON.stringify(value), verdict: 'unknown' }
}

/** @returns those that stand for a whole group first, then group by group, the worst first */
export function checksOf(document: unknown): readonly Check[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return []
  const checks = Object.entries(document).map(([key, value]) => ({ ...named(key), ...read(value) }))
  const rank = (check: Check) => ['critical', 'fail', 'warning', 'pass', 'unknown'].indexOf(check.verdict)
  return checks.toSorted((a, b) => a.group.localeCompare(b.group) || rank(a) - rank(b) || a.name.localeCompare(b.name))
}
