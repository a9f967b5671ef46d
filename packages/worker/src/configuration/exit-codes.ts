import type { Section } from './reading.ts'

/** What the exit code of a command means. Every other one is a failure that is not worth another try. */
export interface ExitCodes {
  readonly complete: readonly number[]
  readonly incomplete: readonly number[]
  readonly empty: readonly number[]
  /** Failures that may not come again: a disk that was full, a licence that was taken. */
  readonly transient: readonly number[]
}

/** 75 is `EX_TEMPFAIL` of sysexits.h, "try again later". */
const USUAL: ExitCodes = { complete: [0], incomplete: [], empty: [], transient: [75] }
const MOST = 0xffff_ffff

/** Reads `exit_codes`: lists of numbers by meaning. */
export function readExitCodes(section: Section): ExitCodes {
  const codes = { ...USUAL }
  const seen = new Map<number, string>()
  for (const meaning of ['complete', 'incomplete', 'empty', 'transient'] as const) {
    const value = section.value(meaning)
    if (value !== undefined) {
      const list = Array.isArray(value) ? value : [value]
      if (list.every((one) => Number.isInteger(one) && one >= 0 && one <= MOST)) codes[meaning] = list
      else section.complain(meaning, 'should be a list of exit codes, such as [3]')
    }
    for (const code of codes[meaning]) {
      const other = seen.get(code)
      if (other !== undefined) section.complain(meaning, `${code} means ${other} already`)
      seen.set(code, meaning)
    }
  }
  section.refuseOthers()
  return codes
}
