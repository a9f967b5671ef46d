import type { Reference } from '@alyx/client'
import { Link } from '@tanstack/react-router'

/** The way to the page of a row. */
export function RowLink({ model, of }: { readonly model: string; readonly of: Reference | null }) {
  const [app = '', name = ''] = model.split('.')
  if (!of) return <span className="soft">–</span>
  return (
    <Link className="row-link" to="/$app/$model/$key/change/" params={{ app, model: name, key: of.id }}>
      {of.title || of.id}
    </Link>
  )
}
