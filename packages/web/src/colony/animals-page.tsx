import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { actionsOf } from '../grid/selection-actions.ts'
import { AnimalTable } from './animal-table.tsx'
import { useTitle } from './model-field.tsx'
import { PageHead, Refusal, Section } from './parts.tsx'
import { animalsQuery, useLiveColony } from './queries.ts'
import { AGES, counted, SEXES } from './words.ts'

export type AnimalsAddress = Readonly<Record<string, string>>

/** The server answers with so many at most. */
const MOST_ANSWERED = 1000

const FLAGS: Readonly<Record<string, string>> = {
  in_stock: 'in stock',
  breeding: 'in pairs that breed',
  to_be_genotyped: 'to be genotyped',
  to_be_culled: 'to be culled',
}

/** The animals behind a number, and what can be done with them. */
export function AnimalsPage({ address }: { readonly address: AnimalsAddress }) {
  const { data, error } = useQuery(animalsQuery(address))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const line = useTitle('subjects.line', address.line)
  const litter = useTitle('subjects.litter', address.litter)
  useLiveColony()
  const words = [
    address.line && line,
    address.litter && litter,
    SEXES[address.sex as keyof typeof SEXES]?.many,
    AGES[address.age as keyof typeof AGES]?.words,
    address.genotype,
    ...Object.keys(FLAGS).map((flag) => address[flag] === 'true' && FLAGS[flag]),
  ].filter(Boolean)
  const keys = data?.flatMap(({ subject }) => (chosen.has(subject.id) ? subject.id : [])) ?? []
  return (
    <div className="page">
      <PageHead title="Living animals" help={words.length > 0 ? words.join(', ') : 'Of all lines.'}>
        <Button variant="subtle" renderRoot={(root: object) => <Link {...root} to="/colony/" search={{}} />}>
          Colony
        </Button>
      </PageHead>
      {keys.length > 0 && (
        <Group className="selection" role="region" aria-label="Selection">
          <b>{counted(keys.length, 'animal')} chosen</b>
          {actionsOf('subjects.subject').map(({ label, to, parameter, most }) => (
            <Button
              key={to}
              size="compact-sm"
              variant="default"
              disabled={keys.length > most}
              renderRoot={(root: object) => (
                <Link {...root} to={to} search={{ [parameter]: keys.join(',') } as never} />
              )}
            >
              {label}
            </Button>
          ))}
        </Group>
      )}
      <Section title="Animals" aside={data && <span>{counted(data.length, 'animal')}</span>}>
        <Refusal error={error} title="The animals cannot be shown" />
        {data && data.length >= MOST_ANSWERED && (
          <p>
            These are the first {MOST_ANSWERED.toLocaleString('en')}.{' '}
            <Link
              className="row-link"
              to="/$app/$model/"
              params={{ app: 'subjects', model: 'subject' }}
              search={{ death_date__isnull: 'true', ...(address.line && { line: address.line }) } as never}
            >
              The list of subjects has all living animals{address.line && ' of the line'}
            </Link>
            .
          </p>
        )}
        {data && (
          <AnimalTable
            label="Living animals"
            animals={data}
            empty="No living animal fits."
            chosen={chosen}
            onChosen={setChosen}
          />
        )}
      </Section>
    </div>
  )
}
