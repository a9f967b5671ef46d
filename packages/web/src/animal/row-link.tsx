import type { Reference } from '@alyx/client'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** Where the page of a row is. */
function rowAddress(model: string, key: string) {
  const [app = '', name = ''] = model.split('.')
  return { to: '/$app/$model/$key/change/', params: { app, model: name, key } } as const
}

/** A link to a row; what is not known is said with a dash. */
export function RowLink({
  model,
  row,
  children,
}: {
  readonly model: string
  readonly row: Reference | null
  readonly children?: ReactNode
}) {
  if (!row) return <>–</>
  return <Link {...rowAddress(model, row.id)}>{children ?? (row.title || row.id.slice(0, 8))}</Link>
}

/** A list of a model, of which only some rows are shown. */
export function ListLink({
  model,
  filters,
  children,
}: {
  readonly model: string
  readonly filters: Readonly<Record<string, string>>
  readonly children: ReactNode
}) {
  const [app = '', name = ''] = model.split('.')
  return (
    <Link to="/$app/$model/" params={{ app, model: name }} search={filters}>
      {children}
    </Link>
  )
}
