import { FilesRefused } from '../alf-path.ts'

/**
 * Values of a request by name, as they were sent. A form knows only texts, and writes a list as one text with commas
 * between.
 */
export type Given = ReadonlyMap<string, unknown>

/** Which lone values hold for every file. A lone number elsewhere is a list of one. */
type Single = 'text' | 'number' | 'both'

/**
 * A list with one value for each file. A value may be null: nothing is said about that file.
 *
 * @param read  the value, or undefined when it is none
 * @param single  `text`: one text without commas holds for every file; `number`: one number is a list of one; `both`:
 *   one of either holds for every file
 * @throws FilesRefused `unequal_lists` or `malformed_list`
 */
export function perFile<T>(
  given: Given,
  key: string,
  total: number,
  read: (value: unknown) => T | undefined,
  { single }: { readonly single?: Single } = {},
): readonly (T | null)[] {
  const values = valuesOf(given.get(key), total, single)
  if (values === undefined) throw malformed(key)
  const list = values.map((value) => {
    if (value === null) return null
    const meant = read(value)
    if (meant === undefined) throw malformed(key, value)
    return meant
  })
  // Cut to the shorter, files would be lost without a word.
  if (list.length !== total)
    throw new FilesRefused(
      'unequal_lists',
      `${key} has ${counted(list.length, 'value')} for ${counted(total, 'file')}: it needs one for each, in the same order.`,
    )
  return list
}

function valuesOf(value: unknown, total: number, single: Single | undefined): readonly unknown[] | undefined {
  const nothing = () => Array<null>(total).fill(null)
  if (value === undefined || value === null) return nothing()
  if (Array.isArray(value)) return value
  if (typeof value === 'string') {
    if (value === '') return nothing()
    const parts = value.split(',')
    return parts.length === 1 && (single === 'text' || single === 'both') ? Array<string>(total).fill(value) : parts
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  if (single === 'both') return Array(total).fill(value)
  return single === 'number' ? [value] : undefined
}

/**
 * Names as a list, or as one text with commas between; empty ones are dropped.
 * @throws FilesRefused `malformed_list`
 */
export function textList(given: Given, key: string): readonly string[] {
  const value = given.get(key) ?? []
  const list: unknown = typeof value === 'string' ? value.split(',') : value
  if (!Array.isArray(list) || !list.every((one): one is string => typeof one === 'string')) throw malformed(key)
  return list.filter((one) => one !== '')
}

function malformed(key: string, value?: unknown): FilesRefused {
  const expected = key === 'filesizes' ? 'whole numbers of bytes' : 'texts'
  const found = value === undefined ? '' : `, and ${JSON.stringify(shown(value))} is none`
  return new FilesRefused(
    'malformed_list',
    `${key} must be a list of ${expected}, or one text with commas in between${found}.`,
  )
}

const shown = (value: unknown): string => (typeof value === 'object' ? 'an object' : String(value))

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
