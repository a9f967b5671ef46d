import type { Found, Layout, Moment, Place, TextRow } from '../query/index.ts'
import { encodeSegment, type Origin, writeComputed, writers } from './json.ts'

/** What a page of rows is rendered with. */
export interface Rendering extends Origin {
  readonly found: Found
  readonly moment: Moment
  /** What is repeated as a body had it. */
  readonly echo?: Echo
}

/** JSON text that an answer takes from the body. */
export interface Echo {
  /** Values instead of those of the row, by name. */
  readonly instead: ReadonlyMap<string, string>
  /** Fields that are none of the row, each text beginning with a comma, by the field that they follow. */
  readonly after: ReadonlyMap<string, string>
}

type Write = (row: TextRow, rendering: Rendering) => string

/** Rows of a nested list carry their branch and owner in front of their own columns. */
const NESTED_LEAD = 2

/** JSON text of rows of a layout. Made once per representation: what can be decided beforehand is. */
export function renderer(layout: Layout): (row: TextRow, rendering: Rendering) => string {
  const write = objectWriter(layout, 0)
  const echoing = objectWriter(layout, 0, echoed)
  return (row, rendering) => (rendering.echo ? echoing : write)(row, rendering)
}

/** Writes a field as the body had it, where it had it. */
const echoed =
  (name: string, write: Write): Write =>
  (row, rendering) => {
    const { instead, after } = rendering.echo!
    return (instead.get(name) ?? write(row, rendering)) + (after.get(name) ?? '')
  }

const itself = (_: string, write: Write): Write => write

function objectWriter(layout: Layout, lead: number, wrapped: typeof echoed = itself): Write {
  const fields = layout.map(([name, place], at) => ({
    head: `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    write: wrapped(name, valueWriter(place, lead)),
  }))
  if (fields.length === 0) return () => '{}'
  return (row, rendering) => {
    let text = ''
    for (const { head, write } of fields) text += head + write(row, rendering)
    return `${text}}`
  }
}

function valueWriter(place: Place, lead: number): Write {
  switch (place.at) {
    case 'column': {
      const { whenNull = 'null' } = place
      const index = place.index + lead
      const write = writers[place.kind]
      return (row, rendering) =>
        row[index] === null || row[index] === undefined ? whenNull : write(row[index], rendering)
    }
    case 'label': {
      const index = place.index + lead
      const labels = new Map([...place.labels].map(([value, label]) => [value, JSON.stringify(label)]))
      const otherwise = JSON.stringify(place.otherwise)
      return (row) => labels.get(row[index] ?? '') ?? otherwise
    }
    case 'link': {
      const index = place.index + lead
      const encode = place.plain ? (value: string) => value : encodeSegment
      return (row, { origin }) =>
        row[index] === null || row[index] === undefined ? 'null' : `"${origin}${place.route}/${encode(row[index])}"`
    }
    case 'derived': {
      const indexes = place.indexes.map((index) => index + lead)
      return (row, rendering) =>
        writeComputed(
          place.kind,
          place.make(
            indexes.map((index) => row[index] ?? null),
            rendering.moment,
          ),
          rendering,
        )
    }
    case 'batch':
      return (row, rendering) =>
        writeComputed(place.kind, rendering.found.batches.get(place.batch)?.get(row[lead]!)?.[place.name], rendering)
    case 'object': {
      const index = place.index + lead
      const write = objectWriter(place.layout, lead)
      return (row, rendering) => (row[index] === null || row[index] === undefined ? 'null' : write(row, rendering))
    }
    case 'values': {
      const write = writers[place.kind]
      return (row, rendering) => {
        const values = rendering.found.nested.get(place.branch)?.get(row[lead]!)
        if (!values) return '[]'
        return `[${values.map(([, , value]) => (value === null || value === undefined ? 'null' : write(value, rendering))).join(',')}]`
      }
    }
    case 'rows': {
      const write = objectWriter(place.layout, NESTED_LEAD)
      return (row, rendering) => {
        const rows = rendering.found.nested.get(place.branch)?.get(row[lead]!)
        return rows ? `[${rows.map((one) => write(one, rendering)).join(',')}]` : '[]'
      }
    }
  }
}
