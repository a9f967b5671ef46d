/** Colours of brain regions as the Allen mouse atlas paints them. */
import { readFile } from 'node:fs/promises'

let known: Promise<ReadonlyMap<number, string>> | undefined

async function readColours(): Promise<ReadonlyMap<number, string>> {
  const [, ...lines] = (await readFile(new URL('region-colours.csv', import.meta.url), 'utf8')).trim().split('\n')
  return new Map(
    lines.map((line) => {
      const [id, colour] = line.split(',')
      return [Number(id), `#${colour!.toLowerCase()}`]
    }),
  )
}

/**
 * The colour of a region by its number, `#8adb87`; null for regions that the atlas does not paint. Regions of the left
 * hemisphere have the negative of the number. Read with the first question.
 */
export async function regionColours(): Promise<(id: number | null) => string | null> {
  known ??= readColours()
  const colours = await known
  return (id) => (id === null ? null : (colours.get(Math.abs(id)) ?? null))
}
