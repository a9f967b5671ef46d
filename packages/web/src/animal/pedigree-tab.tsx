import type { Animal, Pedigree, Relative } from '@alyx/client'
import { Alert, Button, SegmentedControl, Text, Title } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useDeferredValue } from 'react'
import { useAddress } from '../frame/use-address.ts'
import { useLabels } from './labels.ts'
import './pedigree.css'
import { PedigreeChart } from './pedigree-chart.tsx'
import { type Ancestry, layoutOf, listsOf } from './pedigree-layout.ts'
import { pedigreeQuery } from './queries.ts'
import { ListLink, RowLink } from './row-link.tsx'

const GENERATIONS = ['2', '3', '4', '5']
const USUAL = '3'

/** The family of an animal as a drawing or as lists, and how far it is inbred. */
export default function PedigreeTab({ animal }: { readonly animal: Animal }) {
  const [address, change] = useAddress()
  const up = GENERATIONS.includes(address.up ?? '') ? address.up! : USUAL
  // The drawing that is there stays until the next has come, and the keyboard stays where it is.
  const { data: pedigree } = useSuspenseQuery(pedigreeQuery(animal.id, useDeferredValue(up)))
  const sexOf = useLabels('subjects.subject', 'sex')
  const asList = address.as === 'list'
  const layout = layoutOf(pedigree)
  const alone = pedigree.relatives.length === 1
  const own = pedigree.relatives.find(({ id }) => id === animal.id)
  const orphan = own?.father === null && own.mothers.length === 0
  const wordsOf = (relative: Relative) => relativeWords(relative, sexOf)
  return (
    <section className="card part pedigree" aria-label="Pedigree">
      <div className="pedigree-tools">
        <div>
          <span id="pedigree-generations">Generations up</span>
          <SegmentedControl
            aria-labelledby="pedigree-generations"
            data={GENERATIONS}
            value={up}
            onChange={(chosen) => change({ up: chosen === USUAL ? undefined : chosen })}
          />
        </div>
        <Button
          variant={asList ? 'light' : 'default'}
          aria-pressed={asList}
          onClick={() => change({ as: asList ? undefined : 'list' })}
        >
          As a list
        </Button>
        <p className="inbreeding">
          Coefficient of inbreeding: <Inbreeding value={pedigree.inbreeding} orphan={orphan} />
        </p>
      </div>
      {orphan && <NoParents animal={animal} />}
      {layout.broken.map(([child, parent]) => (
        <Alert key={`${child.id} ${parent.id}`} color="orange" title="An animal that is its own ancestor">
          {parent.nickname} is recorded as a parent of {child.nickname}, and descends from it. The line between them is
          left out; one of their litters or breeding pairs is wrong.
        </Alert>
      ))}
      {!alone &&
        (asList ? (
          <PedigreeLists pedigree={pedigree} wordsOf={wordsOf} />
        ) : (
          <PedigreeChart key={animal.id} subject={animal.id} layout={layout} wordsOf={wordsOf} />
        ))}
      {pedigree.more && (
        <Text c="dimmed" size="sm">
          It has more offspring than the {pedigree.relatives.filter(({ generation }) => generation < 0).length} that are
          shown.
        </Text>
      )}
    </section>
  )
}

/** `male · born 2024-03-01 · died 2024-09-12 · line Pvalb-Cre · Pvalb +/-` */
function relativeWords(relative: Relative, sexOf: (value: unknown) => string): string {
  const { sex, birth_date, death_date, line, genotype } = relative
  return [
    sex === 'U' ? 'sex unknown' : sexOf(sex).toLowerCase(),
    birth_date && `born ${birth_date}`,
    death_date && `died ${death_date}`,
    line ? `line ${line}` : 'no line',
    genotype.length > 0 ? genotype.join(', ') : 'genotype unknown',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** Kinships that people know the coefficient by, the closest first. */
const AS_OF: readonly [least: number, words: string][] = [
  [0.25, 'as the young of brother and sister'],
  [0.125, 'as the young of half siblings'],
  [0.0625, 'as the young of first cousins'],
]

function Inbreeding({ value, orphan }: { readonly value: number | null; readonly orphan: boolean }) {
  if (value === null || orphan)
    return <b>{orphan ? 'unknown without parents' : 'unknown, its parents are not certain'}</b>
  if (value === 0) return <b>0, no ancestor that is shown stands on both sides</b>
  const known = AS_OF.find(([least]) => value >= least)
  const closeness = known ? `${value > known[0] ? 'at least ' : ''}${known[1]}` : 'less than the young of first cousins'
  return (
    <b>
      {Number(value.toFixed(4))} ({Number((value * 100).toFixed(2))} %), {closeness}
    </b>
  )
}

/** How parents get here. */
function NoParents({ animal: { id, litter, breeding_pair } }: { readonly animal: Animal }) {
  return (
    <div className="no-parents">
      <Title order={2}>No parents are recorded</Title>
      <p>
        An animal has its parents from its litter: the litter belongs to a breeding pair, and the pair has a father and
        one or two mothers.
      </p>
      <p>
        {litter === null ? (
          <>
            Choose a litter in the{' '}
            <Link
              to="/$app/$model/$key/change/"
              params={{ app: 'subjects', model: 'subject', key: id }}
              search={{ view: 'form' }}
            >
              form of the animal
            </Link>
            . Litters are recorded with their pair:{' '}
            <ListLink model="subjects.litter" filters={{}}>
              all litters
            </ListLink>
            ,{' '}
            <ListLink model="subjects.breedingpair" filters={{}}>
              all breeding pairs
            </ListLink>
            .
          </>
        ) : breeding_pair === null ? (
          <>
            Its litter <RowLink model="subjects.litter" row={litter} /> has no breeding pair yet: choose one there.
          </>
        ) : (
          <>
            Its breeding pair <RowLink model="subjects.breedingpair" row={breeding_pair} /> has neither father nor
            mother yet: choose them there.
          </>
        )}
      </p>
    </div>
  )
}

interface Wording {
  readonly wordsOf: (relative: Relative) => string
}

/** The pedigree for those who read or hear it. */
function PedigreeLists({ pedigree, wordsOf }: Wording & { readonly pedigree: Pedigree }) {
  const { ancestry, littermates, offspring } = listsOf(pedigree)
  return (
    <div className="pedigree-lists">
      <Title order={2}>Ancestors</Title>
      {ancestry && ancestry.parents.length > 0 ? (
        <Ancestors of={ancestry} wordsOf={wordsOf} />
      ) : (
        <Text c="dimmed">None is recorded.</Text>
      )}
      <Title order={2}>Littermates</Title>
      <Relatives relatives={littermates} wordsOf={wordsOf} />
      <Title order={2}>Offspring</Title>
      <Relatives relatives={offspring} wordsOf={wordsOf} />
    </div>
  )
}

function Ancestors({ of, wordsOf }: Wording & { readonly of: Ancestry }) {
  const { father, mothers } = of.relative
  return (
    <ul>
      {of.parents.map((one) => (
        <li key={one.relative.id}>
          {one.relative.id === father ? 'Father' : mothers.length > 1 ? 'Mother, one of them' : 'Mother'}{' '}
          <Told relative={one.relative} wordsOf={wordsOf}>
            {one.again && ' · named before'}
          </Told>
          {one.parents.length > 0 && <Ancestors of={one} wordsOf={wordsOf} />}
        </li>
      ))}
    </ul>
  )
}

function Relatives({ relatives, wordsOf }: Wording & { readonly relatives: readonly Relative[] }) {
  if (relatives.length === 0) return <Text c="dimmed">None is recorded.</Text>
  return (
    <ul>
      {relatives.map((one) => (
        <li key={one.id}>
          <Told relative={one} wordsOf={wordsOf} />
        </li>
      ))}
    </ul>
  )
}

function Told({
  relative,
  wordsOf,
  children,
}: Wording & { readonly relative: Relative; readonly children?: ReactNode }) {
  return (
    <>
      <PedigreeLink relative={relative} /> <small>{wordsOf(relative)}</small>
      {children}
    </>
  )
}

function PedigreeLink({ relative: { id, nickname } }: { readonly relative: Relative }) {
  return (
    <Link
      to="/$app/$model/$key/change/"
      params={{ app: 'subjects', model: 'subject', key: id }}
      search={((view: object) => view) as never}
    >
      {nickname}
    </Link>
  )
}
