import type { ValueKind } from '@alyx/models'
import type { Found, Layout, Moment, Place, TextRow } from '../query/index.ts'
import type { Origin } from '../rest/json.ts'
import { momentText, pictureAddress } from './json.ts'
import { TITLE } from './representation.ts'

export interface CellWriting extends Origin {
  readonly found: Pick<Found, 'nested'>
  readonly moment: Moment
}

type WriteCell = (row: TextRow, writing: CellWriting) => string

/** Kinds whose texts are made of digits, signs and hyphens by PostgreSQL: a minus begins no formula there. */
const NUMBERS: ReadonlySet<ValueKind> = new Set(['integer', 'float', 'identity', 'level'])
/** With one of these a cell becomes a formula in spreadsheets, whoever wrote it. */
const FORMULA = /^[=+\-@\t\r]/
const NEEDS_QUOTES = /[",\r\n]/
/** Between several values in one cell. */
const BETWEEN = '; '

/** A text as a cell: no spreadsheet runs it, and every reader of RFC 4180 gets it back. */
export function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const reading: Partial<Record<ValueKind, (text: string, origin: Origin) => string>> = {
  boolean: (text) => (text === 't' ? 'true' : 'false'),
  datetime: momentText,
  image: (text, origin) => (text === '' ? '' : pictureAddress(text, origin)),
}

const valueText = (kind: ValueKind, text: string | null | undefined, writing: Origin): string =>
  text === null || text === undefined ? '' : (reading[kind]?.(text, writing) ?? text)

/** What a person reads of another row: its title, else its key. */
function titleOf(layout: Layout, lead: number): WriteCell {
  const place = (layout.find(([name]) => name === 'title') ?? layout[0]!)[1]
  return textOf(place, lead)
}

function textOf(place: Place, lead: number): WriteCell {
  switch (place.at) {
    case 'column':
      return (row, writing) => valueText(place.kind, row[place.index + lead], writing)
    case 'derived':
      return (row, { moment }) =>
        String(
          place.make(
            place.indexes.map((index) => row[index + lead] ?? null),
            moment,
          ) ?? '',
        )
    case 'object': {
      const write = titleOf(place.layout, lead)
      return (row, writing) => ((row[place.index + lead] ?? null) === null ? '' : write(row, writing))
    }
    case 'values':
      return (row, writing) =>
        nestedOf(place.branch, row, writing)
          .map(([, , text]) => valueText(place.kind, text, writing))
          .join(BETWEEN)
    case 'rows': {
      const write = titleOf(place.layout, 2)
      return (row, writing) =>
        nestedOf(place.branch, row, writing)
          .map((one) => write(one, writing))
          .join(BETWEEN)
    }
    default:
      throw new Error(`a row of the native API has no ${place.at}`)
  }
}

const nestedOf = (branch: number, row: TextRow, { found }: CellWriting): readonly TextRow[] =>
  found.nested.get(branch)?.get(row[0]!) ?? []

const isNumber = (place: Place): boolean => place.at === 'column' && NUMBERS.has(place.kind)

/** The first line of a table, and what writes the others. The row's own title comes from its columns: not repeated. */
export function csvWriter(layout: Layout): { readonly head: string; readonly write: WriteCell } {
  const columns = layout.filter(([name]) => name !== TITLE || layout.length <= 2)
  const cells = columns.map(([, place]) => {
    const text = textOf(place, 0)
    return isNumber(place) ? text : (row: TextRow, writing: CellWriting) => cell(text(row, writing))
  })
  return {
    head: `${columns.map(([name]) => cell(name)).join(',')}\r\n`,
    write: (row, writing) => `${cells.map((one) => one(row, writing)).join(',')}\r\n`,
  }
}
