import { colony } from '@alyx/client'
import { Button, Group, SegmentedControl, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import '../form/form.css'
import { AnimalTable } from './animal-table.tsx'
import { Empty, PageHead, Refusal, Section } from './parts.tsx'
import { animalsQuery, connection, forgetColony, requestsQuery, useLiveColony } from './queries.ts'
import { RequestTable } from './request-table.tsx'
import { counted } from './words.ts'

const STATUSES = ['open', 'closed', 'all']

export function RequestsPage({ address }: { readonly address: { readonly status?: string } }) {
  const navigate = useNavigate()
  const status = STATUSES.includes(address.status ?? '') ? address.status! : 'open'
  const { data, error } = useQuery(requestsQuery({ status }))
  useLiveColony()
  return (
    <div className="page">
      <PageHead
        title="Requests"
        help="What people asked for, and what the stock has of it. Stock managers hand animals over."
      >
        <Button
          variant="default"
          renderRoot={(root: object) => (
            <Link {...root} to="/$app/$model/add/" params={{ app: 'subjects', model: 'subjectrequest' }} />
          )}
        >
          New request
        </Button>
      </PageHead>
      <Section
        title="Requests"
        aside={
          <SegmentedControl
            aria-label="Which requests"
            value={status}
            data={STATUSES.map((value) => ({ value, label: value[0]!.toUpperCase() + value.slice(1) }))}
            onChange={(next) =>
              void navigate({ to: '/colony/requests/', search: next === 'open' ? {} : { status: next } })
            }
          />
        }
      >
        <Refusal error={error} title="Requests cannot be shown" />
        {data && <RequestTable requests={data} />}
      </Section>
    </div>
  )
}

/** Animals of the stock for one request. */
export function FulfilPage({ request: key }: { readonly request: string }) {
  const { data: requests, error } = useQuery(requestsQuery({ status: 'all' }))
  const request = requests?.find(({ id }) => id === key)
  const line = request?.line?.id
  const { data: animals } = useQuery({ ...animalsQuery(line ? { line } : {}), enabled: line !== undefined })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  useLiveColony()
  const hand = useMutation({
    mutationFn: () => colony.fulfil(connection, key, [...chosen]),
    onSuccess({ subjects }) {
      setChosen(new Set())
      forgetColony('subjects.subjectrequest')
      notifications.show({ message: `${subjects.map(({ title }) => title).join(', ')} handed over` })
    },
  })
  if (error) return <Refusal error={error} title="The request cannot be shown" />
  if (!requests) return null
  if (!request)
    return (
      <div className="page">
        <PageHead title="Not found" help="There is no such request." />
        <Link className="row-link" to="/colony/requests/" search={{}}>
          All requests
        </Link>
      </div>
    )
  const handed = animals?.filter((animal) => animal.request === key) ?? []
  const stock = animals?.filter((animal) => animal.in_stock && animal.request !== key) ?? []
  const { remaining } = request
  return (
    <div className="page">
      <PageHead
        title={`${counted(request.count ?? 0, 'animal')} of ${request.line?.title ?? 'any line'} for ${request.user?.title ?? 'nobody'}`}
        help={[request.due_date && `Due ${request.due_date}.`, request.description].filter(Boolean).join(' ')}
      >
        <Button
          variant="subtle"
          renderRoot={(root: object) => (
            <Link
              {...root}
              to="/$app/$model/$key/change/"
              params={{ app: 'subjects', model: 'subjectrequest', key }}
              search={{ view: 'form' }}
            />
          )}
        >
          Form
        </Button>
      </PageHead>
      <Section
        title="Handed over"
        aside={<span>{`${request.fulfilled} of ${request.count ?? 0}, ${request.status.toLowerCase()}`}</span>}
      >
        <AnimalTable label="Animals handed over" animals={handed} empty="No animal carries this request yet." />
      </Section>
      <Section title="In stock" aside={<span>{counted(stock.length, 'animal')}</span>}>
        {line === undefined ? (
          <Empty>The request names no line: nobody knows what to hand over. Give it one on its form.</Empty>
        ) : (
          <AnimalTable
            label="Animals in stock"
            animals={stock}
            empty="The stock has no living animal of this line."
            chosen={chosen}
            onChosen={setChosen}
          />
        )}
      </Section>
      <Refusal error={hand.error} />
      <div className="save">
        <Group gap="sm">
          <Button
            disabled={chosen.size === 0 || chosen.size > remaining}
            loading={hand.isPending}
            onClick={() => hand.mutate()}
          >
            Hand {counted(chosen.size, 'animal')} over
          </Button>
          <Text size="sm" role="status" c={chosen.size > remaining ? 'var(--bad)' : 'dimmed'}>
            {remaining <= 0
              ? 'All that was asked for has been handed over.'
              : chosen.size > remaining
                ? `Only ${remaining} more are wanted: choose fewer, or change the request first.`
                : `${remaining} more wanted. ${request.user?.title ?? 'Nobody'} answers for them from then on, and is told.`}
          </Text>
        </Group>
      </div>
    </div>
  )
}
