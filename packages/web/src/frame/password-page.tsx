import { Alert, Button, PasswordInput, Stack, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../server/client.ts'

/** A new password of one's own. */
export function PasswordPage() {
  const [old, setOld] = useState('')
  const [fresh, setFresh] = useState('')
  const [again, setAgain] = useState('')
  const [problem, setProblem] = useState<string>()
  const navigate = useNavigate()
  const save = async () => {
    if (fresh !== again) return setProblem('The new password was not typed the same way twice.')
    try {
      await client.changePassword(old, fresh)
      notifications.show({ message: 'Your password is changed. Your other sessions have ended.' })
      await navigate({ to: '/' })
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <form
      className="page"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Title order={1}>Change your password</Title>
      <Stack maw={380}>
        {problem && (
          <Alert color="red" role="alert" title="Not changed">
            {problem}
          </Alert>
        )}
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          required
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          autoComplete="new-password"
          required
          value={fresh}
          onChange={(event) => setFresh(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          required
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        <Button type="submit">Change it</Button>
      </Stack>
    </form>
  )
}
