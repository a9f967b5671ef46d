import type { ColonyAnimal } from '@alyx/client'
import { Badge, Button, Checkbox, Group } from '@mantine/core'
import { useState } from 'react'
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

/** A phone draws a screenful of animals at once, a thousand it does not. */
const SHOWN_AT_ONCE = 100

/** What one has to know of animals before one chooses them. */
export function AnimalTable({ label, animals: all, empty, chosen, onChosen }: AnimalTableProps) {
  const [most, setMost] = useState(SHOWN_AT_ONCE)
  if (all.length === 0) return <Empty>{empty}</Empty>
  const animals = all.slice(0, most)
  const everyone = chosen !== undefined && animals.every(({ subject }) => chosen.has(subject.id))
  const toggle = (key: string) => {
    const next = new Set(chosen)
    if (!next.delete(key)) next.add(key)
    onChosen?.(next)
  }
  /** Of those that are not shown yet nothing changes. */
  const toggleShown = () => {
    const next = new Set(chosen)
    for (const { subject } of animals) {
      if (everyone) next.delete(subject.id)
      else next.add(subject.id)
    }
    onChosen?.(next)
  }
  return (
    <>
      <Wide label={label}>
        <table className="colony-table stacks">
          <thead>
            <tr>
              {chosen && (
                <th scope="col" className="mark">
                  <Checkbox
                    size="sm"
                    aria-label="Choose all"
                    checked={everyone}
                    indeterminate={!everyone && animals.some(({ subject }) => chosen.has(subject.id))}
                    onChange={toggleShown}
                  />
                </th>
              )}
              {['Animal', 'Sex', 'Age', 'Born', 'Ear mark', 'Genotype', 'Cage', 'Line', 'Person', 'Notes'].map(
                (one) => (
                  <th key={one} scope="col">
                    {one}
                  </th>
                ),
              )}
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
      {all.length > most && (
        <Group gap="xs" mt={8}>
          <span className="soft">and {(all.length - most).toLocaleString('en')} more</span>
          <Button variant="default" size="compact-sm" onClick={() => setMost(most + SHOWN_AT_ONCE)}>
            Show {Math.min(SHOWN_AT_ONCE, all.length - most)} more
          </Button>
        </Group>
      )}
    </>
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
