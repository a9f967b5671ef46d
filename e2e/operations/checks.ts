/** Tells whether something holds; what is known besides is shown when it does not. */
export type Check = (what: string, holds: boolean, more?: unknown) => void

export function checks(): { readonly check: Check; summary(): { readonly line: string; readonly code: 0 | 1 } } {
  let passed = 0
  let failed = 0
  return {
    check(what, holds, more = '') {
      if (holds) passed += 1
      else failed += 1
      const known = holds ? '' : ` ${typeof more === 'string' ? more : JSON.stringify(more)}`
      process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${what}${known}\n`)
    },
    summary: () => ({ line: `${passed} passed, ${failed} failed\n`, code: failed === 0 ? 0 : 1 }),
  }
}
