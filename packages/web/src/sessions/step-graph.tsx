import type { SessionStep } from '@alyx/client'
import { type CSSProperties, useId, useMemo, useState } from 'react'
import { TaskState } from '../tasks/task-state.tsx'
import { arrowsOf, type GraphStep, kinOf, layered } from './layering.ts'

const BOX = { width: 196, height: 50 }
const GAP = { across: 54, down: 14 }

interface StepGraphProps {
  readonly steps: readonly SessionStep[]
  readonly chosen: string | undefined
  readonly onChoose: (step: string) => void
}

interface Place {
  readonly x: number
  readonly y: number
}

/** Levels from left to right, each in the middle of the height. */
function placesOf(levels: readonly (readonly string[])[]) {
  const most = Math.max(1, ...levels.map((level) => level.length))
  const step = BOX.height + GAP.down
  const places = new Map<string, Place>()
  for (const [column, level] of levels.entries())
    for (const [row, name] of level.entries())
      places.set(name, { x: column * (BOX.width + GAP.across), y: (row + (most - level.length) / 2) * step })
  return {
    places,
    width: levels.length * (BOX.width + GAP.across) - GAP.across,
    height: most * step - GAP.down,
  }
}

const curve = (from: Place, to: Place): string => {
  const start = { x: from.x + BOX.width, y: from.y + BOX.height / 2 }
  const end = { x: to.x - 5, y: to.y + BOX.height / 2 }
  const bend = GAP.across / 2
  return `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`
}

/** Steps by level with arrows; who points at one sees all that it needs and all that needs it. */
export function StepGraph({ steps, chosen, onChoose }: StepGraphProps) {
  const marker = useId()
  const [pointed, setPointed] = useState<string>()
  const named: readonly GraphStep[] = useMemo(
    () => steps.map(({ name, requires }) => ({ name: name ?? '', requires })),
    [steps],
  )
  const byName = useMemo(() => new Map(steps.map((step) => [step.name ?? '', step])), [steps])
  const levels = useMemo(() => layered(named), [named])
  const { places, width, height } = useMemo(() => placesOf(levels), [levels])
  const arrows = useMemo(() => arrowsOf(named), [named])
  const kin = useMemo(() => (pointed === undefined ? undefined : kinOf(named, pointed)), [named, pointed])
  const roleOf = (name: string) => {
    if (!kin || pointed === undefined) return undefined
    if (name === pointed) return 'pointed'
    return kin.ancestors.has(name) ? 'before' : kin.descendants.has(name) ? 'after' : 'other'
  }
  const onWay = (from: string, to: string) => {
    if (!kin || pointed === undefined) return undefined
    const before = (name: string) => name === pointed || kin.ancestors.has(name)
    const after = (name: string) => name === pointed || kin.descendants.has(name)
    return before(from) && before(to) ? 'before' : after(from) && after(to) ? 'after' : 'other'
  }
  const ordered = arrows.toSorted(([a, b], [c, d]) => Number(onWay(a, b) !== 'other') - Number(onWay(c, d) !== 'other'))
  return (
    <section className="graph-scroll" aria-label="Steps by level">
      <div
        className="graph"
        style={{ '--graph-width': `${width}px`, '--graph-height': `${height}px` } as CSSProperties}
      >
        <svg width={width} height={height} aria-hidden="true">
          <defs>
            {(['plain', 'before', 'after'] as const).map((kind) => (
              <marker
                key={kind}
                id={`${marker}-${kind}`}
                className={kind}
                viewBox="0 0 8 8"
                refX="6"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto"
              >
                <path d="M0 0L8 4L0 8z" />
              </marker>
            ))}
          </defs>
          {ordered.map(([from, to]) => {
            const way = onWay(from, to)
            return (
              <path
                key={`${from} ${to}`}
                className={way}
                d={curve(places.get(from)!, places.get(to)!)}
                markerEnd={`url(#${marker}-${way === 'before' || way === 'after' ? way : 'plain'})`}
              />
            )
          })}
        </svg>
        {levels.map((level, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its number
          <ol key={at} aria-label={`Level ${at + 1}`}>
            {level.map((name) => {
              const step = byName.get(name)!
              const place = places.get(name)!
              return (
                <li key={name} style={{ '--x': `${place.x}px`, '--y': `${place.y}px` } as CSSProperties}>
                  <button
                    type="button"
                    className={roleOf(name)}
                    aria-pressed={chosen === name}
                    onClick={() => onChoose(name)}
                    onMouseEnter={() => setPointed(name)}
                    onMouseLeave={() => setPointed(undefined)}
                    onFocus={() => setPointed(name)}
                    onBlur={() => setPointed(undefined)}
                  >
                    <span className="name" title={step.docstring ?? name}>
                      {shortOf(step)}
                    </span>
                    <TaskState status={step.task?.status} progress={step.task?.progress} />
                    {step.requires.length > 0 && (
                      <span className="needs">after {step.requires.map(lastWord).join(', ')}</span>
                    )}
                  </button>
                </li>
              )
            })}
          </ol>
        ))}
      </div>
    </section>
  )
}

const lastWord = (name: string): string => name.split('.').at(-1) ?? name
/** Steps that workers describe carry the names of pipeline and pipe in front. */
const shortOf = ({ name, pipe }: SessionStep): string =>
  name === null || name === '' ? '(no name)' : pipe === null ? name : lastWord(name)
