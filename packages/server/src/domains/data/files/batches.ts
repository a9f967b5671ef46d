/** Rows that are written at a time: a whole laboratory's at once would have to fit into memory several times. */
const BATCH = 1000

/** Does something with many things, some at a time, one after the other. */
export async function inBatches<T>(all: readonly T[], work: (some: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += BATCH) await work(all.slice(at, at + BATCH))
}
