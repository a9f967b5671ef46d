import type { Reference, Row } from '@alyx/client'
import { Button } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { asText } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { rowQuery, useDescription } from '../server/queries.ts'
import { DueLitters } from './due-litters.tsx'
import { LineMatrix } from './line-matrix.tsx'
import { PairTable } from './pair-table.tsx'
import { Empty, PageHead, Refusal, Section, Wide } from './parts.tsx'
import { linesQuery, littersQuery, pairsQuery, requestsQuery, useLiveColony } from './queries.ts'
import { RequestTable } from './request-table.tsx'
import { RowLink } from './row-link.tsx'
import { RESULT_WORDS, ZYGOSITIES } from './zygosities.ts'

const LINE = 'subjects.line'
const COUNTERS = ['subject_autoname_index', 'breeding_pair_autoname_index', 'litter_autoname_index'] as const
const FACTS = ['strain', 'species', 'source', 'source_identifier', 'lab', ...COUNTERS] as const

/** Rows of another model that belong to a line. */
const rowsOfLine = (model: string, parameters: Readonly<Record<string, string>>) => ({
  queryKey: ['list', model, parameters],
  queryFn: async () => (await client.list(model, { ...parameters, limit: '200' })).results,
})

/** A line on one page: genetics, stock, pairs, litters, requests, counters. */
export function LinePage({ rowKey }: { readonly rowKey: string }) {
  const { row } = useSuspenseQuery(rowQuery(LINE, rowKey)).data
  const description = useDescription(LINE)
  const stock = useQuery(linesQuery({ active: 'false', line: rowKey }))
  const pairs = useQuery(pairsQuery({ current: 'false', line: rowKey }))
  const litters = useQuery(littersQuery({ line: rowKey }))
  const requests = useQuery(requestsQuery({ status: 'all', line: rowKey }))
  const alleles = useQuery(rowsOfLine('subjects.allele', { line: rowKey, fields: 'nickname,name,sequences' }))
  const rules = useQuery(rowsOfLine('subjects.zygosityrule', { line: rowKey }))
  useLive(LINE)
  useLiveColony()
  const due = litters.data?.filter(({ to_wean, to_genotype }) => to_wean > 0 || to_genotype > 0)
  return (
    <div className="page">
      <PageHead
        title={asText(row.nickname)}
        help={[row.name, row.target_phenotype, row.is_active === false && 'No longer bred.']
          .filter(Boolean)
          .map(asText)
          .join(' · ')}
      >
        <Button
          variant="default"
          renderRoot={(root: object) => <Link {...root} to="/colony/genotypes/" search={{ line: rowKey }} />}
        >
          Genotypes
        </Button>
        <Button
          variant="subtle"
          renderRoot={(root: object) => (
            <Link
              {...root}
              to="/$app/$model/$key/change/"
              params={{ app: 'subjects', model: 'line', key: rowKey }}
              search={{ view: 'form' }}
            />
          )}
        >
          Form
        </Button>
      </PageHead>
      <Section title="Stock">
        {stock.data ? (
          <LineMatrix lines={stock.data} />
        ) : (
          <Refusal error={stock.error} title="The stock cannot be shown" />
        )}
      </Section>
      <Section title="Genetics">
        <Alleles alleles={alleles.data} />
        <Rules rules={rules.data} />
      </Section>
      <Section title="Pairs">
        {pairs.data ? <PairTable pairs={pairs.data} /> : <Refusal error={pairs.error} title="Pairs cannot be shown" />}
      </Section>
      <Section title="Litters that are due">
        {due ? <DueLitters litters={due} /> : <Refusal error={litters.error} title="Litters cannot be shown" />}
      </Section>
      <Section title="Requests">
        {requests.data ? (
          <RequestTable requests={requests.data} />
        ) : (
          <Refusal error={requests.error} title="Requests cannot be shown" />
        )}
      </Section>
      <Section title="Origin and numbering">
        <dl className="pairs-of-facts">
          {FACTS.map((name) => (
            <div key={name}>
              <dt>{description.fields.find((facts) => facts.name === name)?.label ?? name}</dt>
              <dd>{shown(row[name])}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </div>
  )
}

const isReference = (value: unknown): value is Reference => typeof value === 'object' && value !== null && 'id' in value
const shown = (value: unknown): string => (isReference(value) ? value.title : asText(value)) || '–'
const references = (value: unknown): readonly Reference[] => (Array.isArray(value) ? value.filter(isReference) : [])

function Alleles({ alleles }: { readonly alleles: readonly Row[] | undefined }) {
  if (!alleles) return null
  if (alleles.length === 0)
    return (
      <Empty>
        No alleles: nothing is genotyped in this line. Add alleles, each with the sequences that a test looks for, on
        the form of the line.
      </Empty>
    )
  return (
    <Wide label="Alleles">
      <table className="colony-table">
        <thead>
          <tr>
            {['Allele', 'Standard name', 'Sequences'].map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {alleles.map((allele) => (
            <tr key={allele.id}>
              <th scope="row">
                <RowLink model="subjects.allele" of={{ id: allele.id, title: asText(allele.nickname) }} />
              </th>
              <td>{asText(allele.name)}</td>
              <td>
                <span className="litters">
                  {references(allele.sequences).map((sequence) => (
                    <RowLink key={sequence.id} model="subjects.sequence" of={sequence} />
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

/** Rules as sentences: what is found, and what it means. */
function Rules({ rules }: { readonly rules: readonly Row[] | undefined }) {
  if (!rules) return null
  if (rules.length === 0)
    return <Empty>No zygosity rules: test results are kept, but no zygosity follows from them.</Empty>
  const found = (rule: Row, at: 0 | 1) => {
    const sequence = rule[`sequence${at}`]
    const result = rule[`sequence${at}_result`]
    return isReference(sequence) ? `${sequence.title} ${RESULT_WORDS[result as 0 | 1] ?? '?'}` : ''
  }
  return (
    <Wide label="Zygosity rules">
      <table className="colony-table">
        <thead>
          <tr>
            {['When', 'and', 'then', 'is'].map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.id}>
              <td>{found(rule, 0)}</td>
              <td>{found(rule, 1) || '–'}</td>
              <td>{shown(rule.allele)}</td>
              <td>{ZYGOSITIES[rule.zygosity as 0] ?? '?'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}
