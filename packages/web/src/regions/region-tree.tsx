import type { RegionNode } from '@alyx/client'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { moveOf } from './tree.ts'

interface RegionTreeProps {
  /** In the order of the atlas. */
  readonly rows: readonly RegionNode[]
  readonly isOpen: (id: number) => boolean
  readonly found: ReadonlySet<number>
  readonly chosen: number | undefined
  readonly onOpen: (id: number, is: boolean) => void
  readonly onChoose: (id: number) => void
}

/** Regions as a tree that one walks in with the arrow keys; Enter chooses. */
export function RegionTree({ rows, isOpen, found, chosen, onOpen, onChoose }: RegionTreeProps) {
  const tree = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<number>()
  const here = rows.find(({ id }) => id === (at ?? chosen))?.id ?? rows[0]!.id
  const item = (id: number) => tree.current?.querySelector<HTMLElement>(`[data-region="${id}"]`)
  // What an address names may lie far down.
  useEffect(() => {
    if (chosen !== undefined)
      tree.current?.querySelector(`[data-region="${chosen}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const keys = (event: KeyboardEvent) => {
    const move = moveOf(event.key, rows, here, isOpen)
    if (!move) return
    event.preventDefault()
    if ('to' in move) {
      setAt(move.to)
      item(move.to)?.focus()
    } else if ('choose' in move) onChoose(move.choose)
    else if ('open' in move) onOpen(move.open, true)
    else onOpen(move.close, false)
  }
  return (
    <div className="tree" ref={tree} role="tree" aria-label="Brain regions" onKeyDown={keys}>
      {rows.map((region) => {
        const { id, acronym, name, level, inner, channels, fields_of_view, colour } = region
        const open = inner && isOpen(id)
        const Chevron = open ? IconChevronDown : IconChevronRight
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the tree
          <div
            key={id}
            role="treeitem"
            data-region={id}
            tabIndex={id === here ? 0 : -1}
            aria-level={level + 1}
            aria-selected={id === chosen}
            aria-expanded={inner ? open : undefined}
            className={found.has(id) ? 'found' : undefined}
            style={{ '--level': level } as CSSProperties}
            onFocus={() => setAt(id)}
            onClick={() => {
              setAt(id)
              onChoose(id)
            }}
          >
            {inner ? (
              // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys open and close
              // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys open and close
              <span
                className="chevron"
                onClick={(event) => {
                  event.stopPropagation()
                  onOpen(id, !open)
                }}
              >
                <Chevron size={16} aria-hidden />
              </span>
            ) : (
              <span className="chevron" />
            )}
            <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2" fill={colour ?? 'var(--line)'} />
            </svg>
            <b>{acronym}</b>
            <span className="name">{name}</span>
            <span className="counts">
              {channels > 0 && <span>{channels} channels</span>}
              {fields_of_view > 0 && <span>{fields_of_view} fields</span>}
            </span>
          </div>
        )
      })}
    </div>
  )
}
