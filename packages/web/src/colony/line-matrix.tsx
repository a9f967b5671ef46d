import type { StockOfLine } from '@alyx/client'
import { Link } from '@tanstack/react-router'
import { AnimalsLink } from './animals-link.tsx'
import { Empty, Wide } from './parts.tsx'
import { RowLink } from './row-link.tsx'
import { AGES, SEX_ORDER, SEXES } from './words.ts'

const AGE_KEYS = Object.keys(AGES) as (keyof typeof AGES)[]
const STATES = [
  { key: 'in_stock', short: 'Stock', words: 'in stock' },
  { key: 'breeding', short: 'Breed', words: 'in pairs that breed' },
  { key: 'to_be_genotyped', short: 'To genotype', words: 'to be genotyped' },
  { key: 'to_be_culled', short: 'To cull', words: 'to be culled' },
] as const

/** Living animals of each line by state, sex, age and genotype. */
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
      <table className="colony-table matrix">
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
