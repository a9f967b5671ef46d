import { Problem } from '@alyx/client'
import { Button, Group, Text, Title } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { queryClient } from '../server/queries.ts'

/** Why a page cannot be shown, in words, with a way out. */
export function Failure({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
  const router = useRouter()
  const known = error instanceof Problem
  const missing = known && error.status === 404
  return (
    <div className="page">
      <Title order={1}>
        {missing ? 'Not found' : known && error.status === 0 ? 'No connection' : 'This page cannot be shown'}
      </Title>
      <Text role="alert">{known ? error.message : 'A mistake of this page. Loading it again may help.'}</Text>
      <Group>
        <Button
          onClick={async () => {
            await queryClient.resetQueries()
            reset?.()
            await router.invalidate()
          }}
        >
          Try again
        </Button>
        <Button variant="default" renderRoot={(root: object) => <Link {...root} to="/" />}>
          Home
        </Button>
      </Group>
    </div>
  )
}

export function Missing() {
  return (
    <div className="page">
      <Title order={1}>Not found</Title>
      <Text>There is no page at this address.</Text>
      <Group>
        <Button renderRoot={(root: object) => <Link {...root} to="/" />}>Home</Button>
      </Group>
    </div>
  )
}
