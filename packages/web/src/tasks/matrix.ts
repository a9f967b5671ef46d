import type { MatrixCell } from '@alyx/client'
import { TASK_STATES } from './task-state.tsx'

/** One laboratory: its tasks in each graph, and over all graphs. */
export interface MatrixRow {
  readonly lab: string | null
  /** By graph, in the order of the columns; undefined where it has none. */
  readonly cells: readonly (MatrixCell | undefined)[]
  readonly waiting: number
  readonly changed: string
  readonly newest_session: string | null
}

export interface Matrix {
  readonly graphs: readonly (string | null)[]
  readonly rows: readonly MatrixRow[]
}

const later = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b > a) ? b : a)
const byName = (a: string | null, b: string | null): number =>
  a === b ? 0 : a === null ? 1 : b === null ? -1 : a.localeCompare(b)

/** Laboratories down, graphs across, those without a name last. @param status  only cells with such a task, and only its numbers */
export function foldMatrix(cells: readonly MatrixCell[], status?: string): Matrix {
  const wanted =
    status === undefined
      ? cells
      : cells
          .filter(({ counts }) => counts[status])
          .map((cell) => ({ ...cell, counts: { [status]: cell.counts[status]! } }))
  const graphs = [...new Set(wanted.map(({ graph }) => graph))].sort(byName)
  const rows = [...Map.groupBy(wanted, ({ lab }) => lab)]
    .sort(([a], [b]) => byName(a, b))
    .map(([lab, own]) => ({
      lab,
      cells: graphs.map((graph) => own.find((cell) => cell.graph === graph)),
      waiting: own.reduce((sum, { counts }) => sum + (counts.Waiting ?? 0), 0),
      changed: own.reduce<string | null>((last, { changed }) => later(last, changed), null)!,
      newest_session: own.reduce<string | null>((last, { newest_session }) => later(last, newest_session), null),
    }))
  return { graphs, rows }
}

/** Numbers by state, in the order of states; those without a name come last. */
export const inOrder = (counts: MatrixCell['counts']): readonly (readonly [status: string, count: number])[] => {
  const place = (status: string) => (TASK_STATES.includes(status) ? TASK_STATES.indexOf(status) : TASK_STATES.length)
  return Object.entries(counts).sort(([a], [b]) => place(a) - place(b))
}
