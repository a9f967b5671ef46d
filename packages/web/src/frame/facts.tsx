import type { ReactNode } from 'react'
import './facts.css'

/** What is known of a thing, fact by fact; those that nobody knows are left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className="known">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** Values beside each other, with commas between them. */
export function Several({ children }: { readonly children: readonly ReactNode[] }) {
  return children.map((child, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they never change places
    <span key={at}>
      {at > 0 && ', '}
      {child}
    </span>
  ))
}
