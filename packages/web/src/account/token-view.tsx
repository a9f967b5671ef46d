import { replaceToken } from '@alyx/client'
import { Alert, Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Copy } from '../frame/copy.tsx'
import { Panel } from '../frame/panel.tsx'
import { inLocalTime } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import { queryClient } from '../server/queries.ts'
import { accountQuery } from './queries.ts'

/** What programs sign in with. It is shown when it is made, and never again. */
export function TokenView() {
  const { data: account } = useSuspenseQuery(accountQuery)
  const [asking, setAsking] = useState(false)
  const replace = useMutation({
    mutationFn: () => replaceToken(client.connection),
    onSuccess() {
      setAsking(false)
      return queryClient.invalidateQueries({ queryKey: accountQuery.queryKey })
    },
  })
  const { token } = account
  return (
    <Panel title="Token">
      <Stack gap="sm" maw={640}>
        <Text size="sm">
          Programs sign in with it instead of your password: ONE, rigs, scripts. Whoever has it may do what you may do.
        </Text>
        <Text size="sm">
          {token ? (
            <>
              Yours ends with <Code>{token.shown.slice(-4)}</Code> and was made on {inLocalTime(token.made_at)}.
            </>
          ) : (
            'You have none yet.'
          )}
        </Text>
        {replace.data && (
          <Alert color="teal" title="Your new token: it is shown this once">
            <Group gap="sm">
              <Code className="new-token" aria-label="New token">
                {replace.data}
              </Code>
              <Copy text={replace.data} what="the token" wordy />
            </Group>
            <Text size="sm" mt={8}>
              Keep it where passwords are kept, and give it to the programs that had the old one.
            </Text>
          </Alert>
        )}
        <Group>
          <Button variant="default" onClick={() => (token ? setAsking(true) : replace.mutate())}>
            {token ? 'Replace it…' : 'Make one'}
          </Button>
        </Group>
      </Stack>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title="Replace your token"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="sm">
          <Text size="sm">With the old token end at once, until they are given the new one:</Text>
          <ul className="ends">
            <li>rigs and analysis scripts that sign in as you, in the middle of what they do;</li>
            <li>ONE and ibllib on every machine where you set them up;</li>
            <li>machines that take tasks with your token.</li>
          </ul>
          <Text size="sm">Your password, and where you are signed in with a browser, stay as they are.</Text>
          {replace.error && (
            <Alert color="red" role="alert" title="Not replaced">
              {replace.error.message}
            </Alert>
          )}
          <Group>
            <Button color="red.9" loading={replace.isPending} onClick={() => replace.mutate()}>
              Replace it
            </Button>
            <Button variant="default" onClick={() => setAsking(false)}>
              Keep it
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Panel>
  )
}
