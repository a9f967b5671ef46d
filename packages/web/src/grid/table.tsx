import type { FieldFacts, ModelDescription, Row } from '@alyx/client'
import { Checkbox } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { columnResizingFeature, columnSizingFeature, tableFeatures, useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { asText, partsOf } from '../kinds/index.ts'
import { CellInput } from './inline.tsx'
import type { NamedPath } from './paths.ts'

const features = tableFeatures({ columnSizingFeature, columnResizingFeature })
const NARROWEST = 60
const PLAIN_WIDTH = 150
const AHEAD_ROWS = 40

interface TableProps {
  readonly description: ModelDescription
  readonly rows: readonly Row[]
  readonly columns: readonly NamedPath[]
  readonly ordering: readonly string[]
  readonly onOrder: (path: string, keep: boolean) => void
  readonly selected: ReadonlySet<string>
  readonly onSelect: (keys: ReadonlySet<string>) => void
  readonly onNearEnd: () => void
  readonly count: number | undefined
}

interface Place {
  readonly row: number
  readonly column: number
}

/** Height of a row as the style sheet says it, for this density and these fingers. */
function useRowHeight(element: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(34)
  useEffect(() => {
    const read = () => {
      const text = getComputedStyle(element.current ?? document.documentElement).getPropertyValue('--row-height')
      setHeight(Number.parseInt(text, 10) || 34)
    }
    read()
    const observer = new MutationObserver(read)
    observer.observe(document.documentElement, { attributeFilter: ['data-density'] })
    return () => observer.disconnect()
  }, [element])
  return height
}

const mayEdit = (facts: FieldFacts | undefined, path: string): facts is FieldFacts =>
  facts !== undefined && !path.includes('.') && facts.rights.change && !facts.read_only

/** Rows and columns; only the rows on screen exist. Arrow keys walk over the cells, Enter edits or opens. */
export function Table(props: TableProps) {
  const { description, rows, columns, ordering, onOrder, selected, onSelect, onNearEnd, count } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = useRowHeight(scroller)
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 })
  const [editing, setEditing] = useState<Place>()
  const definitions = useMemo(
    () =>
      columns.map(({ path, facts }) => ({
        id: path,
        accessorFn: (row: Row) => row[path],
        size: facts ? partsOf(facts).width : PLAIN_WIDTH,
        minSize: NARROWEST,
      })),
    [columns],
  )
  const data = useMemo(() => [...rows], [rows])
  const table = useTable({ features, columns: definitions, data, columnResizeMode: 'onChange' })
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  // The height of rows changes with the density.
  useEffect(() => {
    if (rowHeight > 0) virtual.measure()
  }, [rowHeight, virtual])
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (rows.length > 0 && last > rows.length - AHEAD_ROWS) onNearEnd()
  }, [last, rows.length, onNearEnd])

  const focusOn = (next: Place) => {
    const row = Math.max(0, Math.min(rows.length - 1, next.row))
    const column = Math.max(0, Math.min(columns.length - 1, next.column))
    setPlace({ row, column })
    virtual.scrollToIndex(row)
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`td[data-place="${row}:${column}"]`)?.focus(),
    )
  }
  const toggle = (key: string) => {
    const next = new Set(selected)
    if (!next.delete(key)) next.add(key)
    onSelect(next)
  }
  const keys = (event: KeyboardEvent<HTMLTableElement>) => {
    if (editing || !(event.target instanceof HTMLTableCellElement)) return
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2
    const moves: Readonly<Record<string, Place>> = {
      ArrowDown: { row: place.row + 1, column: place.column },
      ArrowUp: { row: place.row - 1, column: place.column },
      ArrowRight: { row: place.row, column: place.column + 1 },
      ArrowLeft: { row: place.row, column: place.column - 1 },
      PageDown: { row: place.row + page, column: place.column },
      PageUp: { row: place.row - page, column: place.column },
      Home: { row: place.row, column: 0 },
      End: { row: place.row, column: columns.length - 1 },
    }
    const move = moves[event.key]
    if (move) {
      event.preventDefault()
      return focusOn(move)
    }
    const { path, facts } = columns[place.column]!
    if (event.key === ' ') {
      event.preventDefault()
      toggle(rows[place.row]!.id)
    } else if (event.key === 'F2' || event.key === 'Enter') {
      event.preventDefault()
      if (event.key === 'Enter' && place.column === 0) return event.target.querySelector('a')?.click()
      if (mayEdit(facts, path)) setEditing(place)
    }
  }
  const pick = (event: MouseEvent, at: number) => {
    const key = rows[at]!.id
    if (!event.shiftKey || selected.size === 0) return toggle(key)
    const marks = rows.flatMap((row, index) => (selected.has(row.id) ? [index] : []))
    const from = marks.reduce((near, index) => (Math.abs(index - at) < Math.abs(near - at) ? index : near))
    onSelect(new Set([...selected, ...rows.slice(Math.min(from, at), Math.max(from, at) + 1).map(({ id }) => id)]))
  }
  const above = shown[0]?.start ?? 0
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0)
  const headers = table.getHeaderGroups()[0]?.headers ?? []

  return (
    <div className="grid" ref={scroller}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table that one walks in cell by cell is a grid
        role="grid"
        aria-label={description.plural}
        aria-rowcount={count ?? -1}
        onKeyDown={keys}
        style={{ width: table.getTotalSize() + 40 }}
      >
        <thead>
          <tr>
            <th className="mark" style={{ width: 40 }} scope="col">
              <Checkbox
                size="xs"
                aria-label="Select all that are loaded"
                checked={rows.length > 0 && selected.size >= rows.length}
                indeterminate={selected.size > 0 && selected.size < rows.length}
                onChange={() => onSelect(selected.size > 0 ? new Set() : new Set(rows.map(({ id }) => id)))}
              />
            </th>
            {headers.map((header, at) => {
              const { path, label, facts } = columns[at] ?? { path: header.id, label: header.id, facts: undefined }
              const order = path
              const rising = ordering.includes(order)
              const falling = ordering.includes(`-${order}`)
              const sorts = facts ? partsOf(facts).sorts : false
              return (
                <th
                  key={header.id}
                  scope="col"
                  className={facts && partsOf(facts).align === 'right' ? 'number' : undefined}
                  style={{ width: header.getSize() }}
                  aria-sort={rising ? 'ascending' : falling ? 'descending' : undefined}
                  title={facts?.help}
                >
                  <button
                    type="button"
                    className="sort"
                    disabled={!sorts}
                    onClick={(event) => onOrder(order, event.shiftKey)}
                  >
                    {label}
                    {rising && <IconArrowUp size={13} aria-hidden />}
                    {falling && <IconArrowDown size={13} aria-hidden />}
                  </button>
                  <span
                    className="edge"
                    aria-hidden
                    onMouseDown={header.getResizeHandler()}
                    onTouchStart={header.getResizeHandler()}
                  />
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {above > 0 && (
            <tr aria-hidden>
              <td style={{ height: above, padding: 0, border: 0 }} colSpan={columns.length + 1} />
            </tr>
          )}
          {shown.map(({ index }) => {
            const row = rows[index]
            if (!row) return null
            const title = asText(row.$title) || firstText(row, columns)
            return (
              <tr key={row.id} aria-selected={selected.has(row.id)} aria-rowindex={index + 2}>
                <td className="mark">
                  <Checkbox
                    size="xs"
                    aria-label={`Select ${title}`}
                    checked={selected.has(row.id)}
                    onClick={(event) => pick(event, index)}
                    readOnly
                    tabIndex={-1}
                  />
                </td>
                {columns.map(({ path, facts }, column) => {
                  const now = editing?.row === index && editing.column === column
                  const value = row[path]
                  const content = facts ? partsOf(facts).cell(value, facts) : asText(value)
                  const edits = mayEdit(facts, path)
                  return (
                    <td
                      key={path}
                      data-place={`${index}:${column}`}
                      className={now ? 'editing' : facts && partsOf(facts).align === 'right' ? 'number' : undefined}
                      tabIndex={place.row === index && place.column === column ? 0 : -1}
                      onFocus={() => setPlace({ row: index, column })}
                      onPointerEnter={sayWhatIsCut}
                      onDoubleClick={() => edits && column > 0 && setEditing({ row: index, column })}
                    >
                      {now && edits ? (
                        <CellInput
                          model={description.key}
                          row={row}
                          facts={facts}
                          title={title}
                          onDone={() => {
                            setEditing(undefined)
                            focusOn({ row: index, column })
                          }}
                        />
                      ) : column === 0 ? (
                        <Link
                          to="/$app/$model/$key/change/"
                          params={{ app: description.app, model: description.model, key: row.id }}
                          tabIndex={-1}
                        >
                          {asText(content) === '' ? '(no name)' : content}
                        </Link>
                      ) : (
                        content
                      )}
                    </td>
                  )
                })}
              </tr>
            )
          })}
          {below > 0 && (
            <tr aria-hidden>
              <td style={{ height: below, padding: 0, border: 0 }} colSpan={columns.length + 1} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}

/** What does not fit into its cell is said when it is pointed at. */
function sayWhatIsCut({ currentTarget: cell }: PointerEvent<HTMLTableCellElement>): void {
  cell.title = cell.scrollWidth > cell.clientWidth ? cell.innerText : ''
}

/** What a row is called, as far as its first column tells. */
function firstText(row: Row, columns: readonly NamedPath[]): string {
  const [first] = columns
  const content = first?.facts ? partsOf(first.facts).cell(row[first.path], first.facts) : row.id
  return typeof content === 'string' && content !== '' ? content : row.id
}
