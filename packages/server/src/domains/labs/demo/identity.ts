import { createHash } from 'node:crypto'

/**
 * The last group of every identifier that the demo makes. It tells the demo's rows from a laboratory's own, whatever
 * seed and day they were made with: a random UUID ends so once in 280 million million.
 */
export const DEMO_MARK = 'de301ab0a17c'

/** The identifier of the demo's nth row of a model: shaped like a UUID of version 4 (clients accept no other), ending with the mark. */
export function demoId(seed: string, model: string, nth: number): string {
  const hex = createHash('sha1').update(`${seed}/${model}/${nth}`).digest('hex')
  const variant = '89ab'[Number.parseInt(hex.charAt(15), 16) % 4]
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `${variant}${hex.slice(16, 19)}`, DEMO_MARK].join(
    '-',
  )
}
