import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { client } from '../server/client.ts'
import './frame.css'

/** Where people prove who they are; afterwards they are where they wanted to go. */
export function LoginPage({ onDone }: { readonly onDone: () => Promise<unknown> }) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string>()
  const [waiting, setWaiting] = useState(false)
  return (
    <main className="gate">
      <form
        className="card"
        onSubmit={async (event) => {
          event.preventDefault()
          setWaiting(true)
          setProblem(undefined)
          try {
            await client.signIn(username, password)
            await onDone()
          } catch (error) {
            setProblem(error instanceof Error ? error.message : String(error))
          } finally {
            setWaiting(false)
          }
        }}
      >
        <Stack>
          <div>
            <Title order={1}>Alyx</Title>
            <Text c="dimmed">The record of the laboratory</Text>
          </div>
          {problem && (
            <Alert color="red" role="alert" title="Not signed in">
              {problem}
            </Alert>
          )}
          <TextInput
            label="Name"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            required
            withAsterisk={false}
            autoFocus
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={waiting} fullWidth>
            Sign in
          </Button>
          <Text size="sm" c="dimmed">
            Forgotten it? Whoever runs the server sets a new one with <code>alyx password</code>.
          </Text>
        </Stack>
      </form>
    </main>
  )
}
