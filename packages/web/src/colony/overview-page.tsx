import { Button, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { DueLitters } from './due-litters.tsx'
import { LineMatrix } from './line-matrix.tsx'
import { keyOf, ModelField, useTitle } from './model-field.tsx'
import { PairTable } from './pair-table.tsx'
import { PageHead, Refusal, Section } from './parts.tsx'
import { linesQuery, littersQuery, pairsQuery, requestsQuery, useLiveColony } from './queries.ts'
import { RequestTable } from './request-table.tsx'

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
