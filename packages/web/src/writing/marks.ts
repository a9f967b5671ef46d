/** What the tools of the editor do to a text. */

/** A piece of the text that is replaced, and what is selected afterwards. */
export interface Replaced {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly select: readonly [number, number]
}
export type Edit = (text: string, from: number, to: number) => Replaced

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}

/** Puts a mark around the selection, or takes it away again. */
export const wrapped =
  (mark: string): Edit =>
  (text, from, to) => {
    const { length } = mark
    const inner = text.slice(from, to)
    if (text.slice(from - length, from) === mark && text.slice(to, to + length) === mark)
      return { from: from - length, to: to + length, text: inner, select: [from - length, to - length] }
    return { from, to, text: `${mark}${inner}${mark}`, select: [from + length, to + length] }
  }

/** Makes the line a heading, a smaller one with each further time, and a line again after the third. */
export const heading: Edit = (text, from) => {
  const [start, end] = [lineStart(text, from), lineEnd(text, from)]
  const line = text.slice(start, end)
  const level = /^#{1,3}(?= )/.exec(line)?.[0].length ?? 0
  const rest = line.replace(/^#+ /, '')
  const made = level === 3 ? rest : `${'#'.repeat(level + 1)} ${rest}`
  return { from: start, to: end, text: made, select: [start + made.length, start + made.length] }
}

/** Begins each line of the selection with a mark, or takes it from all of them. */
export const listed =
  (mark: string): Edit =>
  (text, from, to) => {
    const [start, end] = [lineStart(text, from), lineEnd(text, to)]
    const lines = text.slice(start, end).split('\n')
    const all = lines.every((line) => line.startsWith(mark))
    const made = lines.map((line) => (all ? line.slice(mark.length) : `${mark}${line}`)).join('\n')
    return { from: start, to: end, text: made, select: [start + made.length, start + made.length] }
  }

/** Makes the selection the words of a link, and selects where its address goes. */
export const link: Edit = (text, from, to) => {
  const words = text.slice(from, to) || 'words'
  const at = from + words.length + 3
  return { from, to, text: `[${words}](https://)`, select: [at, at + 'https://'.length] }
}

const TABLE = '| Time | Drug | Dose |\n| --- | --- | --- |\n|  |  |  |\n'

/** Adds a table below the line. */
export const table: Edit = (text, from) => {
  const end = lineEnd(text, from)
  const made = `${end === 0 ? '' : '\n\n'}${TABLE}`
  return { from: end, to: end, text: made, select: [end + made.length, end + made.length] }
}
