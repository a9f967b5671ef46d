/** Pieces that every page of the colony is put together from. */
import { Problem } from '@alyx/client'
import { Alert, Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import './colony.css'

export function PageHead({
  title,
  help,
  children,
}: {
  readonly title: string
  readonly help?: ReactNode
  readonly children?: ReactNode
}) {
  return (
    <Group justify="space-between" align="flex-start" className="colony-head">
      <div>
        <Title order={1}>{title}</Title>
        {help && (
          <Text size="sm" c="dimmed" maw={760} component="div">
            {help}
          </Text>
        )}
      </div>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  )
}

export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className="card colony-section" aria-label={title}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Title order={2}>{title}</Title>
        {aside && (
          <Group gap="xs" className="soft">
            {aside}
          </Group>
        )}
      </Group>
      {children}
    </section>
  )
}

/** A table that scrolls inside itself, also with the keyboard. */
export function Wide({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
    <section className="colony-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="soft colony-empty">{children}</p>
}

/** Why something was refused, with what the server said of single fields. */
export function Refusal({
  error,
  title = 'Nothing was changed',
}: {
  readonly error: unknown
  readonly title?: string
}) {
  if (!error) return null
  const said = error instanceof Error ? error.message : String(error)
  const more = error instanceof Problem ? Object.values(error.fields).flat() : []
  return (
    <Alert color="red" title={title} role="alert">
      {said}
      {more
        .filter((one) => !said.includes(one))
        .slice(0, 8)
        .map((one) => (
          <div key={one}>{one}</div>
        ))}
    </Alert>
  )
}
