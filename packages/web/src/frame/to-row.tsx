import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface ToRowProps {
  /** `subjects.subject` */
  readonly model: string
  readonly id: string | number
  readonly children: ReactNode
  readonly className?: string
  readonly 'aria-label'?: string
}

/** A link to a row by Alyx's address. */
export function ToRow({ model, id, children, ...rest }: ToRowProps) {
  const [app = '', name = ''] = model.split('.')
  return (
    <Link {...rest} to="/$app/$model/$key/change/" params={{ app, model: name, key: String(id) }}>
      {children}
    </Link>
  )
}
