import { Alert, Loader } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

/** What the server answers, or that it is asked, or why it does not. */
export function Answer<T>({
  of: { data, error },
  children,
}: {
  readonly of: UseQueryResult<T>
  readonly children: (data: T) => ReactNode
}) {
  if (data !== undefined) return children(data)
  if (error)
    return (
      <Alert color="red" role="alert" title="Not known">
        {error.message}
      </Alert>
    )
  return <Loader size="sm" aria-label="Reading" />
}

/** A table that is wider than a phone, and is walked through with the keyboard. */
export function WideTable({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
    <section className="wide-content" aria-label={label} tabIndex={0}>
      <table className="values">{children}</table>
    </section>
  )
}
