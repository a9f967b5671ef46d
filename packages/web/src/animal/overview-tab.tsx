import type { Animal, AnimalCount } from '@alyx/client'
import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { shownMoment } from '../kinds/moments.tsx'
import { titleQuery, useDescription } from '../server/queries.ts'
import { grams } from '../water/status.tsx'
import { useLabels } from './labels.ts'
import { ListLink, RowLink } from './row-link.tsx'

/** Lists that a count leads to, with the filter that picks this animal's rows. */
const LISTS: readonly [count: AnimalCount, label: string, model: string, filter: string][] = [
  ['sessions', 'sessions', 'actions.session', 'subject'],
  ['surgeries', 'surgeries', 'actions.surgery', 'subject'],
  ['weighings', 'weighings', 'actions.weighing', 'subject'],
  ['water_administrations', 'water administrations', 'actions.wateradministration', 'subject'],
  ['notes', 'notes', 'misc.note', 'object_id'],
  ['insertions', 'probe insertions', 'experiments.probeinsertion', 'session__subject'],
]

/** Who it is, its family, its cage, and what was done with it. */
export function OverviewTab({ animal }: { readonly animal: Animal }) {
  return (
    <div className="parts">
      <Identity animal={animal} />
      <Family animal={animal} />
      <Genotype animal={animal} />
      <Housing animal={animal} />
      <Treatment animal={animal} />
      <Counts animal={animal} />
      {animal.cull && <Death animal={animal} />}
      <FormerValues animal={animal} />
    </div>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card part">
      <Title order={2}>{title}</Title>
      {children}
    </section>
  )
}

/** Facts with their names; those that are empty are left out. */
function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
  if (known.length === 0) return <Text c="dimmed">Nothing is known.</Text>
  return (
    <dl className="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const link = (model: string, row: Parameters<typeof RowLink>[0]['row']): ReactNode =>
  row && <RowLink model={model} row={row} />

const links = (model: string, rows: Parameters<typeof Links>[0]['rows']): ReactNode =>
  rows.length > 0 && <Links model={model} rows={rows} />

function Links({ model, rows }: { readonly model: string; readonly rows: readonly { id: string; title: string }[] }) {
  return (
    <ul className="links">
      {rows.map((row) => (
        <li key={row.id}>
          <RowLink model={model} row={row} />
        </li>
      ))}
    </ul>
  )
}

function Identity({ animal }: { readonly animal: Animal }) {
  const severityOf = useLabels('subjects.subject', 'actual_severity')
  const protocolOf = useLabels('subjects.subject', 'protocol_number')
  const { projects } = animal
  return (
    <Part title="Identity">
      <Facts
        facts={[
          ['Born', animal.birth_date],
          ['Weaned', animal.wean_date],
          ['Genotyped', animal.genotype_date],
          ['Died', animal.death_date],
          ['Disposed of', animal.reduced_date],
          ['Severity', severityOf(animal.actual_severity)],
          ['Protocol', protocolOf(animal.protocol_number)],
          ['Species', link('subjects.species', animal.species)],
          ['Strain', link('subjects.strain', animal.strain)],
          ['Source', link('subjects.source', animal.source)],
          ['Projects', links('subjects.project', projects)],
          ['Description', animal.description],
          ['Adverse effects', animal.adverse_effects],
        ]}
      />
    </Part>
  )
}

function Family({ animal }: { readonly animal: Animal }) {
  const { mothers, littermates, breeding } = animal
  return (
    <Part title="Family">
      <Facts
        facts={[
          ['Father', link('subjects.subject', animal.father)],
          [mothers.length > 1 ? 'Mother, one of' : 'Mother', links('subjects.subject', mothers)],
          ['Litter', link('subjects.litter', animal.litter)],
          ['Pair', link('subjects.breedingpair', animal.breeding_pair)],
          [
            'Littermates',
            littermates.length > 0 && (
              <ul className="links">
                {littermates.map(({ alive, ...one }) => (
                  <li key={one.id}>
                    <RowLink model="subjects.subject" row={one} />
                    {!alive && <small> †</small>}
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            'Bred in',
            breeding.length > 0 && (
              <ul className="links wide-links">
                {breeding.map(({ pair, litters, pups }) => (
                  <li key={pair.id}>
                    <RowLink model="subjects.breedingpair" row={pair} />{' '}
                    <ListLink model="subjects.subject" filters={{ litter__breeding_pair: pair.id }}>
                      {pups === 1 ? '1 pup' : `${pups} pups`}
                    </ListLink>{' '}
                    in {litters === 1 ? '1 litter' : `${litters} litters`}
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
    </Part>
  )
}

function Genotype({ animal }: { readonly animal: Animal }) {
  const zygosityOf = useLabels('subjects.zygosity', 'zygosity')
  const resultOf = useLabels('subjects.genotypetest', 'test_result')
  return (
    <Part title="Genotype">
      <Facts
        facts={[
          ['Line', link('subjects.line', animal.line)],
          ...animal.genotype.map(({ allele, zygosity }) => [allele.title, zygosityOf(zygosity)] as const),
          ...animal.tests.map(
            ({ sequence, result }) => [`Test ${sequence.title}`, resultOf(result) || 'waiting'] as const,
          ),
        ]}
      />
    </Part>
  )
}

function Housing({ animal }: { readonly animal: Animal }) {
  const mates = animal.housing?.mates ?? []
  const lightOf = useLabels('misc.housing', 'light_cycle')
  const { housing } = animal
  return (
    <Part title="Housing">
      {housing ? (
        <Facts
          facts={[
            ['Cage', link('misc.housing', { id: housing.id, title: housing.cage_name })],
            ['Since', shownMoment(housing.since)],
            ['Mates', mates.length === 0 ? 'lives alone' : links('subjects.subject', mates)],
            ['Type', housing.cage_type],
            ['Enrichment', housing.enrichment],
            ['Food', housing.food],
            ['Light', lightOf(housing.light_cycle)],
          ]}
        />
      ) : (
        <Facts facts={[['Cage', animal.cage]]} />
      )}
    </Part>
  )
}

function Treatment({ animal }: { readonly animal: Animal }) {
  return (
    <Part title="Implants and restrictions">
      <Facts
        facts={[
          ...animal.implants.map(
            ({ id, start_time, implant_weight }) =>
              [
                start_time.slice(0, 10),
                <RowLink key={id} model="actions.surgery" row={{ id, title: `implant of ${implant_weight} g` }} />,
              ] as const,
          ),
          ...animal.restrictions.map(
            ({ id, start_time, end_time, reference_weight, water_type }) =>
              [
                start_time.slice(0, 10),
                <span key={id}>
                  <RowLink
                    model="actions.waterrestriction"
                    row={{ id, title: `restricted until ${end_time?.slice(0, 10) ?? 'now'}` }}
                  />
                  <small>
                    {' '}
                    reference {reference_weight > 0 ? grams(reference_weight) : 'unknown'}
                    {water_type && `, ${water_type}`}
                  </small>
                </span>,
              ] as const,
          ),
        ]}
      />
    </Part>
  )
}

function Counts({ animal }: { readonly animal: Animal }) {
  return (
    <Part title="Records">
      <ul className="counts">
        {LISTS.map(([count, label, model, filter]) => (
          <li key={count}>
            <ListLink model={model} filters={{ [filter]: animal.id }}>
              <b>{animal.counts[count]}</b> {label}
            </ListLink>
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Death({ animal: { cull } }: { readonly animal: Animal }) {
  if (!cull) return null
  return (
    <Part title="Cull">
      <Facts
        facts={[
          ['Date', link('actions.cull', { id: cull.id, title: cull.date })],
          ['By', cull.user],
          ['Reason', cull.reason],
          ['Method', cull.method],
          ['Description', cull.description],
        ]}
      />
    </Part>
  )
}

interface PastValue {
  readonly date_time: string
  readonly value: string
}
const isPast = (one: unknown): one is PastValue => typeof one === 'object' && one !== null && 'value' in one

/** What it was called, whose it was and where it lived before, as Alyx keeps it in the JSON of the animal. */
function FormerValues({ animal: { past_values } }: { readonly animal: Animal }) {
  const { fields } = useDescription('subjects.subject')
  const entries = Object.entries(past_values ?? {}).flatMap(([field, values]) =>
    Array.isArray(values) && values.some(isPast) ? [[field, values.filter(isPast)] as const] : [],
  )
  if (entries.length === 0) return null
  return (
    <Part title="Before">
      <Facts
        facts={entries.map(([field, values]) => [
          field.replaceAll('_', ' '),
          <ul key={field} className="links wide-links">
            {values.map(({ value, date_time }) => (
              <li key={`${date_time} ${value}`}>
                <FormerValue model={fields.find(({ name }) => name === field)?.to} value={String(value)} />{' '}
                <small>until {String(date_time).slice(0, 10)}</small>
              </li>
            ))}
          </ul>,
        ])}
      />
    </Part>
  )
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** A row is kept by its key: people know it by its name. */
function FormerValue({ model, value }: { readonly model: string | undefined; readonly value: string }) {
  const isKey = model !== undefined && UUID.test(value)
  const { data } = useQuery({ ...titleQuery(model ?? '', value), enabled: isKey })
  return isKey ? (data ?? value) : value
}
