import type { ColonyAnimal } from '@alyx/client'
import { Badge, Checkbox } from '@mantine/core'
import { Empty, Wide } from './parts.tsx'
import { RowLink } from './row-link.tsx'
import { SEXES, shownAge } from './words.ts'

interface AnimalTableProps {
  readonly label: string
  readonly animals: readonly ColonyAnimal[]
  readonly empty: string
  /** Absent where nothing is chosen. */
  readonly chosen?: ReadonlySet<string>
  readonly onChosen?: (keys: ReadonlySet<string>) => void
}

/** What one has to know of animals before one chooses them. */
export function AnimalTable({ label, animals, empty, chosen, onChosen }: AnimalTableProps) {
  if (animals.length === 0) return <Empty>{empty}</Empty>
  const all = chosen !== undefined && animals.every(({ subject }) => chosen.has(subject.id))
  const toggle = (key: string) => {
    const next = new Set(chosen)
    if (!next.delete(key)) next.add(key)
    onChosen?.(next)
  }
  return (
    <Wide label={label}>
      <table className="colony-table stacks">
        <thead>
          <tr>
            {chosen && (
              <th scope="col" className="mark">
                <Checkbox
                  size="sm"
                  aria-label="Choose all"
                  checked={all}
                  indeterminate={!all && animals.some(({ subject }) => chosen.has(subject.id))}
                  onChange={() => onChosen?.(all ? new Set() : new Set(animals.map(({ subject }) => subject.id)))}
                />
              </th>
            )}
            {['Animal', 'Sex', 'Age', 'Born', 'Ear mark', 'Genotype', 'Cage', 'Line', 'Person', 'Notes'].map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {animals.map((animal) => (
            <tr key={animal.subject.id} aria-selected={chosen?.has(animal.subject.id)}>
              {chosen && (
                <td className="mark">
                  <Checkbox
                    size="sm"
                    aria-label={`Choose ${animal.subject.title}`}
                    checked={chosen.has(animal.subject.id)}
                    onChange={() => toggle(animal.subject.id)}
                  />
                </td>
              )}
              <th scope="row">
                <RowLink model="subjects.subject" of={animal.subject} />
              </th>
              <td data-label="Sex">
                <span title={SEXES[animal.sex].one}>
                  {SEXES[animal.sex].sign} {animal.sex}
                </span>
              </td>
              <td data-label="Age">{shownAge(animal.age_days)}</td>
              <td data-label="Born">{animal.birth_date}</td>
              <td data-label="Ear mark">{animal.ear_mark}</td>
              <td data-label="Genotype">{animal.genotype}</td>
              <td data-label="Cage">
                {animal.housing ? <RowLink model="misc.housing" of={animal.housing} /> : animal.cage}
              </td>
              <td data-label="Line">{animal.line && <RowLink model="subjects.line" of={animal.line} />}</td>
              <td data-label="Person">
                {animal.responsible_user ?? '–'}
                {animal.in_stock && <span className="soft"> (stock)</span>}
              </td>
              <td data-label="Notes">
                <Notes of={animal} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

function Notes({ of }: { readonly of: ColonyAnimal }) {
  const notes = [
    of.breeding && 'breeds',
    of.on_restriction && 'water restriction',
    of.request !== null && 'for a request',
    of.to_be_genotyped && 'to genotype',
    of.to_be_culled && 'to cull',
  ].filter((one) => one !== false)
  return (
    <span className="flags">
      {notes.map((note) => (
        <Badge key={note} variant="default" size="sm" radius="sm" tt="none" fw={500}>
          {note}
        </Badge>
      ))}
    </span>
  )
}
