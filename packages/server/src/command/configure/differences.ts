/** A line that only one of two texts has. */
export interface Difference {
  /** Of the text where the line is, counted from 1. */
  readonly line: number
  readonly only: 'there' | 'wanted'
  readonly text: string
}

/** Lines by which two texts differ, in their order: the fewest there can be. */
export function differences(there: string, wanted: string): Difference[] {
  const a = there.split('\n')
  const b = wanted.split('\n')
  // Longest common part of what is left from each pair of places on; files have some hundred lines.
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
    }
  }
  const found: Difference[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++
      j++
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      found.push({ line: i + 1, only: 'there', text: a[i++]! })
    } else {
      found.push({ line: j + 1, only: 'wanted', text: b[j++]! })
    }
  }
  return found
}
