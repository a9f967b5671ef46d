import { Button, Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMe } from '../server/queries.ts'

/** A page for people of the laboratory: a public account is told so at once, not refused when everything is filled in. */
export function ForMembers({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const me = useMe()
  if (!me.is_public_user) return children
  return (
    <div className="page">
      <Title order={1}>{title}</Title>
      <Text role="alert">
        This page is for the people of the laboratory. Your account is a public one: it may read animals, sessions and
        files, and change nothing.
      </Text>
      <Group>
        <Button renderRoot={(root: object) => <Link {...root} to="/" />}>Home</Button>
      </Group>
    </div>
  )
}
