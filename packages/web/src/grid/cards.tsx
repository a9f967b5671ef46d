import type { ModelDescription, Row } from '@alyx/client'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { asText, partsOf } from '../kinds/index.ts'
import type { NamedPath } from './paths.ts'

const CARD_HEIGHT = 92
const AHEAD_ROWS = 30
const FACTS_SHOWN = 4

interface CardsProps {
  readonly description: ModelDescription
  readonly rows: readonly Row[]
  readonly columns: readonly NamedPath[]
  readonly onNearEnd: () => void
}

const contentOf = (row: Row, { path, facts }: NamedPath) =>
  facts ? partsOf(facts).cell(row[path], facts) : asText(row[path])

/** Rows for narrow screens and thick fingers: what each is called and what the first columns say of it. */
export function Cards({ description, rows, columns, onNearEnd }: CardsProps) {
  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: 8,
  })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (rows.length > 0 && last > rows.length - AHEAD_ROWS) onNearEnd()
  }, [last, rows.length, onNearEnd])
  const [first, ...others] = columns
  return (
    <section className="cards" ref={scroller} aria-label={description.plural}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {shown.map(({ index, start }) => {
          const row = rows[index]
          if (!row || !first) return null
          const title = contentOf(row, first)
          return (
            <div key={row.id} style={{ position: 'absolute', top: start, left: 0, right: 0 }}>
              <Link
                to="/$app/$model/$key/change/"
                params={{ app: description.app, model: description.model, key: row.id }}
              >
                <div className="title">{asText(title) === '' ? '(no name)' : title}</div>
                <div className="facts">
                  {others
                    .filter(({ path }) => row[path] !== null && row[path] !== '' && row[path] !== undefined)
                    .slice(0, FACTS_SHOWN)
                    .map((column) => (
                      <span key={column.path}>
                        <span className="soft">{column.label}: </span>
                        {contentOf(row, column)}
                      </span>
                    ))}
                </div>
              </Link>
            </div>
          )
        })}
      </div>
    </section>
  )
}
