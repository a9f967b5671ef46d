import { memo, useMemo } from 'react'
import type { CardContents } from './card-contents.ts'
import type { CodeMark, Mark } from './card-layout.ts'
import { type Format, placeOf } from './formats.ts'
import { FONT_FAMILY } from './measure.ts'
import { codeOf } from './qr-code.ts'

interface CardSheetsProps {
  readonly cards: readonly { readonly contents: CardContents; readonly marks: readonly Mark[] }[]
  readonly format: Format
}

/** Pages as they come out of the printer, in millimetres. */
export function CardSheets({ cards, format }: CardSheetsProps) {
  const { sheet, width, height } = format
  const pages = Map.groupBy(
    cards.map((card, n) => ({ ...card, n, ...placeOf(n, format) })),
    ({ page }) => page,
  )
  return (
    <div className="sheets">
      {[...pages].map(([page, on]) => (
        <svg
          key={page}
          className="sheet-of-cards"
          width={`${sheet.width}mm`}
          height={`${sheet.height}mm`}
          viewBox={`0 0 ${sheet.width} ${sheet.height}`}
          role="img"
          aria-label={`Page ${page + 1}: ${on.map(({ contents }) => contents.title).join(', ')}`}
        >
          <rect width={sheet.width} height={sheet.height} fill="#fff" />
          {on.map(({ contents, marks, n, x, y }) => (
            <g key={`${n} ${contents.key}`} transform={`translate(${x} ${y})`}>
              <rect className="cut" width={width} height={height} />
              {marks.map((mark, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: marks have no name but their place
                <Drawn key={at} mark={mark} />
              ))}
            </g>
          ))}
        </svg>
      ))}
    </div>
  )
}

function Drawn({ mark }: { readonly mark: Mark }) {
  if (mark.kind === 'code') return <DrawnCode {...mark} />
  if (mark.kind === 'rule')
    return <line x1={mark.x} x2={mark.x + mark.width} y1={mark.y} y2={mark.y} stroke="#000" strokeWidth={0.18} />
  return (
    <text
      x={mark.x}
      y={mark.y}
      fontSize={mark.size}
      fontFamily={FONT_FAMILY}
      fontWeight={mark.bold ? 700 : 400}
      fill="#000"
    >
      {mark.text}
    </text>
  )
}

const DrawnCode = memo(function DrawnCode({ x, y, side, address }: CodeMark) {
  const { modules, path } = useMemo(() => {
    const code = codeOf(address)
    return {
      modules: code.modules,
      path: code.runs.map(([column, row, length]) => `M${column} ${row}h${length}v1h-${length}z`).join(''),
    }
  }, [address])
  return (
    <path
      transform={`translate(${x} ${y}) scale(${side / modules})`}
      d={path}
      fill="#000"
      shapeRendering="crispEdges"
    />
  )
})
