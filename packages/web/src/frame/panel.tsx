import { Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import './facts.css'

interface PanelProps {
  readonly title: string
  /** At the right of the title. */
  readonly beside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** A part of a page with a name. */
export function Panel({ title, beside, children, className = '' }: PanelProps) {
  const id = useId()
  return (
    <section className={`card panel ${className}`} aria-labelledby={id}>
      <header>
        <Title order={2} id={id}>
          {title}
        </Title>
        {beside}
      </header>
      {children}
    </section>
  )
}
