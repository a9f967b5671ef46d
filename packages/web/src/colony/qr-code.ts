import { encode } from 'uqr'

/** Light modules around a code, as the standard asks for. */
const QUIET_MODULES = 4

export interface Code {
  /** Modules of a side, with the light ones around. */
  readonly modules: number
  /** Runs of dark modules: left, top, how many. */
  readonly runs: readonly (readonly [x: number, y: number, length: number])[]
}

/** The QR code of an address. Medium correction: cards get scratched. */
export function codeOf(address: string): Code {
  const { data, size } = encode(address, { ecc: 'M', border: QUIET_MODULES })
  const runs: (readonly [number, number, number])[] = []
  for (const [y, row] of data.entries()) {
    let x = 0
    while (x < row.length) {
      if (!row[x]) {
        x += 1
        continue
      }
      const start = x
      while (row[x]) x += 1
      runs.push([start, y, x - start])
    }
  }
  return { modules: size, runs }
}
