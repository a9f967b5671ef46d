import { open } from 'node:fs/promises'

const FILE_MODE = 0o644

/**
 * Writes the results of quality checks, one object for each session, as JSON.
 *
 * @param pieces rows of the session, its outcome, its checks and those of its insertions, the latter two as JSON texts
 */
export async function writeQuality(path: string, pieces: AsyncIterable<(string | null)[][]>): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE)
  try {
    await file.write('[')
    let between = ''
    for await (const rows of pieces) {
      await file.write(between + rows.map(ofSession).join(', '))
      between = ', '
    }
    await file.write(']')
    await file.sync()
  } finally {
    await file.close()
  }
}

const ofSession = ([eid, outcome = null, checks, insertions]: (string | null)[]): string => {
  const more = insertions == null ? '' : `, "probe_insertions": ${insertions}`
  return `{"eid": "${eid}", "qc_outcome": ${JSON.stringify(outcome)}, "extended_qc": ${checks ?? 'null'}${more}}`
}
