import type { StockOfLine } from '@alyx/client'
import { Button, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { DueLitters } from './due-litters.tsx'
import { keyOf, ModelField, useTitle } from './model-field.tsx'
import { PairTable } from './pair-table.tsx'
import { Empty, PageHead, Refusal, Section, Wide } from './parts.tsx'
import { linesQuery, littersQuery, pairsQuery, requestsQuery, useLiveColony } from './queries.ts'
import { RequestTable } from './request-table.tsx'
import { RowLink } from './row-link.tsx'
import { AGES, SEX_ORDER, SEXES } from './words.ts'

export interface OverviewAddress {
  readonly active?: string
  readonly lab?: string
}

const PAIRS_SHOWN = 12

/** The colony at a glance: what is due, what is there, what breeds, what is asked for. */
export function OverviewPage({ address }: { readonly address: OverviewAddress }) {
  const navigate = useNavigate()
  const active = address.active !== 'false'
  const lines = useQuery(linesQuery({ active: String(active), ...(address.lab && { lab: address.lab }) }))
  const litters = useQuery(littersQuery({ due: 'true' }))
  const pairs = useQuery(pairsQuery())
  const requests = useQuery(requestsQuery())
  const lab = useTitle('misc.lab', address.lab)
  useLiveColony()
  const about = (next: OverviewAddress) => void navigate({ to: '/colony/', search: { ...next } })
  return (
    <div className="page">
      <PageHead
        title="Colony"
        help="Lines with their living animals, pairs, litters and requests. Every number leads to the animals behind it."
      >
        <Button renderRoot={(root: object) => <Link {...root} to="/colony/litters/new/" search={{}} />}>
          New litter
        </Button>
        <Button variant="default" renderRoot={(root: object) => <Link {...root} to="/colony/wean/" search={{}} />}>
          Wean
        </Button>
        <Button variant="default" renderRoot={(root: object) => <Link {...root} to="/colony/genotypes/" search={{}} />}>
          Genotypes
        </Button>
        <Button variant="default" renderRoot={(root: object) => <Link {...root} to="/colony/cards/" search={{}} />}>
          Cards and labels
        </Button>
      </PageHead>
      <Section title="Due" aside={litters.data && <span>{litters.data.length} litters</span>}>
        <Refusal error={litters.error} title="Litters cannot be shown" />
        {litters.data && <DueLitters litters={litters.data} />}
      </Section>
      <Section
        title="Lines"
        aside={
          <Switch
            label="Only lines that are bred"
            checked={active}
            onChange={(event) =>
              about({ ...address, active: event.currentTarget.checked ? undefined : 'false' } as OverviewAddress)
            }
          />
        }
      >
        <div className="lab-filter">
          <ModelField
            model="subjects.line"
            field="lab"
            label="Lab"
            help=""
            value={address.lab === undefined ? null : { id: address.lab, title: lab }}
            onChange={(next) => about({ ...address, lab: keyOf(next) } as OverviewAddress)}
          />
        </div>
        <Refusal error={lines.error} title="Lines cannot be shown" />
        {lines.data && <LineMatrix lines={lines.data} />}
      </Section>
      <Section
        title="Pairs that breed"
        aside={
          <Link className="row-link" to="/colony/pairs/" search={{}}>
            All pairs
          </Link>
        }
      >
        <Refusal error={pairs.error} title="Pairs cannot be shown" />
        {pairs.data && <PairTable pairs={pairs.data.slice(0, PAIRS_SHOWN)} />}
      </Section>
      <Section
        title="Open requests"
        aside={
          <Link className="row-link" to="/colony/requests/" search={{}}>
            All requests
          </Link>
        }
      >
        <Refusal error={requests.error} title="Requests cannot be shown" />
        {requests.data && <RequestTable requests={requests.data} />}
      </Section>
    </div>
  )
}

/** A number that leads to the animals behind it. */
export function AnimalsLink({
  count,
  words,
  search,
}: {
  readonly count: number
  /** What is counted, for who cannot see where the number stands. */
  readonly words: string
  readonly search: Readonly<Record<string, string>>
}) {
  if (count === 0) return <span className="zero">·</span>
  return (
    <Link className="row-link" to="/colony/animals/" search={search} aria-label={`${count} ${words}`}>
      {count}
    </Link>
  )
}

const AGE_KEYS = Object.keys(AGES) as (keyof typeof AGES)[]
const STATES = [
  { key: 'in_stock', short: 'Stock', words: 'in stock' },
  { key: 'breeding', short: 'Breed', words: 'in pairs that breed' },
  { key: 'to_be_genotyped', short: 'To genotype', words: 'to be genotyped' },
  { key: 'to_be_culled', short: 'To cull', words: 'to be culled' },
] as const

export function LineMatrix({ lines }: { readonly lines: readonly StockOfLine[] }) {
  if (lines.length === 0)
    return (
      <Empty>
        There are no lines here. A line says which alleles its animals carry and how they are numbered; add one under
        "lines".
      </Empty>
    )
  const ages = AGE_KEYS.filter((age) => age !== 'not_known' || lines.some(({ by_age }) => (by_age?.not_known ?? 0) > 0))
  const sexes = SEX_ORDER.filter((sex) => sex !== 'U' || lines.some(({ by_sex }) => (by_sex?.U ?? 0) > 0))
  return (
    <Wide label="Living animals of each line">
      <table className="facts matrix">
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col" className="number">
              Living
            </th>
            {STATES.slice(0, 2).map(({ key, short }) => (
              <th key={key} scope="col" className="number">
                {short}
              </th>
            ))}
            {sexes.map((sex, at) => (
              <th key={sex} scope="col" className={at === 0 ? 'number edge' : 'number'}>
                <abbr title={SEXES[sex].many}>{SEXES[sex].sign}</abbr>
              </th>
            ))}
            {ages.map((age, at) => (
              <th key={age} scope="col" className={at === 0 ? 'number edge' : 'number'}>
                {AGES[age].short}
              </th>
            ))}
            {STATES.slice(2).map(({ key, short }, at) => (
              <th key={key} scope="col" className={at === 0 ? 'number edge' : 'number'}>
                {short}
              </th>
            ))}
            <th scope="col" className="number">
              Pairs
            </th>
            <th scope="col">Last litter</th>
            <th scope="col" className="edge">
              Genotypes
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <LineRow key={line.line.id} line={line} ages={ages} sexes={sexes} />
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

const GENOTYPES_SHOWN = 4

function LineRow({
  line,
  ages,
  sexes,
}: {
  readonly line: StockOfLine
  readonly ages: readonly (keyof typeof AGES)[]
  readonly sexes: readonly (typeof SEX_ORDER)[number][]
}) {
  const of = { line: line.line.id }
  const name = line.line.title
  const state = ({ key, words }: (typeof STATES)[number], first: boolean) => (
    <td key={key} className={first ? 'number edge' : 'number'}>
      <AnimalsLink count={line[key]} words={`${words}, ${name}`} search={{ ...of, [key]: 'true' }} />
    </td>
  )
  const genotypes = Object.entries(line.by_genotype)
  return (
    <tr>
      <th scope="row" title={line.target_phenotype}>
        <RowLink model="subjects.line" of={line.line} />
        {!line.is_active && <span className="soft"> (not bred)</span>}
      </th>
      <td className="number">
        <AnimalsLink count={line.living} words={`living, ${name}`} search={of} />
      </td>
      {STATES.slice(0, 2).map((one) => state(one, false))}
      {sexes.map((sex, at) => (
        <td key={sex} className={at === 0 ? 'number edge' : 'number'}>
          <AnimalsLink count={line.by_sex?.[sex] ?? 0} words={`${SEXES[sex].many}, ${name}`} search={{ ...of, sex }} />
        </td>
      ))}
      {ages.map((age, at) => (
        <td key={age} className={at === 0 ? 'number edge' : 'number'}>
          <AnimalsLink count={line.by_age?.[age] ?? 0} words={`${AGES[age].words}, ${name}`} search={{ ...of, age }} />
        </td>
      ))}
      {STATES.slice(2).map((one, at) => state(one, at === 0))}
      <td className="number">
        {line.pairs === 0 ? (
          <span className="zero">·</span>
        ) : (
          <Link className="row-link" to="/colony/pairs/" search={of} aria-label={`${line.pairs} pairs, ${name}`}>
            {line.pairs}
          </Link>
        )}
      </td>
      <td>{line.last_litter}</td>
      <td className="edge free">
        <span className="genotypes">
          {genotypes.slice(0, GENOTYPES_SHOWN).map(([genotype, count]) => (
            <span key={genotype}>
              {genotype} <AnimalsLink count={count} words={`${genotype}, ${name}`} search={{ ...of, genotype }} />
            </span>
          ))}
          {genotypes.length > GENOTYPES_SHOWN && (
            <span className="soft">and {genotypes.length - GENOTYPES_SHOWN} more</span>
          )}
        </span>
      </td>
    </tr>
  )
}
