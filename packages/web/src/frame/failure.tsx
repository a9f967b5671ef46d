import { Problem } from '@alyx/client'
import { Button, Group, Text, Title } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { queryClient } from '../server/queries.ts'

/**
 * Whether a part of the application could not be fetched: the server cannot be reached, or it has another version, with
 * parts of other names. Each browser says it in its own words.
 */
const isPartMissing = (error: unknown): boolean =>
  error instanceof Error &&
  /dynamically imported module|module script failed|Unable to preload CSS/i.test(error.message)

/** Why a page cannot be shown, in words, with a way out. */
export function Failure({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
  const router = useRouter()
  const known = error instanceof Problem
  const missing = known && error.status === 404
  const partMissing = isPartMissing(error)
  const [trying, setTrying] = useState(false)
  const again = async () => {
    if (partMissing) {
      // Only a new start fetches parts that failed; without a server it would end in the browser's own page of errors.
      setTrying(true)
      const there = await fetch('/health/ready').then(
        ({ ok }) => ok,
        () => false,
      )
      setTrying(false)
      if (there) window.location.reload()
      return
    }
    await queryClient.resetQueries()
    reset?.()
    await router.invalidate()
  }
  return (
    <div className="page">
      <Title order={1}>
        {missing
          ? 'Not found'
          : partMissing || (known && error.status === 0)
            ? 'No connection'
            : 'This page cannot be shown'}
      </Title>
      <Text role="alert">
        {known
          ? error.message
          : partMissing
            ? 'This page could not be fetched: the server cannot be reached, or it was just updated. Nothing that was saved is lost.'
            : 'A mistake of this page. Loading it again may help.'}
      </Text>
      <Group>
        <Button loading={trying} onClick={() => void again()}>
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
