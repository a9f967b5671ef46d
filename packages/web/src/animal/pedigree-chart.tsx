import type { Relative } from '@alyx/client'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { CELL, type PedigreeLayout, type Place } from './pedigree-layout.ts'

const HALF = CELL.symbol / 2
const CELL_BOX = { x: 3 - CELL.width / 2, y: -HALF - 5, width: CELL.width - 6, height: CELL.height, rx: 6 }
/** Letters that fit under a symbol. */
const FITTING = 17

interface PedigreeChartProps {
  readonly subject: string
  readonly layout: PedigreeLayout
  readonly wordsOf: (relative: Relative) => string
}

/** The pedigree as breeders draw it. Every symbol is a link to the pedigree of that animal. */
export function PedigreeChart({ subject, layout, wordsOf }: PedigreeChartProps) {
  const [looked, setLooked] = useState<string>()
  const box = useRef<HTMLElement>(null)
  const { width, height, places, lines } = layout
  const own = places.find(({ relative }) => relative.id === subject)
  const told = (places.find(({ relative }) => relative.id === looked) ?? own)?.relative
  const middle = own?.x ?? 0
  useEffect(() => {
    if (box.current) box.current.scrollLeft = middle - box.current.clientWidth / 2
  }, [middle])
  return (
    <>
      <p className="pedigree-told" aria-live="polite">
        {told && (
          <>
            <b>{told.nickname}</b> {wordsOf(told)}
          </>
        )}
      </p>
      <section ref={box} className="pedigree-box" aria-label="Drawing of the pedigree">
        {/* biome-ignore lint/a11y/noSvgWithoutTitle: the section around has the name; a title would hang over every animal */}
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          {own && <rect className="pedigree-own" {...CELL_BOX} x={own.x + CELL_BOX.x} y={own.y + CELL_BOX.y} />}
          <path className="pedigree-lines" d={lines.join('')} />
          {places.map((place) => (
            <Sign key={place.relative.id} place={place} own={place.relative.id === subject} onLook={setLooked} />
          ))}
        </svg>
      </section>
      <Legend />
    </>
  )
}

const fitting = (text: string): string => (text.length > FITTING ? `${text.slice(0, FITTING - 1)}…` : text)

function Sign({
  place: { relative, x, y },
  own,
  onLook,
}: {
  readonly place: Place
  readonly own: boolean
  readonly onLook: (id: string | undefined) => void
}) {
  const { id, nickname, line, sex, death_date } = relative
  const look = () => onLook(id)
  const leave = () => onLook(undefined)
  return (
    <Link
      to="/$app/$model/$key/change/"
      params={{ app: 'subjects', model: 'subject', key: id }}
      search={((view: object) => view) as never}
      className="pedigree-animal"
      aria-current={own ? 'page' : undefined}
      onMouseEnter={look}
      onMouseLeave={leave}
      onFocus={look}
      onBlur={leave}
    >
      <g transform={`translate(${x} ${y})`}>
        <rect className="pedigree-cell" {...CELL_BOX} />
        <Shape sex={sex} />
        {death_date !== null && <line x1={-HALF - 3} y1={HALF + 3} x2={HALF + 3} y2={-HALF - 3} />}
        <text className="pedigree-name" y={HALF + 20}>
          {fitting(nickname)}{' '}
        </text>
        <text className="pedigree-line" y={HALF + 36}>
          {fitting(line ?? 'no line')}
        </text>
      </g>
    </Link>
  )
}

function Shape({ sex }: { readonly sex: string }) {
  if (sex === 'M') return <rect x={-HALF} y={-HALF} width={CELL.symbol} height={CELL.symbol} />
  if (sex === 'F') return <circle r={HALF} />
  return <path d={`M0 ${-HALF - 2}L${HALF + 2} 0L0 ${HALF + 2}L${-HALF - 2} 0Z`} />
}

const SIGNS: readonly [sex: string, dead: boolean, words: string][] = [
  ['M', false, 'male'],
  ['F', false, 'female'],
  ['U', false, 'unknown'],
  ['M', true, 'dead'],
]

function Legend() {
  return (
    <ul className="pedigree-legend" aria-label="Signs">
      {SIGNS.map(([sex, dead, words]) => (
        <li key={words}>
          <svg width={18} height={18} viewBox="-18 -18 36 36" aria-hidden="true" className="pedigree-animal">
            <Shape sex={sex} />
            {dead && <line x1={-HALF - 3} y1={HALF + 3} x2={HALF + 3} y2={-HALF - 3} />}
          </svg>
          {words}
        </li>
      ))}
    </ul>
  )
}
