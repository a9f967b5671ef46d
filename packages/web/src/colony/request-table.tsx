import type { AnimalRequest } from '@alyx/client'
import { Link } from '@tanstack/react-router'
import { useMe } from '../server/queries.ts'
import { AnimalsLink } from './animals-link.tsx'
import { Empty, Wide } from './parts.tsx'
import { RowLink } from './row-link.tsx'

/** Requests with how far they are and what is in stock. */
export function RequestTable({ requests }: { readonly requests: readonly AnimalRequest[] }) {
  const { today } = useMe()
  if (requests.length === 0)
    return (
      <Empty>
        No request is here. People ask for animals of a line under "subject requests"; stock managers see it here.
      </Empty>
    )
  return (
    <Wide label="Requests">
      <table className="colony-table stacks">
        <thead>
          <tr>
            {['Line', 'For', 'Handed over', 'In stock', 'Due', 'Asked', 'What for', 'Do'].map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {requests.map((request) => {
            const late = request.status === 'Open' && request.due_date !== null && request.due_date < today
            return (
              <tr key={request.id}>
                <th scope="row">{request.line ? <RowLink model="subjects.line" of={request.line} /> : 'any line'}</th>
                <td data-label="For">{request.user?.title ?? 'nobody'}</td>
                <td data-label="Handed over">
                  {request.fulfilled} of {request.count ?? 0}{' '}
                  <span className="soft">({request.status.toLowerCase()})</span>
                </td>
                <td data-label="In stock">
                  {request.line ? (
                    <AnimalsLink
                      count={request.in_stock}
                      words={`in stock, ${request.line.title}`}
                      search={{ line: request.line.id, in_stock: 'true' }}
                    />
                  ) : (
                    '–'
                  )}
                </td>
                <td data-label="Due" className={late ? 'due' : undefined}>
                  {request.due_date}
                  {late && ' – late'}
                </td>
                <td data-label="Asked">{request.date}</td>
                <td data-label="What for" className="free">
                  {request.description}
                </td>
                <td>
                  <Link
                    className="row-link"
                    to="/colony/requests/$request/"
                    params={{ request: request.id }}
                    aria-label={`${request.status === 'Open' ? 'Choose animals' : 'Look'}: ${request.line?.title ?? 'any line'} for ${request.user?.title ?? 'nobody'}`}
                  >
                    {request.status === 'Open' ? 'Choose animals' : 'Look'}
                  </Link>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Wide>
  )
}
