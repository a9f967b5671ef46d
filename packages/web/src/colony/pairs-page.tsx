import { Button, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { keyOf, ModelField, useTitle } from './model-field.tsx'
import { PairTable } from './pair-table.tsx'
import { PageHead, Refusal, Section } from './parts.tsx'
import { pairsQuery, useLiveColony } from './queries.ts'

export interface PairsAddress {
  readonly current?: string
  readonly line?: string
}

export function PairsPage({ address }: { readonly address: PairsAddress }) {
  const navigate = useNavigate()
  const current = address.current !== 'false'
  const { data, error } = useQuery(
    pairsQuery({ current: String(current), ...(address.line && { line: address.line }) }),
  )
  const title = useTitle('subjects.line', address.line)
  useLiveColony()
  const about = (next: { current?: string | undefined; line?: string | undefined }) =>
    void navigate({ to: '/colony/pairs/', search: next as PairsAddress })
  return (
    <div className="page">
      <PageHead title="Breeding pairs" help="Parents with their genotypes, litters with what is due.">
        <Button
          variant="default"
          renderRoot={(root: object) => (
            <Link {...root} to="/$app/$model/add/" params={{ app: 'subjects', model: 'breedingpair' }} />
          )}
        >
          New pair
        </Button>
      </PageHead>
      <Section
        title="Pairs"
        aside={
          <Switch
            label="Only those that breed now"
            checked={current}
            onChange={(event) => about({ ...address, current: event.currentTarget.checked ? undefined : 'false' })}
          />
        }
      >
        <div className="lab-filter">
          <ModelField
            model="subjects.breedingpair"
            field="line"
            help=""
            value={address.line === undefined ? null : { id: address.line, title }}
            onChange={(next) => about({ ...address, line: keyOf(next) })}
          />
        </div>
        <Refusal error={error} title="Pairs cannot be shown" />
        {data && <PairTable pairs={data} />}
      </Section>
    </div>
  )
}
