import type { Found, Layout, Moment, Place, TextRow } from '../query/index.ts'
import type { Origin } from '../rest/json.ts'
import { writers } from './json.ts'

/** What a page of rows is written with. */
export interface Writing extends Origin {
  readonly found: Pick<Found, 'nested'>
  readonly moment: Moment
}

export type WriteRow = (row: TextRow, writing: Writing) => string

/** Rows of a nested list carry their branch and owner in front of their own columns. */
const NESTED_LEAD = 2

/** JSON text of rows of a layout. Made once per representation. */
export function rowWriter(layout: Layout): WriteRow {
  return objectWriter(layout, 0)
}

function objectWriter(layout: Layout, lead: number): WriteRow {
  const fields = layout.map(([name, place], at) => ({
    head: `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    write: valueWriter(place, lead),
  }))
  if (fields.length === 0) return () => '{}'
  return (row, writing) => {
    let text = ''
    for (const { head, write } of fields) text += head + write(row, writing)
    return `${text}}`
  }
}

const json = (value: unknown): string => JSON.stringify(value ?? null)

type WritePlace<P extends Place['at']> = (place: Extract<Place, { at: P }>, lead: number) => WriteRow

/** How what stands in each kind of place is written. Addresses and rules of a page have no place here. */
const placeWriters: { readonly [P in Exclude<Place['at'], 'link' | 'label' | 'batch'>]: WritePlace<P> } = {
  column({ index, kind }, lead) {
    const write = writers[kind]
    return (row, writing) => {
      const text = row[index + lead]
      return text === null || text === undefined ? 'null' : write(text, writing)
    }
  },
  derived:
    ({ indexes, make }, lead) =>
    (row, { moment }) =>
      json(
        make(
          indexes.map((index) => row[index + lead] ?? null),
          moment,
        ),
      ),
  object({ index, layout }, lead) {
    const write = objectWriter(layout, lead)
    return (row, writing) => ((row[index + lead] ?? null) === null ? 'null' : write(row, writing))
  },
  values({ branch, kind }, lead) {
    const write = writers[kind]
    return (row, writing) => {
      const values = writing.found.nested.get(branch)?.get(row[lead]!) ?? []
      return `[${values.map(([, , text]) => ((text ?? null) === null ? 'null' : write(text!, writing))).join(',')}]`
    }
  },
  rows({ branch, layout }, lead) {
    const write = objectWriter(layout, NESTED_LEAD)
    return (row, writing) => {
      const rows = writing.found.nested.get(branch)?.get(row[lead]!) ?? []
      return `[${rows.map((one) => write(one, writing)).join(',')}]`
    }
  },
}

function valueWriter(place: Place, lead: number): WriteRow {
  if (place.at === 'link' || place.at === 'label' || place.at === 'batch')
    throw new Error(`a row of the native API has no ${place.at}`)
  return (placeWriters[place.at] as (place: Place, lead: number) => WriteRow)(place, lead)
}
