import type { GenotypeGrid } from '@alyx/client'
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from 'react'
import { type Place, placeAfter, resultOfKey } from './grid-keys.ts'
import { Wide } from './parts.tsx'
import { type Cell, cellKey, type Pasted, readBlock } from './paste.ts'
import { RowLink } from './row-link.tsx'
import { RESULT_WORDS, RESULTS, ZYGOSITIES } from './zygosities.ts'

interface GenotypeTableProps {
  readonly grid: GenotypeGrid
  readonly draft: ReadonlyMap<string, Cell>
  readonly onCell: (key: string, cell: Cell | undefined) => void
  readonly onPaste: (pasted: Pasted) => void
}

/** Animals down, sequences across. Arrow keys walk, 0 and 1 are results, a tap takes the next of them, a block is pasted. */
export function GenotypeTable({ grid, draft, onCell, onPaste }: GenotypeTableProps) {
  const { sequences, alleles, rows } = grid
  const table = useRef<HTMLTableElement>(null)
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 })
  const focusOn = (next: Place) => {
    setPlace(next)
    table.current?.querySelector<HTMLElement>(`td[data-place="${next.row}:${next.column}"]`)?.focus()
  }
  const storedAt = ({ row, column }: Place): 0 | 1 | undefined => rows[row]!.results[sequences[column]!.id]
  const keyAt = ({ row, column }: Place) => cellKey(rows[row]!.subject.id, sequences[column]!.id)
  const put = (where: Place, result: 0 | 1 | null) =>
    onCell(keyAt(where), (storedAt(where) ?? null) === result ? undefined : { result })
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const result = resultOfKey(event.key)
    const next = placeAfter(result === undefined ? event.key : 'ArrowDown', place, rows.length, sequences.length)
    if (result === undefined && !next) return
    event.preventDefault()
    if (result !== undefined) put(place, result)
    if (next && result !== null) focusOn(next)
  }
  const paste = (event: ClipboardEvent) => {
    event.preventDefault()
    const animals = rows.map(({ subject }) => subject)
    onPaste(readBlock(event.clipboardData.getData('text/plain'), { animals, sequences, at: place }))
  }
  /** A finger has no keys: a tap is present, then absent, then not tested. A mouse only chooses the cell. */
  const tap = (where: Place) => {
    if (!window.matchMedia('(pointer: coarse)').matches) return
    const cell = draft.get(keyAt(where))
    const shown = cell && 'result' in cell ? cell.result : (storedAt(where) ?? null)
    put(where, shown === null ? 1 : shown === 1 ? 0 : null)
  }
  return (
    <Wide label="Genotype tests">
      <table
        ref={table}
        className="colony-table genotype-grid"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: one walks in it with arrow keys
        role="grid"
        aria-label="Results of genotype tests"
        aria-rowcount={rows.length + 1}
        onKeyDown={keys}
        onPaste={paste}
      >
        <thead>
          <tr>
            <th scope="col">Animal</th>
            <th scope="col">Sex</th>
            <th scope="col">Ear mark</th>
            {sequences.map(({ id, title, alleles: found }) => (
              <th
                key={id}
                scope="col"
                title={found.length > 0 ? `for ${found.join(', ')}` : 'of no allele of the line'}
              >
                {title}
              </th>
            ))}
            {alleles.map(({ id, title }) => (
              <th key={id} scope="col" className="edge">
                {title}
              </th>
            ))}
            <th scope="col">Known since</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((animal, row) => (
            <tr key={animal.subject.id}>
              <th scope="row">
                <RowLink model="subjects.subject" of={animal.subject} />
              </th>
              <td>{animal.sex}</td>
              <td>{animal.ear_mark}</td>
              {sequences.map((sequence, column) => {
                const cell = draft.get(cellKey(animal.subject.id, sequence.id))
                const stored = animal.results[sequence.id]
                const fault = cell && 'fault' in cell ? cell : undefined
                const result = cell && 'result' in cell ? cell.result : (stored ?? null)
                const words = `${sequence.title} of ${animal.subject.title}: ${
                  fault ? fault.fault : result === null ? 'not tested' : RESULT_WORDS[result]
                }${cell && !fault ? ', not saved yet' : ''}`
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the grid
                  <td
                    key={sequence.id}
                    data-place={`${row}:${column}`}
                    className={['cell', cell && 'new', fault && 'fault'].filter(Boolean).join(' ')}
                    tabIndex={place.row === row && place.column === column ? 0 : -1}
                    aria-label={words}
                    title={fault?.fault}
                    onFocus={() => setPlace({ row, column })}
                    onClick={() => tap({ row, column })}
                  >
                    {fault ? fault.text : result === null ? '' : RESULTS[result]}
                    {cell && !fault && (result === null ? 'taken back' : '•')}
                  </td>
                )
              })}
              {alleles.map(({ id }) => (
                <td key={id} className="edge">
                  {animal.zygosities[id] === undefined ? '' : ZYGOSITIES[animal.zygosities[id]]}
                </td>
              ))}
              <td>{animal.genotype_date ?? (animal.to_be_genotyped ? <span className="due">waits</span> : '')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}
